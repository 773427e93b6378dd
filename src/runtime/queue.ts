import { mkdir, readdir, readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import type { Call, Outcome } from './engine/spec';
import { writeAtomic } from './store/files';

/** An event that was accepted and must be run. */
export interface QueuedEvent {
  readonly name: string;
  readonly qualifier?: string;
  readonly call: Call;
  /** How often the function failed on it so far. */
  readonly failures?: number;
}

/** `undefined` when there is no such function any more; rejects with `NoRoom` when it must wait. */
export type RunEvent = (event: QueuedEvent) => Promise<Outcome | undefined>;

// A failed event is tried twice more, after one minute and after two.
const retryMs = [60_000, 120_000];
const waitMs = 1000;

/** Events to run without a caller that waits: on disk before they are accepted, and until they have been run. */
export class EventQueue {
  readonly #folder: string;
  readonly #run: RunEvent;
  readonly #warn: (line: string) => void;
  readonly #timers = new Set<NodeJS.Timeout>();
  #running = 0;

  constructor(folder: string, run: RunEvent, warn: (line: string) => void) {
    this.#folder = folder;
    this.#run = run;
    this.#warn = warn;
  }

  get busy(): boolean {
    return this.#running > 0;
  }

  /** Goes on with what an earlier run accepted. */
  async resume(): Promise<void> {
    await mkdir(this.#folder, { recursive: true, mode: 0o700 });
    const files = (await readdir(this.#folder)).filter((name) => name.endsWith('.json'));
    for (const file of files) await this.#load(path.join(this.#folder, file));
  }

  async add(event: QueuedEvent): Promise<void> {
    await this.#save(event);
    this.#start(event);
  }

  close(): void {
    for (const timer of this.#timers) clearTimeout(timer);
  }

  async #load(file: string): Promise<void> {
    try {
      const text = JSON.parse(await readFile(file, 'utf8')) as QueuedEvent & { payload: string };
      this.#start({ ...text, call: { ...text.call, payload: Buffer.from(text.payload, 'base64') } });
    } catch (error) {
      this.#warn(`The event in ${file} cannot be read: ${String(error)}`);
    }
  }

  async #save(event: QueuedEvent): Promise<void> {
    const { payload, ...call } = event.call;
    await writeAtomic(this.#file(event), JSON.stringify({ ...event, call, payload: Buffer.from(payload).toString('base64') }));
  }

  #start(event: QueuedEvent): void {
    this.#running += 1;
    this.#try(event)
      .catch((error: unknown) => this.#failed(event, error))
      .finally(() => (this.#running -= 1));
  }

  async #try(event: QueuedEvent): Promise<void> {
    const outcome = await this.#run(event);
    const failures = event.failures ?? 0;
    const delay = retryMs[failures];
    if (!outcome || outcome.ok || delay === undefined) return rm(this.#file(event), { force: true });
    const next = { ...event, failures: failures + 1 };
    await this.#save(next);
    this.#later(next, delay);
  }

  #failed(event: QueuedEvent, error: unknown): void {
    if (!(error instanceof Error && error.name === 'NoRoom')) this.#warn(`An event for ${event.name} could not be run: ${String(error)}`);
    this.#later(event, waitMs);
  }

  #later(event: QueuedEvent, delay: number): void {
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      this.#start(event);
    }, delay);
    this.#timers.add(timer.unref());
  }

  #file(event: QueuedEvent): string {
    return path.join(this.#folder, `${event.call.requestId}.json`);
  }
}
