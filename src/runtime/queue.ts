import { mkdirSync, readFileSync } from 'node:fs';
import { readdir, readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { ApiError } from './api/errors';
import type { Call } from './engine/spec';
import { writeAtomic } from './store/files';

/** An event that was accepted and must be run. */
export interface QueuedEvent {
  readonly name: string;
  readonly qualifier?: string;
  readonly call: Call;
  /** How often the function failed on it so far. */
  readonly failures?: number;
  /** How often it could not even be given to the function. */
  readonly faults?: number;
  /** Milliseconds since 1970. */
  readonly accepted?: number;
  /** Not to be tried before, in milliseconds since 1970. */
  readonly due?: number;
}

/** The event as it must be tried again, and when. */
export interface Again {
  readonly event: QueuedEvent;
  readonly afterMs: number;
}

/** `undefined` when the event is done with, well or not. */
export type RunEvent = (event: QueuedEvent) => Promise<Again | undefined>;

/** A call that waits: what it brings stays in its file until it is asked for, so that many do not fill the memory. */
class WaitingCall implements Call {
  readonly requestId: string;
  readonly arn: string;
  readonly traceId: string;
  readonly clientContext?: string;
  readonly hops?: number;
  readonly #file: string;

  constructor({ requestId, arn, traceId, clientContext, hops }: Call, file: string) {
    this.requestId = requestId;
    this.arn = arn;
    this.traceId = traceId;
    this.clientContext = clientContext;
    this.hops = hops;
    this.#file = file;
  }

  /** Throws when the file is gone. */
  get payload(): Uint8Array {
    const { payload } = JSON.parse(readFileSync(this.#file, 'utf8')) as { payload: string };
    return Buffer.from(payload, 'base64');
  }
}

/** Each is a file. */
const mostWaiting = 10_000;

/** After so many faults: longer each time, up to five minutes, as on AWS. */
export function waitMs(faults = 0): number {
  return Math.min(1000 * 2 ** faults, 300_000);
}

/** Events to run without a caller that waits: on disk before they are accepted, and until they have been run. */
export class EventQueue {
  readonly #folder: string;
  readonly #run: RunEvent;
  readonly #warn: (line: string) => void;
  readonly #timers = new Set<NodeJS.Timeout>();
  readonly #waiting = new Set<string>();
  #running = 0;
  #closed = false;

  constructor(folder: string, run: RunEvent, warn: (line: string) => void) {
    this.#folder = folder;
    this.#run = run;
    this.#warn = warn;
    mkdirSync(folder, { recursive: true, mode: 0o700 });
  }

  get busy(): boolean {
    return this.#running > 0;
  }

  /** Goes on with what an earlier run accepted, beside what was added to this one already. */
  async resume(): Promise<void> {
    const isNew = (name: string) => this.#waiting.has(path.basename(name, '.json'));
    const files = (await readdir(this.#folder)).filter((name) => name.endsWith('.json') && !isNew(name));
    for (const file of files) await this.#load(path.join(this.#folder, file));
  }

  /** Resolves once the event is on disk. Throws `ApiError` when too many wait already. */
  async add(event: QueuedEvent): Promise<void> {
    if (this.#waiting.size >= mostWaiting) throw new ApiError(429, 'TooManyRequestsException', `${mostWaiting} events wait already: wait until some have run.`);
    this.#waiting.add(event.call.requestId);
    const accepted = { ...event, accepted: Date.now() };
    await this.#save(accepted).catch((error: unknown) => {
      this.#waiting.delete(event.call.requestId);
      throw error;
    });
    this.#start(accepted);
  }

  /** Starts no more; what is added from now on waits on disk for the next run. */
  close(): void {
    this.#closed = true;
    for (const timer of this.#timers) clearTimeout(timer);
  }

  async #load(file: string): Promise<void> {
    try {
      const { payload, ...text } = JSON.parse(await readFile(file, 'utf8')) as QueuedEvent & { payload: string };
      const event = { accepted: Date.now(), ...text, call: { ...text.call, payload: Buffer.from(payload, 'base64') } };
      this.#waiting.add(event.call.requestId);
      this.#later(event, (event.due ?? 0) - Date.now());
    } catch (error) {
      this.#warn(`The event in ${file} cannot be read: ${String(error)}`);
    }
  }

  async #save(event: QueuedEvent): Promise<void> {
    const { payload, ...call } = event.call;
    await writeAtomic(this.#file(event), JSON.stringify({ ...event, call, payload: Buffer.from(payload).toString('base64') }));
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

  async #remove(event: QueuedEvent): Promise<void> {
    await rm(this.#file(event), { force: true });
    this.#waiting.delete(event.call.requestId);
  }

  #failed(event: QueuedEvent, error: unknown): void {
    this.#warn(`An event for ${event.name} could not be run: ${String(error)}`);
    this.#later({ ...event, faults: (event.faults ?? 0) + 1 }, waitMs(event.faults));
  }

  #later(event: QueuedEvent, delay: number): void {
    const call = event.call instanceof WaitingCall ? event.call : new WaitingCall(event.call, this.#file(event));
    if (delay <= 0) return this.#start({ ...event, call });
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      this.#start({ ...event, call });
    }, delay);
    this.#timers.add(timer.unref());
  }

  #file(event: QueuedEvent): string {
    return path.join(this.#folder, `${event.call.requestId}.json`);
  }
}
