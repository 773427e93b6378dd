import { randomUUID } from 'node:crypto';
import { tellLog } from '../api/destinations';
import type { World } from '../api/call';
import { traceId } from '../api/invoke';
import { lookup } from '../api/names';
import { OneByOne } from '../store/oneByOne';
import type { TriggerRecord, TriggerStore } from '../store/triggers';
import { systemClock, type Clock } from './clock';
import { FileRun } from './fileRun';
import { QueueRun } from './queueRun';
import { Refusal } from './refusal';
import { messageOf, type Post, type Running } from './running';
import { ScheduleRun } from './scheduleRun';

/** What calls functions by itself: keeps the triggers, and those running that are on. */
export class Triggers {
  readonly #store: TriggerStore;
  readonly #world: () => World;
  readonly #clock: Clock;
  readonly #running = new Map<string, Running>();
  /** What is on disk is what runs. */
  readonly #changes = new OneByOne();

  /** `data` is the folder that the runtime writes to. */
  constructor(store: TriggerStore, readonly data: string, world: () => World, clock = systemClock) {
    this.#store = store;
    this.#world = world;
    this.#clock = clock;
  }

  /** Begins with those that are on. */
  start(): void {
    for (const record of this.#store.list()) if (!this.#running.has(record.id)) this.#begin(record);
  }

  /** All of them, or those of a function; the oldest first. */
  list(name?: string): readonly TriggerRecord[] {
    return this.#store.list().filter((record) => name === undefined || record.name === name);
  }

  get(id: string): TriggerRecord | undefined {
    return this.#store.get(id);
  }

  /** Why a trigger does not work although it is on, or what it does. */
  note(id: string): string | undefined {
    return this.#running.get(id)?.note;
  }

  /** Keeps a trigger, new or changed, and has it run as it now is. */
  async put(record: TriggerRecord): Promise<void> {
    return this.#changes.run(async () => {
      await this.#store.save(record);
      this.#end(record.id);
      this.#begin(record);
    });
  }

  /** Tags a trigger; it runs on as it does. */
  async tag(id: string, tags: TriggerRecord['tags']): Promise<void> {
    return this.#changes.run(async () => {
      const record = this.#store.get(id);
      if (record) await this.#store.save({ ...record, tags });
    });
  }

  async remove(id: string): Promise<void> {
    return this.#changes.run(async () => {
      this.#end(id);
      await this.#store.remove(id);
    });
  }

  /** Of a function that goes. */
  async removeOf(name: string): Promise<void> {
    for (const { id } of this.list(name)) await this.remove(id);
  }

  close(): void {
    for (const id of [...this.#running.keys()]) this.#end(id);
  }

  #begin(record: TriggerRecord): void {
    if (!record.enabled || record.source.kind === 'http') return;
    try {
      this.#running.set(record.id, run(this.#postFor(record)));
    } catch (error) {
      this.#world().warn(`A trigger of ${record.name} cannot run: ${messageOf(error)}`);
      this.#running.set(record.id, { note: messageOf(error), stop: () => undefined });
    }
  }

  #end(id: string): void {
    this.#running.get(id)?.stop();
    this.#running.delete(id);
  }

  #postFor(record: TriggerRecord): Post {
    const world = this.#world();
    const found = () => lookup(world, record.name, record.qualifier);
    return {
      world,
      record,
      clock: this.#clock,
      tell: (line) => {
        const at = found();
        if (at) tellLog(world, at, undefined, line);
      },
      call: async (event, what) => {
        const at = found();
        if (!at) throw new Refusal('The version or alias that it calls is gone; remove it and add it anew.', 404);
        const call = { requestId: randomUUID(), arn: at.arn, payload: Buffer.from(JSON.stringify(event)), traceId: traceId() };
        await world.queue.add({ name: record.name, qualifier: record.qualifier, call });
        tellLog(world, at, call.requestId, what);
      },
      keepTime: (at) => this.#keepTime(record.id, at),
    };
  }

  async #keepTime(id: string, fired: number): Promise<void> {
    return this.#changes.run(async () => {
      const record = this.#store.get(id);
      if (record) await this.#store.save({ ...record, fired });
    });
  }
}

function run(post: Post): Running {
  const { source } = post.record;
  if (source.kind === 'schedule') return new ScheduleRun(post, source);
  if (source.kind === 'file') return new FileRun(post, source);
  if (source.kind === 'queue') return new QueueRun(post, source);
  throw new Error(`there is no kind ${source.kind} that runs`);
}
