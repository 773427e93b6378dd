import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { route } from '../api/aliases';
import { run, traceId } from '../api/invoke';
import { lookup, type Found } from '../api/names';
import { tellLog } from '../api/destinations';
import type { Outcome } from '../engine/spec';
import type { Received } from '../store/queueMessages';
import { queueSetting, type Queue } from '../store/queues';
import type { QueueSource } from '../store/triggers';
import { fitsFilters } from './queueFilter';
import { messageOf, readable, type Post, type Running } from './running';
import { failedIds, sqsRecord } from './sqsEvent';

const idleMs = 60_000;
const lookMs = 1000;
const firstBackOffMs = 100;
const maxBackOffMs = 5000;
const usualConcurrency = 5;
const maxBytes = 5.5 * 1024 * 1024;

interface Batch {
  readonly queue: Queue;
  readonly messages: readonly Received[];
  readonly records: readonly object[];
  readonly requestId: string;
  /** When others may receive the messages again. */
  until: number;
}

/** Calls a function with the messages of a queue, and deletes those that it did not fail on: what polls for Lambda. */
export class QueueRun implements Running {
  note?: string;
  readonly #post: Post;
  readonly #source: QueueSource;
  readonly #stop = new AbortController();
  readonly #active = new Set<Promise<void>>();

  constructor(post: Post, source: QueueSource) {
    this.#post = post;
    this.#source = source;
    this.#poll().catch((error: unknown) => this.#fail(error));
  }

  stop(): void {
    this.#stop.abort();
  }

