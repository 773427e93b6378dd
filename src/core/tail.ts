import { setTimeout as wait } from 'node:timers/promises';
import { isAbort, isProviderError, throwIfAborted } from './errors';
import type { CallOptions, LogEvent, TailOptions } from './provider';
import { crowdedMark, filledMark, goneMark, lateMark, waitingMark } from './log/tailMarks';
import { TailOutage } from './log/tailOutage';
import { TailWindow } from './log/tailWindow';

/** One answer of a log service. An empty page with a `next` is not the end. */
export interface LogPage {
  readonly events: readonly LogEvent[];
  /** Asks for the page after; left out on the last one. */
  readonly next?: string;
  /** The service's clock when it answered. */
  readonly serverTime?: Date;
}

/**
 * Reads one page of a log, from `since` on, both ends included. Rejects with `ProviderError`: `network`, `throttled` and
 * `unknown` are tried again, `auth` too but slower, `notFound` says that there is no log yet; all others end the tail.
 */
export type ReadLogs = (
  range: { readonly since: Date; readonly until?: Date },
  next: string | undefined,
  options: CallOptions,
) => Promise<LogPage>;

/** What a tail needs of the world; tests bring a clock of their own. */
export interface Clock {
  /** Milliseconds; they may jump when the computer sleeps or its clock is set. */
  now(): number;
  sleep(ms: number, signal: AbortSignal): Promise<void>;
  /** From 0 to 1. */
  random(): number;
}

export interface FollowOptions extends TailOptions {
  /** The pause between two looks at the log. */
  readonly pollMs: number;
  /** How far before the newest log event every look begins; 10 s by default. */
  readonly windowMs?: number;
  /** How much older than its arrival a log event may be; 15 min by default. Older ones may be missed. */
  readonly lateMs?: number;
  /** How long after its arrival the service may still hide a log event; 3 min by default. */
  readonly lagMs?: number;
  /** How often the log is swept for late and hidden log events; 30 s by default. */
  readonly sweepMs?: number;
  /** How many ids are kept at most; 200,000 by default. */
  readonly maxIds?: number;
  readonly clock?: Clock;
  /** Takes the place of that pause: ends early when there may be more to read. */
  readonly pause?: Clock['sleep'];
}

const seconds = (count: number): number => count * 1_000;
const staleTokenMs = seconds(5 * 60);
/** A sweep that takes long comes less often: one in so many parts of the time, but not rarer than so many intervals. */
const sweepShare = 20;
const rarestSweep = 4;
const mostRestarts = 3;
/** What a slow answer, in whole seconds, may look ahead by. */
const clockNoiseMs = seconds(5);

const systemClock: Clock = {
  now: () => Date.now(),
  sleep: async (ms, signal) => wait(ms, undefined, { signal }),
  random: () => Math.random(),
};

/**
 * Follows a log: every log event from `since` on once, oldest first within a batch, through failures, sleep and expired
 * credentials, with marks where the user should know. With `until` it ends after a complete look at the log, and throws
 * where it would else have to wait long.
 */
export async function* follow(read: ReadLogs, since: Date, options: FollowOptions): AsyncGenerator<readonly LogEvent[]> {
  yield* new Follower(read, since, options).run();
}

class Follower {
  readonly #read: ReadLogs;
  readonly #options: FollowOptions;
  readonly #clock: Clock;
  readonly #since: Date;
  #window: TailWindow;
  readonly #outage: TailOutage;
  #sweptAt = -Infinity;
  #sweepEvery = 0;
  #serverTime?: Date;
  /** Milliseconds by which the service's clock is ahead of this one. */
  #ahead = 0;
  #restarts = 0;
  #received = 0;
  #missing = true;
  #isAligned = false;

  constructor(read: ReadLogs, since: Date, options: FollowOptions) {
    this.#read = read;
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
    this.#since = since;
    this.#window = windowFrom(since, options);
    this.#outage = new TailOutage(options.pollMs, this.#clock.now());
  }

