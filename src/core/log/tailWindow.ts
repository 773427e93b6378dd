import type { LogEvent } from '../provider';

/** Milliseconds, all of them by the service's clock. */
export interface WindowLimits {
  /** How far back every pass looks. */
  readonly windowMs: number;
  /** How much older than its arrival a log event may say it is. */
  readonly lateMs: number;
  /** How long after its arrival a log event may stay invisible to readers. */
  readonly lagMs: number;
  /** How many ids are kept at most. */
  readonly maxIds: number;
}

export interface Taken {
  /** The log events that were not handed out before, oldest first. */
  readonly fresh: LogEvent[];
  /** How many of them are older than the window, and by how much the oldest is behind the newest. */
  readonly late: number;
  readonly lateMs: number;
  /** Whether so much came at once that old ids had to be given up before their time. */
  readonly crowded: boolean;
}

interface Seen {
  readonly at: number;
  /** Infinity when the service does not tell. */
  readonly ingested: number;
}

interface Pass {
  readonly sweep: boolean;
  readonly from: number;
  /** A time of the service before anything of this pass was read; `undefined` until one is known. */
  began?: number;
  pages: number;
  /** The time of the newest log event read, and whether pages came in the order of time so far. */
  position: number;
  sorted: boolean;
}

/**
 * What of a log was handed out already, in bounded memory and by the service's clock alone.
 *
 * A pass reads the log from a point in time to its end. Most passes begin at `floor`, a little before the newest log event;
 * a sweep begins so far back that it meets everything that was late or invisible when the sweep before it ran. So once a
 * sweep is complete, everything that had arrived `lagMs` before it began was handed out (`closed`), and an id is kept only
 * as long as its event can be read again and could be taken for a new one.
 */
export class TailWindow {
  readonly #start: number;
  readonly #limits: WindowLimits;
  readonly #seen = new Map<string, Seen>();
  #floor: number;
  /** Where the next sweep begins. */
  #reach: number;
  /** Everything that arrived before was handed out. */
  #closed = -Infinity;
  #newest = -Infinity;
  #newestArrival = -Infinity;
  #trimAt = 0;
  #pass: Pass;

  constructor(start: Date, limits: WindowLimits) {
    this.#start = this.#floor = this.#reach = start.getTime();
    this.#limits = limits;
    this.#pass = this.#newPass(false);
  }

  /** How many ids are kept. */
  get size(): number {
    return this.#seen.size;
  }

  /** Begins a pass; the answer is where to read from. */
  begin(sweep: boolean): Date {
    this.#pass = this.#newPass(sweep);
    return new Date(this.#pass.from);
  }

  /** Begins the pass under way once more, because its place in the log was lost; the answer is where to read from. */
  again(): Date {
    const { from, sorted, position } = this.#pass;
    // Where pages come in order, all before the position was read, and ids from well before it may be gone.
    return new Date(sorted ? Math.max(from, position - this.#limits.windowMs) : from);
  }

  /** Takes a page in. `asked` is a time of the service before it read the page. */
  take(events: readonly LogEvent[], asked: Date | undefined): Taken {
    const pass = this.#pass;
    if (asked && pass.pages === 0) pass.began = Math.max(pass.began ?? -Infinity, asked.getTime());
    pass.pages += 1;
    const newest = this.#newest;
    const fresh = events.filter((event) => this.#isNew(event, asked)).sort((a, b) => a.at.getTime() - b.at.getTime());
    const late = fresh.filter(({ at }) => at.getTime() < this.#floor);
    const lateMs = late[0] ? newest - late[0].at.getTime() : 0;
    return { fresh, late: late.length, lateMs, crowded: this.#trim() };
  }

  /** Ends a pass that read everything. */
  end(): void {
    const { sweep, began } = this.#pass;
    const { windowMs, lateMs, lagMs } = this.#limits;
    if (sweep && began !== undefined) {
      this.#closed = Math.max(this.#closed, began - lagMs);
      this.#reach = Math.max(this.#reach, began - lagMs - lateMs);
    }
    this.#floor = Math.max(this.#floor, Math.max(this.#newest, this.#closed) - windowMs);
    this.#forget((seen) => this.#isSettled(seen));
  }

  #newPass(sweep: boolean): Pass {
    const from = sweep ? Math.min(this.#reach, this.#floor) : this.#floor;
    const began = this.#newestArrival === -Infinity ? undefined : this.#newestArrival;
    return { sweep, from, began, pages: 0, position: -Infinity, sorted: true };
  }

  #isNew(event: LogEvent, asked: Date | undefined): boolean {
    const at = event.at.getTime();
    const arrival = event.ingestedAt?.getTime();
    const seen = { at, ingested: arrival ?? Infinity };
    this.#pass.sorted &&= at >= this.#pass.position;
    this.#pass.position = Math.max(this.#pass.position, at);
    if (!(at >= this.#start) || this.#seen.has(event.id) || this.#isSettled(seen)) return false;
    this.#seen.set(event.id, seen);
    // An event may be dated in the future: only its arrival says how far the log has come.
    this.#newest = Math.max(this.#newest, Math.min(at, arrival ?? asked?.getTime() ?? at));
    this.#newestArrival = Math.max(this.#newestArrival, arrival ?? -Infinity);
    return true;
  }

  /** Whether an event was handed out for certain, so that its id need not be kept. */
  #isSettled({ at, ingested }: Seen): boolean {
    return at < this.#floor && (ingested < this.#closed || at < this.#reach);
  }

  /** Within a pass ids are given up in bulk, as soon as twice as many are kept; at its end exactly. */
  #trim(): boolean {
    if (this.#seen.size < this.#trimAt) return false;
    const { sweep, began, sorted, position } = this.#pass;
    // What this sweep, once complete, will have settled; before this edge it is not read again, see `again`.
    const edge = sorted ? Math.min(position, this.#newest) - this.#limits.windowMs : -Infinity;
    const closed = sweep && began !== undefined ? began - this.#limits.lagMs : -Infinity;
    this.#forget((seen) => this.#isSettled(seen) || (seen.at < edge && seen.ingested < closed));
    if (this.#seen.size <= this.#limits.maxIds) return false;
    this.#giveUpOlderHalf();
    return true;
  }

  /** Bounds memory when far more comes than expected: what arrives very late from here on may be missed. */
  #giveUpOlderHalf(): void {
    const kept = [...this.#seen.values()];
    const arrivals = kept.map(({ ingested }) => ingested).filter(Number.isFinite);
    this.#floor = Math.max(this.#floor, median(kept.map(({ at }) => at)));
    this.#closed = Math.max(this.#closed, median(arrivals));
    if (arrivals.length < kept.length) this.#reach = Math.max(this.#reach, this.#floor);
    this.#forget((seen) => this.#isSettled(seen));
  }

  #forget(isOld: (seen: Seen) => boolean): void {
    for (const [id, seen] of this.#seen) {
      if (isOld(seen)) this.#seen.delete(id);
    }
    const { size } = this.#seen;
    const { maxIds } = this.#limits;
    this.#trimAt = size > maxIds ? size * 2 : Math.min(maxIds + 1, Math.max(10_000, size * 2));
  }
}

function median(values: readonly number[]): number {
  return Float64Array.from(values).sort()[values.length >> 1] ?? -Infinity;
}
