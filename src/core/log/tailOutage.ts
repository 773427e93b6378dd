import { type ErrorKind, isProviderError, type ProviderError } from '../errors';

const noticeMs = 5_000;
const tellMs = 30_000;
const longestWaitMs = 30_000;

/** Kinds of failure that pass by themselves, or once the user has signed in, with the first pause after them. */
const pauses: Partial<Record<ErrorKind, number>> = { network: 500, throttled: 1_000, unknown: 500, auth: 10_000 };

/** How long a service has been out of reach, what to tell of it, and how long to wait before it is asked again. */
export class TailOutage {
  readonly #pollMs: number;
  /** When the service last answered. */
  #heard: number;
  #failures = 0;
  #told = false;
  #lostMs = 0;

  constructor(pollMs: number, now: number) {
    this.#pollMs = pollMs;
    this.#heard = now;
  }

  silentMs(now: number): number {
    return Math.max(0, now - this.#heard);
  }

  /** Takes a failure in, and throws it when waiting cannot mend it. */
  failed(error: unknown): ProviderError {
    if (!isProviderError(error) || pauses[error.kind] === undefined) throw error;
    this.#failures += 1;
    return error;
  }

  /** Whether it is time to tell the user; true once in an outage. */
  tell(error: ProviderError, now: number): boolean {
    if (this.#told || (error.kind !== 'auth' && this.silentMs(now) < tellMs)) return false;
    this.#told = true;
    return true;
  }

  /** Milliseconds to wait; `random` from 0 to 1 keeps many tails from asking in step. */
  pause(error: ProviderError, now: number, random: number): number {
    const first = pauses[error.kind] ?? 0;
    const grown = first * 2 ** Math.min(this.#failures - 1, 10);
    const longest = this.#told ? longestWaitMs : Math.max(first, tellMs - this.silentMs(now));
    return Math.max(first, Math.min(longest, grown)) * (0.5 + random / 2);
  }

  /** The service answered what it was asked at `sent`; a computer that slept in between was out of reach too. */
  answered(sent: number): void {
    const silent = sent - this.#heard;
    if (this.#told || silent > this.#pollMs + noticeMs) this.#lostMs = Math.max(this.#lostMs, silent);
    this.#failures = 0;
    this.#told = false;
  }

  /** The answer was dealt with. */
  heard(now: number): void {
    this.#heard = now;
  }

  /** How long the service had been out of reach before the pass that is now complete, if long enough to tell. */
  recovered(): number | undefined {
    const lost = this.#lostMs;
    this.#lostMs = 0;
    return lost > 0 ? lost : undefined;
  }
}
