/** What the budget needs of the world; tests bring a clock of their own. */
export interface BudgetClock {
  /** Milliseconds that only ever go forward. */
  now(): number;
  /** From 0 to 1. */
  random(): number;
}

/**
 * Google lets a project read its logs 60 times a minute, whoever asks, https://cloud.google.com/logging/quotas. This keeps
 * below: with `burst` at once and one in `intervalMs` it comes to 56 in any minute, which leaves others a little.
 */
const intervalMs = 1_200;
const burst = 6;

const firstPauseMs = 5_000;
const longestPauseMs = 60_000;

/** When the next request for a project's logs may go. */
export class LogBudget {
  readonly #clock: BudgetClock;
  /** When all that was spent will have been earned. */
  #earned = -Infinity;
  #pausedUntil = -Infinity;
  #refusals = 0;

  constructor(clock: BudgetClock = { now: () => performance.now(), random: () => Math.random() }) {
    this.#clock = clock;
  }

  /** Milliseconds until a request may go; 0 when it may go now. */
  get waitMs(): number {
    const now = this.#clock.now();
    return Math.max(0, this.#pausedUntil - now, this.#earned - (burst - 1) * intervalMs - now);
  }

  spend(): void {
    this.#earned = Math.max(this.#earned, this.#clock.now()) + intervalMs;
  }

  /** The quota is used up, by whomever: nothing goes for a while, longer each time. */
  refused(): void {
    const now = this.#clock.now();
    if (now < this.#pausedUntil) return;
    const pause = Math.min(longestPauseMs, firstPauseMs * 2 ** this.#refusals);
    this.#refusals = Math.min(this.#refusals + 1, 10);
    // Not all windows in step.
    this.#pausedUntil = now + pause * (0.9 + this.#clock.random() / 10);
    // One at first, to see how things stand.
    this.#earned = this.#pausedUntil + (burst - 1) * intervalMs;
  }

  answered(): void {
    if (this.#clock.now() >= this.#pausedUntil) this.#refusals = 0;
  }
}
