import type { LogEvent } from '../provider';

/** How far back a tail that starts again may read; ids of older log events are not kept. */
const reachMs = 60_000;
const mostIds = 200_000;

/** Which log events a channel shows already, so that a tail that is started again repeats none. */
export class PrintedEvents {
  readonly #times = new Map<string, number>();
  /** Nothing older may be read again: its ids are gone. */
  #floor = -Infinity;

  /** Where a tail may begin that would like to begin a minute before now. */
  since(now: Date): Date {
    return new Date(Math.max(this.#floor, now.getTime() - reachMs));
  }

  /** Those that are not shown yet; from now on they count as shown. Marks always are new. */
  add(events: readonly LogEvent[], now: Date): readonly LogEvent[] {
    const fresh = events.filter(({ id, mark }) => mark !== undefined || !this.#times.has(id));
    for (const { id, at, mark } of fresh) if (!mark) this.#times.set(id, at.getTime());
    if (this.#times.size > mostIds) this.#forget(now.getTime() - reachMs);
    return fresh;
  }

  clear(): void {
    this.#times.clear();
    this.#floor = -Infinity;
  }

  #forget(edge: number): void {
    this.#floor = Math.max(this.#floor, edge);
    const times = Float64Array.from(this.#times.values()).sort();
    // Half of them go at the least, so that this is not done for every batch of a flood.
    this.#floor = Math.max(this.#floor, (times[times.length >> 1] ?? 0) + 1);
    for (const [id, at] of this.#times) if (at < this.#floor) this.#times.delete(id);
  }
}