  async *run(): AsyncGenerator<readonly LogEvent[], void> {
    const { until, pollMs, pause, signal } = this.#options;
    for (;;) {
      throwIfAborted(signal);
      const now = Math.max(this.#clock.now(), this.#serverTime?.getTime() ?? 0);
      yield* this.#pass();
      if (until && now >= until.getTime()) return;
      await (pause ? pause(pollMs, signal) : this.#clock.sleep(pollMs, signal));
    }
  }

  /** One look at the log, to its end. */
  async *#pass(): AsyncGenerator<readonly LogEvent[], void> {
    const began = this.#clock.now();
    // By distance, not by order: the clock may have been set back.
    const sweep = Math.abs(began - this.#sweptAt) >= this.#sweepEvery;
    this.#restarts = 0;
    if (!(yield* this.#readAll(this.#window.begin(sweep)))) return;
    this.#window.end();
    if (sweep) this.#swept(began);
    const lostMs = this.#outage.recovered();
    if (lostMs !== undefined) yield [filledMark(this.#time(), lostMs, this.#received)];
    this.#received = 0;
  }

  #swept(began: number): void {
    this.#sweptAt = began;
    const { sweepMs = seconds(30) } = this.#options;
    this.#sweepEvery = Math.min(rarestSweep * sweepMs, Math.max(sweepMs, sweepShare * (this.#clock.now() - began)));
  }

  /** Whether the log was there and was read to its end. */
  async *#readAll(start: Date): AsyncGenerator<readonly LogEvent[], boolean> {
    let since = start;
    let next: string | undefined;
    for (;;) {
      const page = yield* this.#page(since, next);
      if (page === 'absent') return false;
      if (page === 'lost') {
        since = this.#window.again();
        next = undefined;
        continue;
      }
      if (this.#align(page)) {
        since = this.#window.begin(true);
        continue;
      }
      if (page.events.length > 0) yield* this.#take(page);
      else this.#window.take([], page.serverTime);
      this.#outage.heard(this.#clock.now());
      if (page.next === undefined || page.next === next) return true;
      next = page.next;
    }
  }

  /** Moves the start back, once, when the caller's clock, by which it was chosen, is ahead of the service's. */
  #align({ serverTime }: LogPage): boolean {
    if (this.#isAligned || !serverTime || this.#options.until) return false;
    this.#isAligned = true;
    const ahead = this.#clock.now() - serverTime.getTime();
    if (ahead < clockNoiseMs) return false;
    this.#window = windowFrom(new Date(this.#since.getTime() - ahead), this.#options);
    return true;
  }

  async *#take(page: LogPage): AsyncGenerator<readonly LogEvent[], void> {
    const { fresh, late, lateMs, crowded } = this.#window.take(page.events, page.serverTime);
    const first = fresh[0];
    if (!first) return;
    this.#received += fresh.length;
    yield [...(late > 0 ? [lateMark(first.at, late, lateMs)] : []), ...fresh, ...(crowded ? [crowdedMark(this.#time())] : [])];
  }

  /** A page, asked for until it comes; `lost` when the pass must begin again, `absent` when there is no log. */
  async *#page(since: Date, next: string | undefined): AsyncGenerator<readonly LogEvent[], LogPage | 'lost' | 'absent'> {
    for (let tries = 0; ; tries += 1) {
      if (tries > 0 && next !== undefined && this.#outage.silentMs(this.#clock.now()) > staleTokenMs) return 'lost';
      const page = yield* this.#try(since, next);
      if (page === undefined) continue;
      if (page === 'absent' || page === 'lost') return page;
      // Some services answer a token that they no longer know with an empty end.
      if (tries > 0 && next !== undefined && page.events.length === 0 && page.next === undefined) return 'lost';
      return page;
    }
  }

  /** One request; `undefined` after a failure and its pause. The page's time is the one before the service read it. */
  async *#try(since: Date, next: string | undefined): AsyncGenerator<readonly LogEvent[], LogPage | 'lost' | 'absent' | undefined> {
    const { until, signal } = this.#options;
    const sent = this.#clock.now();
    try {
      const page = await this.#read({ since, until }, next, { signal });
      this.#outage.answered(sent);
      return this.#timed(page, sent);
    } catch (error) {
      return yield* this.#recover(error, next);
    }
  }

  async *#recover(error: unknown, next: string | undefined): AsyncGenerator<readonly LogEvent[], 'lost' | 'absent' | undefined> {
    const { until, signal } = this.#options;
    if (isAbort(error) || !isProviderError(error)) throw error;
    throwIfAborted(signal);
    if (error.kind === 'notFound') return yield* this.#absent(next);
    if (error.kind === 'invalid' && next !== undefined && (this.#restarts += 1) <= mostRestarts) return 'lost';
    const failure = this.#outage.failed(error);
    const now = this.#clock.now();
    if (this.#outage.tell(failure, now)) {
      if (until) throw error;
      yield [waitingMark(this.#time(), this.#outage.silentMs(now), failure.message)];
    }
    await this.#clock.sleep(this.#outage.pause(failure, now, this.#clock.random()), signal);
    return undefined;
  }

  async *#absent(next: string | undefined): AsyncGenerator<readonly LogEvent[], 'lost' | 'absent'> {
    const sent = this.#clock.now();
    this.#outage.answered(sent);
    this.#outage.heard(sent);
    // A page in the middle may be missing for a reason of its own: only the log's beginning says that there is none.
    if (next !== undefined && (this.#restarts += 1) <= mostRestarts) return 'lost';
    if (!this.#missing) yield [goneMark(this.#time())];
    this.#missing = true;
    return 'absent';
  }

  #timed(page: LogPage, sent: number): LogPage {
    this.#missing = false;
    this.#serverTime = page.serverTime ?? this.#serverTime;
    if (!page.serverTime) return page;
    const now = this.#clock.now();
    const ahead = page.serverTime.getTime() - now;
    this.#ahead = Math.abs(ahead) < clockNoiseMs ? 0 : ahead;
    const elapsed = Math.max(0, now - sent);
    return { ...page, serverTime: new Date(page.serverTime.getTime() - elapsed) };
  }

  /** This moment by the service's clock, as log events have it; after an outage the last answer's time would be old. */
  #time(): Date {
    return new Date(this.#clock.now() + this.#ahead);
  }
}

function windowFrom(since: Date, options: FollowOptions): TailWindow {
  const { windowMs = seconds(10), lateMs = seconds(15 * 60), lagMs = seconds(3 * 60), maxIds = 200_000 } = options;
  return new TailWindow(since, { windowMs, lateMs, lagMs, maxIds });
}
