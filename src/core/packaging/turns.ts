import { setImmediate as pause } from 'node:timers/promises';

const workMs = 10;

/** Shares a thread: long work lets others in the process have their turn every few milliseconds. */
export class Turns {
  #since = performance.now();

  /** Whether it is time to let others go on. */
  get isOver(): boolean {
    return performance.now() - this.#since >= workMs;
  }

  async give(): Promise<void> {
    await pause();
    this.#since = performance.now();
  }
}
