import { spawn } from 'node:child_process';
import type { Socket } from 'node:net';
import type { Readable } from 'node:stream';

/** How a process ended; an error when it could not be started. */
export type WorkerEnd = { readonly code: number | null; readonly signal: string | null } | Error;

/** What ties a process to the runtime. */
export interface Ties {
  /** What it writes by line. */
  readonly output: readonly Readable[];
  /** Its descriptor 3: framed log events come in, and a spare process is told there what it is to be. */
  readonly channel?: Socket;
  /** Its descriptor 4: a connection to the Runtime API that is there when it starts. */
  readonly wire?: Socket;
  /** Its descriptor 5: what its debugger says. */
  readonly told?: Readable;
}

/** A process that is to run a function, however it came about. */
export class Worker {
  #end: WorkerEnd | undefined;
  #listener: ((end: WorkerEnd) => void) | undefined;

  constructor(readonly pid: number | undefined, readonly ties: Ties) {}

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
  /** Whether it has a channel, and a wire where processes can have one. */
  readonly framed: boolean;
  /** Whether it tells of a debugger. */
  readonly debugged?: boolean;
}

/** Whether processes are given a wire: not every interpreter can open one that Windows passes on. */
export const hasWires = process.platform !== 'win32';

export function spawnWorker({ command, args, env, folder, framed, debugged }: WorkerCommand): Worker {
  const child = spawn(command, args, {
    cwd: folder,
    env,
    shell: false,
    windowsHide: true,
    detached: process.platform !== 'win32',
    stdio: ['ignore', 'pipe', 'pipe', ...pipes([framed, framed && hasWires, debugged ?? false])],
  });
  const [, out, error, channel, wire, told] = child.stdio as unknown as (Socket | null | undefined)[];
  const output = [out, error].filter((pipe) => !!pipe);
  const worker = new Worker(child.pid, { output, channel: channel ?? undefined, wire: wire ?? undefined, told: told ?? undefined });
  child.on('error', (cause) => worker.end(cause));
  child.on('exit', (code, signal) => worker.end({ code, signal }));
  return worker;
}

// No more than there must be: what lies between two of them is open to nothing.
function pipes(wanted: readonly boolean[]): ('pipe' | 'ignore')[] {
  return wanted.slice(0, wanted.lastIndexOf(true) + 1).map((isWanted) => (isWanted ? 'pipe' : 'ignore'));
}
