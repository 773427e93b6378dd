import { mkdirSync, readdirSync, statSync } from 'node:fs';
import { readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { formatBytes } from '../core/bytes';
import { ApiError } from './api/errors';
import { type QueuedEvent, readEvent, WaitingCall, writeEvent } from './queuedEvent';
import { DiskRoom } from './store/diskRoom';
import { writeAtomic } from './store/files';

/** The event as it must be tried again, and when. */
export interface Again {
  readonly event: QueuedEvent;
  readonly afterMs: number;
}

/** `undefined` when the event is done with, well or not. */
export type RunEvent = (event: QueuedEvent) => Promise<Again | undefined>;

/**
 * Each is a file, of 1.4 MB at most. The bytes are those of seven hundred of the largest: as many as a disk can spare, and
 * more than functions on one machine get done soon.
 */
const most = { events: 10_000, bytes: 1024 * 1024 * 1024 };

/** Nothing waits longer for its next try. */
const longestMs = 300_000;

/** After so many faults: longer each time, up to five minutes, as on AWS. */
export function waitMs(faults = 0): number {
  return Math.min(1000 * 2 ** faults, longestMs);
}

/** Events to run without a caller that waits: on disk before they are accepted, and until they have been run. */
export class EventQueue {
  readonly #folder: string;
  readonly #run: RunEvent;
  readonly #warn: (line: string) => void;
  readonly #limits: typeof most;
  readonly #timers = new Set<NodeJS.Timeout>();
  /** By their ids, the bytes of each. */
  readonly #waiting = new Map<string, number>();
  readonly #room: DiskRoom;
  /** Of an earlier run. */
  readonly #left: readonly string[];
  #running = 0;
  #closed = false;

  constructor(folder: string, run: RunEvent, warn: (line: string) => void, limits = most) {
    this.#folder = folder;
    this.#run = run;
    this.#warn = warn;
    this.#limits = limits;
    this.#room = new DiskRoom(limits.bytes);
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    this.#left = readdirSync(folder).filter((name) => name.endsWith('.json')).map((name) => path.basename(name, '.json'));
    for (const id of this.#left) this.#count(id, statSync(this.#file(id), { throwIfNoEntry: false })?.size ?? 0);
  }

  get busy(): boolean {
    return this.#running > 0;
  }

  /** Goes on with what an earlier run accepted, beside what was added to this one already. */
  async resume(): Promise<void> {
    for (const id of this.#left) await this.#load(id);
  }

  /** Resolves once the event is on disk. Throws `ApiError` when too many wait already. */
  async add(event: QueuedEvent): Promise<void> {
    await this.#accept(event, 1);
  }

  /** As `add`, of the result of an event that has run: there is as much room again, or a full queue could get no emptier. */
  async addResult(event: QueuedEvent): Promise<void> {
    await this.#accept(event, 2);
  }

  /** Starts no more; what is added from now on waits on disk for the next run. */
  close(): void {
    this.#closed = true;
    for (const timer of this.#timers) clearTimeout(timer);
  }

  async #accept(event: QueuedEvent, share: number): Promise<void> {
    const { requestId } = event.call;
    const accepted = { ...event, accepted: Date.now() };
    const text = writeEvent(accepted);
    if (this.#waiting.size >= this.#limits.events * share) throw full(`${this.#limits.events} events wait already`);
    if (!this.#room.has(text.length - this.#limits.bytes * (share - 1))) throw full(`The events that wait already take the ${formatBytes(this.#limits.bytes)} that they may`);
    this.#count(requestId, text.length);
    await writeAtomic(this.#file(requestId), text).catch((error: unknown) => {
      this.#forget(requestId);
      throw error;
    });
    this.#start(accepted);
  }

  async #load(id: string): Promise<void> {
    try {
      const event = readEvent(await readFile(this.#file(id), 'utf8'));
      if (event.call.requestId !== id) throw new Error('it has the name of another event');
      // When the clock was set back meanwhile, that is no reason to wait longer than anything waits.
      this.#later(event, Math.min((event.due ?? 0) - Date.now(), longestMs));
    } catch (error) {
      this.#forget(id);
      this.#warn(`The event in ${this.#file(id)} cannot be read: ${String(error)}`);
    }
  }

  #count(id: string, bytes: number): void {
    this.#room.take(bytes - (this.#waiting.get(id) ?? 0));
    this.#waiting.set(id, bytes);
  }

  #forget(id: string): void {
    this.#room.give(this.#waiting.get(id) ?? 0);
    this.#waiting.delete(id);
  }

  #start(event: QueuedEvent): void {
    if (this.#closed) return;
    this.#running += 1;
    this.#try(event)
      .catch((error: unknown) => this.#failed(event, error))
      .finally(() => (this.#running -= 1));
  }

  async #try(event: QueuedEvent): Promise<void> {
    const again = await this.#run(event);
    if (!again) return this.#remove(event);
    const next = { ...again.event, due: Date.now() + again.afterMs };
    // One that only waits for its turn stays on disk as it is.
    if (again.event !== event) await this.#save(next);
    this.#later(next, again.afterMs);
  }

  async #save(event: QueuedEvent): Promise<void> {
    const text = writeEvent(event);
    await writeAtomic(this.#file(event.call.requestId), text);
    this.#count(event.call.requestId, text.length);
  }

  // It has been run: that the disk does not let go of it is no reason to run it again now.
  async #remove({ call: { requestId } }: QueuedEvent): Promise<void> {
    const file = this.#file(requestId);
    await rm(file, { force: true }).catch((error: unknown) => this.#warn(`${file} cannot be removed, and will be run again after the next start: ${String(error)}`));
    this.#forget(requestId);
  }

  #failed(event: QueuedEvent, error: unknown): void {
    this.#warn(`An event for ${event.name} could not be run: ${String(error)}`);
    this.#later({ ...event, faults: (event.faults ?? 0) + 1 }, waitMs(event.faults));
  }

  #later(event: QueuedEvent, delay: number): void {
    const call = event.call instanceof WaitingCall ? event.call : new WaitingCall(event.call, this.#file(event.call.requestId));
    if (delay <= 0) return this.#start({ ...event, call });
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      this.#start({ ...event, call });
    }, delay);
    this.#timers.add(timer.unref());
  }

  #file(id: string): string {
    return path.join(this.#folder, `${id}.json`);
  }
}

// As AWS refuses who sends too fast. https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html (TooManyRequestsException)
function full(what: string): ApiError {
  return new ApiError(429, 'TooManyRequestsException', `${what}: wait until some have run.`, { Reason: 'CallerRateLimitExceeded' });
}
