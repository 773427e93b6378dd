import { Refusal } from './refusal';

const spanMs = 15 * 3_600_000;
const quarterMs = 900_000;

/** A time zone: what its clocks show, as the milliseconds of the same digits in UTC. */
export class Zone {
  readonly #format: Intl.DateTimeFormat | undefined;
  /** By the quarter of an hour: how far clocks are ahead of UTC, in milliseconds. */
  readonly #ahead = new Map<number, number>();

  /** Takes an IANA name; throws `Refusal`. */
  constructor(readonly name: string) {
    const options = { year: 'numeric', month: 'numeric', day: 'numeric', hour: 'numeric', minute: 'numeric', second: 'numeric' } as const;
    try {
      this.#format = name === 'UTC' ? undefined : new Intl.DateTimeFormat('en-US', { ...options, timeZone: name, hourCycle: 'h23', calendar: 'gregory' });
    } catch (error) {
      if (error instanceof RangeError) throw new Refusal(`"${name}" is no time zone; write a name like Europe/Berlin, or UTC.`);
      throw error;
    }
  }

  clockAt(instant: number): number {
    return this.#format ? instant + this.#aheadAt(Math.floor(instant / quarterMs), this.#format) : instant;
  }

  // Clocks are changed at quarters of an hour, and asking what they show takes its time.
  #aheadAt(quarter: number, format: Intl.DateTimeFormat): number {
    const known = this.#ahead.get(quarter);
    if (known !== undefined) return known;
    const parts = Object.fromEntries(format.formatToParts(quarter * quarterMs).map(({ type, value }) => [type, Number(value)]));
    const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = parts;
    const ahead = Date.UTC(year, month - 1, day, hour, minute, second) - quarter * quarterMs;
    if (this.#ahead.size > 1000) this.#ahead.clear();
    this.#ahead.set(quarter, ahead);
    return ahead;
  }

  /** When clocks show this for the first time; `undefined` of what they leap over. */
  firstInstant(clock: number): number | undefined {
    if (!this.#format) return clock;
    // Clocks are never further from UTC, so that whatever they are ahead there is among what they are ahead at these times.
    const ahead = new Set([clock - spanMs, clock, clock + spanMs].map((instant) => this.clockAt(instant) - instant));
    const instants = [...ahead].map((ms) => clock - ms).filter((instant) => this.clockAt(instant) === clock);
    return instants.length ? Math.min(...instants) : undefined;
  }
}
