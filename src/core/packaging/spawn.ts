import { type ChildProcess, spawn } from 'node:child_process';
import { InputError, isAbort, throwIfAborted } from '../errors';
import type { CallOptions } from '../provider';
import { codeOf } from './systemCode';

export interface Program {
  readonly file: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly input?: Uint8Array;
}

/** How a child ended; each output is its last 64 KiB. */
export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

const keep = 64 * 1024;

/**
 * Runs a program without a shell and waits for its end. An abort kills it with all that it started, then rejects with
 * `AbortError`; a program that cannot be started rejects with `InputError`.
 */
export function run(program: Program, { signal }: CallOptions): Promise<Ended> {
  return new Promise((resolve, reject) => {
    throwIfAborted(signal);
    const child = start(program);
    const outputs = [child.stdout, child.stderr].map((stream) => collect(stream));
    const abort = (): void => killTree(child);
    signal.addEventListener('abort', abort, { once: true });
    const settle = (code: number | null, error?: Error): void => {
      signal.removeEventListener('abort', abort);
      const [stdout, stderr] = outputs.map((read) => read());
      if (error) reject(error);
      else resolve({ code, stdout: stdout ?? '', stderr: stderr ?? '' });
    };
    child.once('error', (error) => settle(null, notStarted(program.file, error)));
    // A grandchild may hold the pipes open, so an abort does not wait for `close`.
    child.once('exit', () => signal.aborted && settle(null, aborted(signal)));
    child.once('close', (code) => settle(code, signal.aborted ? aborted(signal) : undefined));
  });
}

function start({ file, args, cwd, env, input }: Program): ChildProcess {
  const child = spawn(file, args, {
    cwd,
    // Whichever Node runs it, the editor's own too, it is to behave as plain Node.
    env: { ...process.env, NO_COLOR: '1', ELECTRON_RUN_AS_NODE: '1', NODE_OPTIONS: '', ...env },
    shell: false,
    windowsHide: true,
    // A group of its own, so that an abort reaches what it starts.
    detached: process.platform !== 'win32',
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  // A child that ends before it reads its input is judged by its exit code.
  child.stdin?.on('error', () => undefined);
  child.stdin?.end(input);
  return child;
}

function collect(stream: NodeJS.ReadableStream | null): () => string {
  let text = '';
  stream?.setEncoding('utf8');
  stream?.on('data', (part: string) => (text = (text + part).slice(-keep)));
  return () => text;
}

function killTree(child: ChildProcess): void {
  if (child.pid === undefined) return;
  if (process.platform === 'win32') {
    spawn('taskkill', ['/pid', String(child.pid), '/T', '/F'], { windowsHide: true, stdio: 'ignore' }).on('error', () => child.kill());
    return;
  }
  try {
    process.kill(-child.pid, 'SIGKILL');
  } catch {
    // The group is gone already.
    child.kill('SIGKILL');
  }
}

function notStarted(file: string, cause: Error): InputError {
  const sentence = `${file} cannot be started (${codeOf(cause) ?? cause.message}); correct functionDeck.local.node or functionDeck.local.python.`;
  return new InputError(sentence, undefined, { cause });
}

function aborted(signal: AbortSignal): Error {
  return isAbort(signal.reason) ? (signal.reason as Error) : new DOMException('The operation was cancelled.', 'AbortError');
}

/** One line of a program's output, made fit for a sentence: no control characters, no credentials of addresses, not too long. */
export function tellingLine(line: string): string {
  const plain = line.replace(/\u001b\[[0-9;]*[A-Za-z]/g, '').replace(/[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2066-\u2069]+/g, ' ');
  return plain.replace(/\/\/[^/@\s]+@/g, '//').trim().replace(/\.$/, '').slice(0, 300);
}
