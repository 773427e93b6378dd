/** Limits how long something may take. It can be made to stand still, as while a debugger holds the process. */
export class Clock {
  readonly #holders = new Set<string>();
  #countdown: Countdown | undefined;

  /** What the work comes to, or `undefined` once its time is up. One work at a time. */
  within<T>(work: Promise<T>, limitMs: number): Promise<T | undefined> {
    return new Promise((resolve, reject) => {
      const countdown = new Countdown(limitMs, () => resolve(undefined));
      this.#countdown = countdown;
      if (!this.#holders.size) countdown.go();
      const stopping = <A>(next: (value: A) => void) => (value: A) => {
        countdown.stop();
        next(value);
      };
      work.then(stopping(resolve), stopping(reject));
    });
  }

  /** Stands still for as long as anybody holds it; `who` tells the holders apart. */
  hold(who: string, isHeld: boolean): void {
    if (isHeld) this.#holders.add(who);
    else this.#holders.delete(who);
    if (this.#holders.size) this.#countdown?.stop();
    else this.#countdown?.go();
  }
}

class Countdown {
  #leftMs: number;
  #since = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(limitMs: number, readonly end: () => void) {
    this.#leftMs = limitMs;
  }

  go(): void {
    if (this.#timer) return;
    this.#since = performance.now();
    this.#timer = setTimeout(() => this.end(), this.#leftMs);
  }

  stop(): void {
    if (!this.#timer) return;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#leftMs = Math.max(0, this.#leftMs - (performance.now() - this.#since));
  }
}
