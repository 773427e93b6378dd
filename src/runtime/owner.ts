import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { errorCode } from './store/files';

/**
 * What names a process for good, as far as the system tells: its number, which may be given to another program once it
 * has ended, and on Linux the tick of its start, which is not.
 */
export async function identity(pid: number): Promise<string> {
  return `${pid} ${process.platform === 'linux' ? ((await startTick(pid)) ?? '') : ''}`;
}

/** Whether the process lives that this is the identity of; `since` is when the identity was written down, in milliseconds. */
export async function lives(text: string, since: number): Promise<boolean> {
  const pid = Number(/^(\d+) /.exec(text)?.[1]);
  if (!pid || !exists(pid)) return false;
  if (process.platform === 'linux') return (await identity(pid)) === text;
  const started = await startTime(pid);
  // Nobody can have written its name down before it was born; clocks are not that exact.
  return started === undefined || started < since + 3000;
}

function exists(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return errorCode(error) !== 'ESRCH';
  }
}

// The name, in parentheses, may have spaces and parentheses of its own.
async function startTick(pid: number): Promise<string | undefined> {
  try {
    const status = await readFile(`/proc/${pid}/stat`, 'latin1');
    return status.slice(status.lastIndexOf(')')).split(' ')[20];
  } catch (error) {
    if (['ENOENT', 'ESRCH'].includes(errorCode(error) ?? '')) return undefined;
    throw error;
  }
}

/** Milliseconds since 1970; `undefined` when nobody tells. */
export async function startTime(pid: number, platform = process.platform): Promise<number | undefined> {
  const [program, ...parameters] = platform === 'win32' ? powershell(pid) : ['ps', '-o', 'lstart=', '-p', String(pid)];
  const text = await printed(program ?? 'ps', parameters);
  const time = Date.parse(platform === 'win32' ? text : `${text} UTC`);
  return Number.isNaN(time) ? undefined : time;
}

function powershell(pid: number): string[] {
  return ['powershell.exe', '-NoProfile', '-NonInteractive', '-Command', `(Get-Process -Id ${pid}).StartTime.ToUniversalTime().ToString('o')`];
}

function printed(program: string, parameters: readonly string[]): Promise<string> {
  const options = { windowsHide: true, timeout: 5000, env: { ...process.env, LC_ALL: 'C', TZ: 'UTC' } };
  return new Promise((resolve) => execFile(program, parameters, options, (error, text) => resolve(error ? '' : text.trim())));
}
