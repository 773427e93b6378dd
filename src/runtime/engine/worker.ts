import { spawn } from 'node:child_process';
import type { Duplex, Readable } from 'node:stream';

/** How a process ended; an error when it could not be started. */
export type WorkerEnd = { readonly code: number | null; readonly signal: string | null } | Error;

/** A process that is to run a function, however it came about. */
export class Worker {
  #end: WorkerEnd | undefined;
  #listener: ((end: WorkerEnd) => void) | undefined;

  /** `output` is what it writes by line; `channel` its descriptor 3, if it has one; `told` what its debugger says. */
  constructor(readonly pid: number | undefined, readonly output: readonly Readable[], readonly channel: Duplex | undefined, readonly told?: Readable) {}

  get hasEnded(): boolean {
    return this.#end !== undefined;
  }

  /** Calls the listener once, also when it has ended before. The last that is set is called. */
  onEnd(listener: (end: WorkerEnd) => void): void {
    this.#listener = listener;
    if (this.#end) listener(this.#end);
  }

  end(end: WorkerEnd): void {
    if (this.#end) return;
    this.#end = end;
    this.#listener?.(end);
  }
}

export interface WorkerCommand {
  readonly command: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly folder: string;
  /** Whether it has a channel. */
  readonly framed: boolean;
  /** Whether it tells of a debugger. */
  readonly debugged?: boolean;
}

export function spawnWorker({ command, args, env, folder, framed, debugged }: WorkerCommand): Worker {
  const child = spawn(command, args, {
    cwd: folder,
    env,
    shell: false,
    windowsHide: true,
    detached: process.platform !== 'win32',
    stdio: ['ignore', 'pipe', 'pipe', ...(framed ? ['pipe' as const] : []), ...(debugged ? ['pipe' as const] : [])],
  });
  const [, out, error, channel, told] = child.stdio;
  const worker = new Worker(child.pid, [out as Readable, error as Readable], channel as Duplex | undefined, told as Readable | undefined);
  child.on('error', (cause) => worker.end(cause));
  child.on('exit', (code, signal) => worker.end({ code, signal }));
  return worker;
}