  async #poll(): Promise<void> {
    const { signal } = this.#stop;
    while (!signal.aborted) {
      try {
        await this.#turn(signal);
      } catch (error) {
        if (signal.aborted) return;
        this.#fail(error);
        await pause(lookMs, signal);
      }
    }
  }

  async #turn(signal: AbortSignal): Promise<void> {
    const { world } = this.#post;
    const queue = world.queues.get(this.#source.queue);
    const missing = queue ? (this.#found() ? undefined : 'The version or alias that it calls is gone; remove it and add it anew.') : `There is no queue ${this.#source.queue} any more; create it, or remove this trigger.`;
    if (missing !== undefined || !queue) {
      this.note = missing;
      return pause(lookMs, signal);
    }
    // Those that wait for their turn with the debugger stay in the queue.
    const most = this.#isDebugged() ? 1 : (this.#source.maxConcurrency ?? usualConcurrency);
    if (this.#active.size >= most) return void (await Promise.race(this.#active));
    await queue.messages.wait(1, Date.now() + idleMs, signal);
    if (this.#source.windowSeconds) await queue.messages.wait(this.#source.batchSize, Date.now() + this.#source.windowSeconds * 1000, signal);
    if (!signal.aborted) await this.#receive(queue);
  }

  async #receive(queue: Queue): Promise<void> {
    const until = Date.now() + hiddenMs(queue);
    const onGivenUp = (id: string, place: string) => this.#post.tell(`The message ${id} of the queue ${queue.record.name} failed too often and is kept in ${place}.`);
    const received = await this.#post.world.queues.receive(queue, this.#source.batchSize, undefined, onGivenUp);
    const wanted = await this.#fitting(queue, await fittingIn(queue, received));
    if (!wanted.length) return;
    const batch = { queue, until, messages: wanted, records: wanted.map((one) => sqsRecord(one, queue)), requestId: randomUUID() };
    const work = this.#handle(batch).catch((error: unknown) => this.#fail(error)).finally(() => this.#active.delete(work));
    this.#active.add(work);
  }

  // Those that fit no filter are done with, as in the cloud.
  async #fitting(queue: Queue, received: readonly Received[]): Promise<readonly Received[]> {
    const { filters } = this.#source;
    if (!filters?.length) return received;
    const fits = received.map((one) => fitsFilters(filters, sqsRecord(one, queue)));
    await Promise.all(received.filter((_, index) => !fits[index]).map(({ content }) => queue.messages.delete(content.id)));
    return received.filter((_, index) => fits[index]);
  }

  async #handle(batch: Batch): Promise<void> {
    const found = this.#found();
    if (!found) return;
    const { messages, queue, requestId } = batch;
    const ids = messages.map(({ content }) => content.id);
    tellLog(this.#post.world, found, requestId, `The queue ${queue.record.name} sends ${count(ids.length)}.`);
    const outcome = await this.#renewed(batch, this.#call(batch));
    const failed = outcome?.ok ? (this.#source.partial ? failedIds(outcome.payload, ids) : []) : ids;
    await Promise.all(ids.filter((id) => !failed.includes(id)).map((id) => queue.messages.delete(id)));
    this.note = `last called at ${readable(Date.now())}`;
    if (!failed.length) return;
    const why = outcome ? (outcome.ok ? 'failed, as the function says' : 'failed with the function') : 'found no room to run';
    const again = Math.max(0, Math.round((batch.until - Date.now()) / 1000));
    tellLog(this.#post.world, found, requestId, `Of ${count(ids.length)} of the queue ${queue.record.name} ${failed.length} ${why}; they can be received again in ${again} s.`);
  }

  // A debugger stops the clock of the function, but not that of its messages.
  async #renewed<T>(batch: Batch, work: Promise<T>): Promise<T> {
    const renew = () => {
      if (this.#isDebugged()) hide(batch).catch((error: unknown) => this.#fail(error));
    };
    const renewal = setInterval(renew, Math.max(100, hiddenMs(batch.queue) / 3)).unref();
    return work.finally(() => clearInterval(renewal));
  }

  // While too much runs it waits, longer each time, for as long as nobody else can receive the messages.
  async #call(batch: Batch): Promise<Outcome | undefined> {
    const { records, requestId } = batch;
    const call = { requestId, traceId: traceId(), payload: Buffer.from(JSON.stringify({ Records: records })) };
    for (let backOff = firstBackOffMs; ; backOff = Math.min(backOff * 2, maxBackOffMs)) {
      const found = this.#found();
      if (!found) return undefined;
      try {
        return await run(this.#post.world, route(found), { ...call, arn: found.arn });
      } catch (error) {
        if (!(error instanceof Error) || error.name !== 'NoRoom') throw error;
        if (Date.now() + backOff >= batch.until || this.#stop.signal.aborted) return undefined;
        await pause(backOff, this.#stop.signal);
      }
    }
  }

  #isDebugged(): boolean {
    const found = this.#found();
    return found !== undefined && this.#post.world.engine.debugging.of({ name: found.record.name, version: route(found).version.version }) !== undefined;
  }

  #found(): Found | undefined {
    const { name, qualifier } = this.#post.record;
    return lookup(this.#post.world, name, qualifier);
  }

  #fail(error: unknown): void {
    this.note = messageOf(error);
    this.#post.world.warn(`The queue ${this.#source.queue} could not be read for ${this.#post.record.name}: ${this.note}`);
  }
}

// As much as fits into one call; the rest is there again at once.
async function fittingIn(queue: Queue, received: readonly Received[]): Promise<readonly Received[]> {
  let bytes = 0;
  const first = received.findIndex(({ content }, index) => (bytes += content.body.length * 2 + 2048) > maxBytes && index > 0);
  if (first < 0) return received;
  await Promise.all(received.slice(first).map(({ content }) => queue.messages.putBack(content.id)));
  return received.slice(0, first);
}

function hiddenMs({ record }: Queue): number {
  return queueSetting(record, 'VisibilityTimeout') * 1000;
}

// For as long as at first; not what is gone, or was received by others.
async function hide(batch: Batch): Promise<void> {
  const { messages, queue } = batch;
  const now = Date.now();
  batch.until = now + hiddenMs(queue);
  const own = messages.map(({ content, handle }) => ({ message: queue.messages.get(content.id), handle }));
  await Promise.all(own.map(async ({ message, handle }) => message?.handle === handle && message.visibleAt > now && queue.messages.setVisible(message, hiddenMs(queue))));
}

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  try {
    await sleep(ms, undefined, { signal, ref: false });
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}

function count(messages: number): string {
  return messages === 1 ? 'one message' : `${messages} messages`;
}
