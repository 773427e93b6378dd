import { ProviderError } from '../../src/core/errors';
import type { LogEvent } from '../../src/core/provider';
import { type Clock, follow, type FollowOptions, type LogPage, type ReadLogs } from '../../src/core/tail';

/** A log event of the model: all times are the service's, in milliseconds. */
export interface Line {
  readonly id: string;
  /** The time it says. */
  readonly at: number;
  /** When it arrived. */
  readonly arrived: number;
  /** When readers may first see it. */
  readonly visible: number;
}

export type Fault = 'network' | 'throttled' | 'unknown' | 'auth' | 'empty' | 'forgotten' | 'slow' | 'notFound' | 'none';

export interface World {
  readonly lines: readonly Line[];
  /** What goes wrong with each request in turn, from the beginning again at the end. */
  readonly faults: readonly Fault[];
  /** How much longer each pause in turn takes: the computer sleeps. */
  readonly sleeps: readonly number[];
  /** By how much the user's clock is wrong. */
  readonly skewMs: number;
  readonly pageSize: number;
  readonly tellsArrival: boolean;
  readonly tellsTime: boolean;
}

/** A log service and a computer in virtual time. */
export class VirtualLog {
  readonly #world: World;
  readonly #lines: readonly { readonly line: Line; readonly key: string }[];
  #now: number;
  #faults = 0;
  #sleeps = 0;
  #random = 1;
  #forgot = -1_000;
  requests = 0;
  linesRead = 0;
  quiet = false;

  constructor(world: World, now: number) {
    this.#world = world;
    this.#now = now;
    this.#lines = world.lines.map((line) => ({ line, key: orderKey(line) })).sort((a, b) => (a.key < b.key ? -1 : 1));
  }

  get now(): number {
    return this.#now;
  }

  readonly clock: Clock = {
    now: () => this.#now + this.#world.skewMs,
    sleep: async (ms, signal) => {
      signal.throwIfAborted();
      const extra = this.quiet ? 0 : (next(this.#world.sleeps, this.#sleeps++) ?? 0);
      this.#now += ms + extra;
    },
    random: () => (this.#random = (this.#random * 16_807) % 2_147_483_647) / 2_147_483_647,
  };

  readonly read: ReadLogs = async ({ since, until }, token, { signal }) => {
    signal.throwIfAborted();
    this.requests += 1;
    const before = this.#now;
    this.#now += 5 + (this.requests % 40);
    const fault = this.quiet ? 'none' : (next(this.#world.faults, this.#faults++) ?? 'none');
    if (fault === 'slow') this.#now += 20_000;
    if (fault === 'network' || fault === 'throttled' || fault === 'unknown' || fault === 'auth') throw new ProviderError(fault, `A ${fault} failure.`);
    if (fault === 'notFound' && token === undefined) throw new ProviderError('notFound', 'There is no log.');
    if (fault === 'forgotten' && token !== undefined && this.requests - this.#forgot > 200) return this.#forget();
    const page = this.#page(since.getTime(), until?.getTime() ?? Infinity, token, before, fault === 'empty');
    this.linesRead += page.events.length;
    // A second is all that an HTTP date can tell.
    return this.#world.tellsTime ? { ...page, serverTime: new Date(Math.floor(this.#now / 1_000) * 1_000) } : page;
  };

  /** Now and then only: a service that always forgets is broken, and the tail says so. */
  #forget(): never {
    this.#forgot = this.requests;
    throw new ProviderError('invalid', 'The token is too old.');
  }

  /** Paging goes on after the last line handed out, whatever has come before it in the meantime. */
  #page(since: number, until: number, token: string | undefined, at: number, empty: boolean): LogPage {
    if (empty) return { events: [], next: `${token ?? ''} ` };
    const left = this.#lines.filter(({ line, key }) => line.visible <= at && line.at >= since && line.at <= until && key > (token ?? ''));
    const events = left.slice(0, this.#world.pageSize);
    return { events: events.map(({ line }) => this.#event(line)), next: left.length > events.length ? events.at(-1)?.key : undefined };
  }

  #event({ id, at, arrived }: Line): LogEvent {
    return { id, at: new Date(at), message: 'same text', ingestedAt: this.#world.tellsArrival ? new Date(arrived) : undefined };
  }
}

/** What a tail hands out until the log is at rest, marks included. */
export async function runTail(world: World, since: number, options: Omit<FollowOptions, 'signal' | 'clock'>, chosen = since): Promise<{ log: VirtualLog; events: LogEvent[] }> {
  const log = new VirtualLog(world, since);
  const stop = new AbortController();
  const last = Math.max(since, ...world.lines.map((line) => line.visible));
  const events: LogEvent[] = [];
  // From then on nothing comes any more and nothing fails; a look that began before may have lasted minutes.
  let restedAt = Infinity;
  const clock: Clock = {
    ...log.clock,
    sleep: async (ms, signal) => {
      if (log.now > last && !log.quiet) {
        log.quiet = true;
        restedAt = log.now;
      }
      if (log.now > restedAt + 3 * 60_000) stop.abort();
      await log.clock.sleep(ms, signal);
    },
  };
  try {
    for await (const batch of follow(log.read, new Date(chosen), { ...options, clock, signal: stop.signal })) events.push(...batch);
  } catch (error) {
    if (!stop.signal.aborted) throw error;
  }
  return { log, events };
}

function orderKey(line: Line): string {
  return `${String(line.at).padStart(15, '0')}/${String(line.arrived).padStart(15, '0')}/${line.id}`;
}

function next<T>(values: readonly T[], index: number): T | undefined {
  return values.length === 0 ? undefined : values[index % values.length];
}
