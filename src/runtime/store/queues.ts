import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { DiskRoom } from './diskRoom';
import { isMissing, writeAtomic } from './files';
import type { LetterBox } from './letters';
import { OneByOne } from './oneByOne';
import type { Message } from './queueMessage';
import { Messages, type Received } from './queueMessages';
import { UnreadableFile } from './recordFolder';

/** The version of this format is written into every file. */
export const queueFormat = 1;

export interface QueueRecord {
  readonly format: typeof queueFormat;
  readonly name: string;
  /** That it was made in: part of its ARN, and nothing else here depends on it. */
  readonly region: string;
  /** Milliseconds since 1970. */
  readonly created: number;
  readonly changed: number;
  /** As in the API, only those that were set. */
  readonly attributes: Readonly<Record<string, string>>;
  readonly tags?: Readonly<Record<string, string>>;
  /** After so many tries a message is kept as a letter, where no other queue is named for that. */
  readonly letterAfter?: number;
}

/** A queue: what is set for it, and its messages. */
export interface Queue {
  record: QueueRecord;
  readonly messages: Messages;
  purged?: number;
}

export const queueAccount = '000000000000';

export const queueArn = ({ name, region }: Pick<QueueRecord, 'name' | 'region'>): string => `arn:aws:sqs:${region}:${queueAccount}:${name}`;

/** What is set for a queue, in the unit of the API. */
export function queueSetting({ attributes }: QueueRecord, name: keyof typeof queueDefaults): number {
  return Number(attributes[name] ?? queueDefaults[name]);
}

export const queueDefaults = {
  VisibilityTimeout: 30,
  MaximumMessageSize: 1_048_576,
  MessageRetentionPeriod: 345_600,
  DelaySeconds: 0,
  ReceiveMessageWaitTimeSeconds: 0,
};

/** Is told of a message that was received too often, and where it is now. */
export type GivenUp = (id: string, place: string) => void;

const expireEveryMs = 60_000;
/** Of all queues together: a thousand of the largest messages. */
const allBytes = 1024 * 1024 * 1024;

/** The queues, a folder each. */
export class QueueStore {
  readonly #folder: string;
  readonly #letters: LetterBox;
  readonly #queues = new Map<string, Queue>();
  readonly #unread = new Set<string>();
  readonly #sweep: NodeJS.Timeout;
  readonly #room: DiskRoom;
  /** One that is made while it is deleted would be so by half. */
  readonly #changes = new OneByOne();

  private constructor(folder: string, letters: LetterBox, warn: (line: string) => void, bytes: number) {
    this.#folder = folder;
    this.#letters = letters;
    this.#room = new DiskRoom(bytes);
    const failed = (error: unknown) => warn(`Old messages could not be removed: ${String(error)}`);
    this.#sweep = setInterval(() => void this.expire().catch(failed), expireEveryMs).unref();
  }

  /** `warn` is told of a queue that cannot be read; its folder stays as it is. */
  static async open(folder: string, letters: LetterBox, warn: (line: string) => void, bytes = allBytes): Promise<QueueStore> {
    const store = new QueueStore(folder, letters, warn, bytes);
    await mkdir(folder, { recursive: true, mode: 0o700 });
    for (const name of await readdir(folder)) await store.#load(path.join(folder, name), warn);
    await store.expire();
    return store;
  }

