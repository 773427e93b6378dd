import { execFile } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { errorCode } from '../store/files';

/** A live process. */
export interface Row {
  readonly pid: number;
  readonly parent: number;
  /** When it was born, in the system's ticks; 0 where it does not tell. */
  readonly started: number;
  /** Whether the environment that it began with has this text. */
  has(text: string): boolean;
  /** The badge that it wears, see badge.ts, if it can be one of ours: what runs in a container or as a service has its own numbers. */
  badge(): number | undefined;
}

/** All processes; nothing on Windows, which ends whole trees by itself. */
export async function readTable(): Promise<Row[]> {
  if (process.platform === 'linux') return readdirSync('/proc').flatMap((name) => (/^\d+$/.test(name) ? (readRow(Number(name)) ?? []) : []));
  return process.platform === 'win32' ? [] : parsePs(await ps());
}

/** One process; only Linux tells. */
export function readRow(pid: number): Row | undefined {
  const text = readProc(pid, 'stat')?.toString('latin1');
  // The name, in parentheses, may have spaces and parentheses of its own.
  const [state, parent, ...rest] = text?.slice(text.lastIndexOf(')') + 2).split(' ') ?? [];
  if (!state || 'ZX'.includes(state)) return undefined;
  return {
    pid,
    parent: Number(parent),
    started: Number(rest[17]),
    has: (mark) => readProc(pid, 'environ')?.includes(mark) ?? false,
    badge: () => readBadge(pid),
  };
}

function readBadge(pid: number): number | undefined {
  const number = Number(readProc(pid, 'oom_score_adj') ?? 0);
  return number && String(readProc(pid, 'cgroup')) === String(readProc(process.pid, 'cgroup')) ? number : undefined;
}

/** A file of a process; `undefined` when it is gone or another user's. */
export function readProc(pid: number, file: string): Buffer | undefined {
  try {
    return readFileSync(`/proc/${pid}/${file}`);
  } catch (error) {
    if (['ENOENT', 'ESRCH', 'EACCES', 'EPERM', 'EINVAL'].includes(errorCode(error) ?? '')) return undefined;
    throw error;
  }
}

/** What `ps` prints: number, parent, command and environment. */
export function parsePs(text: string): Row[] {
  return text.split('\n').flatMap((line) => {
    const [, pid, parent, rest = ''] = /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line) ?? [];
    return pid ? [{ pid: Number(pid), parent: Number(parent), started: 0, has: (mark: string) => rest.includes(mark), badge: () => undefined }] : [];
  });
}

function ps(): Promise<string> {
  const parameters = ['-A', '-ww', '-E', '-o', 'pid=,ppid=,command='];
  return new Promise((resolve) => execFile('ps', parameters, { maxBuffer: 64 * 1024 * 1024 }, (_error, text) => resolve(text)));
}
