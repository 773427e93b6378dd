import path from 'node:path';
import { ForkServer } from './forkServer';
import type { Shell } from './launch';
import { spawnWorker, type Worker } from './worker';

/** The one before has answered by then, in most cases: both at once would hold it up. */
const afterUseMs = 20;
/** A process was started in full instead, and takes its time. */
const afterMissMs = 300;
/** What asked for it is answered by then. */
const soonMs = 1;
const burstMs = 1000;

/** The spare processes that start in one way: one, or two where functions come one after the other. */
export class SpareKind {
  readonly #shell: Shell;
  readonly #waiting = new Set<Worker>();
  #server: ForkServer | undefined;
  #wanted = 1;
  #coming = 0;
  #timer: NodeJS.Timeout | undefined;
  #closed = false;
  usedAt = Date.now();

  constructor(shell: Shell) {
    this.#shell = shell;
  }

  fillSoon(): void {
    this.usedAt = Date.now();
    this.#fillIn(soonMs);
  }

  async take(): Promise<Worker | undefined> {
    if (Date.now() - this.usedAt < burstMs && !this.#shell.forks) this.#wanted = 2;
    this.usedAt = Date.now();
    const [waiting] = this.#waiting;
    if (waiting) this.#waiting.delete(waiting);
    // A copy is there sooner than a process that is started.
    const worker = waiting ?? (this.#server?.hasRoom ? await this.#server.fork() : undefined);
    this.#fillIn(worker ? afterUseMs : afterMissMs);
    return worker;
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
    this.#server?.close();
    for (const worker of this.#waiting) worker.ties.channel?.end();
    this.#waiting.clear();
  }

  #fillIn(ms: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#fill(), ms).unref();
  }

  #fill(): void {
    while (!this.#closed && this.#waiting.size + this.#coming < this.#wanted) {
      this.#coming++;
      void this.#make().then((worker) => this.#add(worker));
    }
  }

  async #make(): Promise<Worker | undefined> {
    if (this.#shell.forks) return this.#fork();
    const { command, args, env } = this.#shell;
    return spawnWorker({ command, args, env: { ...env, _FUNCTION_SPARE: 'wait' }, folder: path.dirname(args.at(-1) ?? ''), framed: true });
  }

  #fork(): Promise<Worker | undefined> {
    if (!this.#server?.hasRoom) {
      this.#server?.close();
      this.#server = new ForkServer(this.#shell);
    }
    return this.#server.fork();
  }

  // One that ends while it waits is not replaced before the next use: it may be that none can start.
  #add(worker: Worker | undefined): void {
    this.#coming--;
    if (!worker) return;
    worker.ties.channel?.on('error', () => this.#waiting.delete(worker));
    if (this.#closed) return void worker.ties.channel?.end();
    this.#waiting.add(worker);
    worker.onEnd(() => this.#waiting.delete(worker));
  }
}
