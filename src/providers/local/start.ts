import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { copyFile, mkdir, open, readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { ProviderError } from '../../core/errors';
import type { ProviderHost } from '../../core/host';
import { type Live, parseLive } from './health';

const startMs = 20_000;

/** Starts the runtime as a process of its own, which outlives this one for as long as somebody holds a lease. */
export async function start(host: ProviderHost): Promise<Live> {
  await mkdir(host.storage, { recursive: true });
  const logFile = path.join(host.storage, 'runtime.log');
  // Another window's may be the one that runs: only if it is ours, it makes this the log.
  const draft = `${logFile}.${randomBytes(6).toString('hex')}.tmp`;
  const log = await open(draft, 'wx', 0o600);
  try {
    host.log(`Starting the local runtime; its own log is ${logFile}.`);
    return await firstLine(spawnRuntime(host, draft, log.fd));
  } catch (cause) {
    const said = await logOf(draft, logFile);
    const reason = said.text.trim().split('\n').at(-1)?.slice(0, 300);
    throw new ProviderError('unknown', `The local runtime did not start${reason ? ` (${reason})` : ''}; its log is ${said.file}.`, { cause });
  } finally {
    await log.close();
    await rm(draft, { force: true });
  }
}

/** What one said that did not start; kept where nobody else writes, unless it had got its own log before. */
async function logOf(draft: string, logFile: string): Promise<{ readonly file: string; readonly text: string }> {
  const failed = path.join(path.dirname(logFile), 'runtime.failed.log');
  try {
    await copyFile(draft, failed);
    return { file: failed, text: await readFile(failed, 'utf8') };
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
    return { file: logFile, text: await readFile(logFile, 'utf8') };
  }
}

function spawnRuntime(host: ProviderHost, log: string, logFd: number): ChildProcess {
  const programs = (['node', 'python'] as const).flatMap((name) => {
    const program = host.setting<string>(`local.${name}`);
    return program ? [`--${name}`, program] : [];
  });
  const spares = host.setting<boolean>('local.spares') === false ? ['--no-spares'] : [];
  const endpoints = host.setting<boolean>('local.endpoints') === true ? ['--endpoints'] : [];
  const parameters = [path.join(host.dist, 'runtime.js'), '--data', host.storage, '--leased', '--log', log, ...spares, ...endpoints, ...programs];
  const child = spawn(process.execPath, parameters, {
    cwd: host.storage,
    detached: true,
    env: environment(process.env),
    stdio: ['ignore', 'pipe', logFd],
    windowsHide: true,
  });
  child.unref();
  return child;
}

/** The user's own environment without credentials and without what the editor put there for itself. */
function environment(all: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const foreign = /^(AWS_|VSCODE_|ELECTRON_|NODE_OPTIONS$)/i;
  const own = Object.fromEntries(Object.entries(all).filter(([name]) => !foreign.test(name)));
  return process.versions['electron'] ? { ...own, ELECTRON_RUN_AS_NODE: '1' } : own;
}

async function firstLine(child: ChildProcess): Promise<Live> {
  const end = new AbortController();
  const timer = setTimeout(() => end.abort(new Error(`no answer within ${startMs / 1000} s`)), startMs);
  const lines = createInterface({ input: child.stdout ?? process.stdin });
  try {
    const [line] = (await Promise.race([once(lines, 'line', end), failed(child, end.signal)])) as [string];
    const live = parseLive(line);
    if (!live) throw new Error(`unexpected first line: ${line.slice(0, 200)}`);
    return live;
  } finally {
    clearTimeout(timer);
    end.abort();
    lines.close();
    child.stdout?.destroy();
  }
}

async function failed(child: ChildProcess, signal: AbortSignal): Promise<never> {
  // Not 'exit': what was printed may still be on its way then.
  const [code] = (await once(child, 'close', { signal })) as [number | null];
  throw new Error(`it ended with code ${code ?? 'none'}`);
}