  /** Sorted by name. */
  list(): readonly Queue[] {
    return [...this.#queues.values()].sort((a, b) => (a.record.name < b.record.name ? -1 : 1));
  }

  get(name: string): Queue | undefined {
    return this.#queues.get(name);
  }

  /** Throws `UnreadableFile`. */
  async create(record: QueueRecord): Promise<Queue> {
    return this.#changes.run(() => this.#create(record));
  }

  async #create(record: QueueRecord): Promise<Queue> {
    const folder = this.#folderOf(record.name);
    const file = path.join(folder, 'queue.json');
    if (this.#unread.has(folder) && existsSync(file)) throw new UnreadableFile(file);
    await mkdir(folder, { recursive: true, mode: 0o700 });
    await writeAtomic(file, JSON.stringify(record));
    const queue = this.#queues.get(record.name) ?? { record, messages: await Messages.open(path.join(folder, 'messages'), keepsOrder(record), this.#room) };
    this.#queues.set(record.name, queue);
    return queue;
  }

  async save(queue: Queue, record: QueueRecord): Promise<void> {
    await writeAtomic(path.join(this.#folderOf(record.name), 'queue.json'), JSON.stringify(record));
    queue.record = record;
  }

  // The record goes first: what is left after a kill is a folder without one, which is no queue.
  async remove(name: string): Promise<void> {
    return this.#changes.run(async () => {
      this.#queues.get(name)?.messages.close();
      this.#queues.delete(name);
      await rm(path.join(this.#folderOf(name), 'queue.json'), { force: true });
      await rm(this.#folderOf(name), { recursive: true, force: true, maxRetries: 3 });
    });
  }

  /** Messages that nobody else gets for a while. Those that were received too often go where such messages go instead. */
  async receive(queue: Queue, most: number, invisibleSeconds = queueSetting(queue.record, 'VisibilityTimeout'), onGivenUp: GivenUp = () => undefined): Promise<Received[]> {
    const last = lastReceive(queue.record);
    for (;;) {
      const taken = queue.messages.take(most, invisibleSeconds * 1000);
      const read = await Promise.all(taken.map((message) => (message.receives > last.count ? this.#giveUp(queue, message, last.queue, onGivenUp) : queue.messages.read(message))));
      const received = read.flatMap((one) => one ?? []);
      // Behind some that were given up there may be others.
      if (received.length || !taken.length) return received;
    }
  }

  /** Takes from disk what is older than its queue keeps messages. */
  async expire(): Promise<void> {
    const now = Date.now();
    await Promise.all(this.list().map(({ record, messages }) => messages.expire(now - queueSetting(record, 'MessageRetentionPeriod') * 1000)));
  }

  close(): void {
    clearInterval(this.#sweep);
  }

  // There first and then no longer here: a kill in between leaves it twice, never not at all.
  async #giveUp(queue: Queue, message: Message, target: string | undefined, onGivenUp: GivenUp): Promise<undefined> {
    const read = await queue.messages.read(message);
    if (!read) return;
    const { content, receives } = read;
    const other = target === undefined ? undefined : this.#queues.get(target);
    const file = other ? undefined : await this.#letters.put(queueArn(queue.record), content.id, content.body, { ApproximateReceiveCount: String(receives - 1), SentTimestamp: String(content.sent) });
    if (other) await other.messages.send({ ...content, from: queueArn(queue.record), receivesBefore: (content.receivesBefore ?? 0) + receives - 1 }, 0);
    await queue.messages.delete(content.id);
    onGivenUp(content.id, file ?? `the queue ${target}`);
  }

  async #load(folder: string, warn: (line: string) => void): Promise<void> {
    try {
      const text = await textOf(path.join(folder, 'queue.json'));
      // A kill left it while the queue was made, or deleted.
      if (text === undefined) return await rm(folder, { recursive: true, force: true });
      const record = JSON.parse(text) as QueueRecord;
      if (record.format !== queueFormat) throw new Error(`its format ${String(record.format)} is not known here`);
      this.#queues.set(record.name, { record, messages: await Messages.open(path.join(folder, 'messages'), keepsOrder(record), this.#room) });
    } catch (error) {
      this.#unread.add(folder);
      warn(`The queue in ${folder} cannot be read: ${String(error)}`);
    }
  }

  // Names differ by case, file names on some systems do not; the prefix keeps clear of names reserved on Windows.
  #folderOf(name: string): string {
    return path.join(this.#folder, `q-${name.replace(/[A-Z]/g, (letter) => `^${letter.toLowerCase()}`)}`);
  }
}

async function textOf(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

export function keepsOrder({ name }: Pick<QueueRecord, 'name'>): boolean {
  return name.endsWith('.fifo');
}

function lastReceive({ attributes, letterAfter = Infinity }: QueueRecord): { readonly count: number; readonly queue?: string } {
  if (attributes.RedrivePolicy === undefined) return { count: letterAfter };
  const { deadLetterTargetArn, maxReceiveCount } = JSON.parse(attributes.RedrivePolicy) as { deadLetterTargetArn: string; maxReceiveCount: number | string };
  return { count: Number(maxReceiveCount), queue: deadLetterTargetArn.split(':').at(-1) };
}
