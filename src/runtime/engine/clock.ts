/** Limits how long something may take. It can be made to stand still, as while a debugger holds the process. */
export class Clock {
  readonly #holders = new Set<string>();
  #countdown: Countdown | undefined;
  #timer: NodeJS.Timeout | undefined;
  /** When the timer goes off, by `performance.now()`. */
  #timerAt = Infinity;
  #stoodMs = 0;
  #standsSince = 0;

  /** Milliseconds from any start, without those in which it stood still. */
  get now(): number {
    return (this.#holders.size ? this.#standsSince : performance.now()) - this.#stoodMs;
  }

  /** What the work comes to, or `undefined` once its time is up. One work at a time. */
  within<T>(work: Promise<T>, limitMs: number): Promise<T | undefined> {
    return new Promise((resolve, reject) => {
      const now = performance.now();
      const countdown: Countdown = { leftMs: limitMs, since: now, end: () => resolve(undefined) };
      this.#countdown = countdown;
      if (!this.#holders.size) this.#watch(limitMs, now);
      const stopping = <A>(next: (value: A) => void) => (value: A) => {
        if (this.#countdown === countdown) this.#countdown = undefined;
        next(value);
      };
      work.then(stopping(resolve), stopping(reject));
    });
  }

  /** Stands still for as long as anybody holds it; `who` tells the holders apart. */
  hold(who: string, isHeld: boolean): void {
    const stood = this.#holders.size > 0;
    if (isHeld) this.#holders.add(who);
    else this.#holders.delete(who);
    const stands = this.#holders.size > 0;
    if (stood === stands) return;
    const now = performance.now();
    if (stands) this.#standsSince = now;
    else this.#stoodMs += now - this.#standsSince;
    if (!this.#countdown) return;
    if (stands) this.#countdown.leftMs = leftOf(this.#countdown);
    this.#countdown.since = now;
    if (!stands) this.#watch(this.#countdown.leftMs, now);
  }

  // A timer that is set stays until it goes off, and what is left is looked at then: most works end long before their time,
  // and the next has it for nothing.
  #watch(afterMs: number, now: number): void {
    const at = now + afterMs;
    if (this.#timerAt <= at) return;
    clearTimeout(this.#timer);
    this.#timerAt = at;
    this.#timer = setTimeout(() => this.#ring(), afterMs).unref();
  }

  #ring(): void {
    this.#timerAt = Infinity;
    const countdown = this.#countdown;
    if (!countdown || this.#holders.size) return;
    const leftMs = leftOf(countdown);
    if (leftMs > 0) this.#watch(leftMs, performance.now());
    // Where the process was busy, what came in time is still to be read.
    else setImmediate(() => this.#end(countdown));
  }

  #end(countdown: Countdown): void {
    if (this.#countdown === countdown && !this.#holders.size) countdown.end();
  }
}

interface Countdown {
  leftMs: number;
  /** When so much was left, by `performance.now()`. */
  since: number;
  readonly end: () => void;
}

function leftOf({ leftMs, since }: Countdown): number {
  return Math.max(0, leftMs - (performance.now() - since));
}
