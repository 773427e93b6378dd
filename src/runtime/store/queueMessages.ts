import { randomUUID } from 'node:crypto';
import { statSync } from 'node:fs';
import { mkdir, readdir, readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { Bell } from './bell';
import type { DiskRoom } from './diskRoom';
import { isMissing, writeAtomic } from './files';
import { requireRoom } from './queueFull';
import { Message, type MessageContent } from './queueMessage';
import { GroupTurns } from './queueGroups';
import { putAside, Twins } from './queueTwins';

/** A message that was received. */
export interface Received {
  readonly content: MessageContent;
  readonly handle: string;
  readonly receives: number;
  /** Milliseconds since 1970. */
  readonly first: number;
}

export interface Counts {
  readonly ready: number;
  readonly inFlight: number;
  readonly delayed: number;
}

/** The messages of a queue: on disk before they are accepted, and until they are deleted. */
export class Messages {
  readonly #folder: string;
  readonly #keepsOrder: boolean;
  readonly #all = new Map<string, Message>();
  readonly #twins = new Twins();
  readonly #groups = new GroupTurns();
  readonly #bell = new Bell();
  readonly #room: DiskRoom;
  /** What it takes of the room. */
  #bytes = 0;
  #lastOrder = 0;
  #isClosed = false;

  private constructor(folder: string, keepsOrder: boolean, room: DiskRoom) {
    this.#folder = folder;
    this.#keepsOrder = keepsOrder;
    this.#room = room;
  }

  /** `room` is that of all queues together. */
  static async open(folder: string, keepsOrder: boolean, room: DiskRoom): Promise<Messages> {
    const messages = new Messages(folder, keepsOrder, room);
    await mkdir(folder, { recursive: true, mode: 0o700 });
    for (const name of (await readdir(folder)).sort()) await messages.#load(name);
    return messages;
  }

  /** Resolves with the message once it is on disk, or with the one that it is the same as. Throws `QueueFull`. */
  async send(message: Omit<MessageContent, 'format' | 'id' | 'order' | 'sent'> & Partial<MessageContent>, delayMs: number): Promise<{ readonly id: string; readonly order: number }> {
    const now = Date.now();
    const pruned = this.#prune(now);
    const twin = message.sameAs !== undefined && message.from === undefined ? this.#twins.find(message.sameAs, now) : undefined;
    if (twin) return twin;
    this.#lastOrder = Math.max(this.#lastOrder + 1, now * 1000);
    const content: MessageContent = { id: randomUUID(), sent: now, ...message, format: 1, order: this.#lastOrder };
    await this.#arrive(new Message(this.#folder, content, now + delayMs), content);
    await pruned;
    return content;
  }

  /** Those that may be received, in order, group by group, made invisible for a while. Of a group none comes before an earlier one is deleted. */
  take(most: number, invisibleMs: number): Message[] {
    const now = Date.now();
    const taken: Message[] = [];
    for (const message of this.#inTurn(now)) {
      message.visibleAt = now + invisibleMs;
      message.receives += 1;
      message.first ||= now;
      if (this.#keepsOrder && message.group !== undefined) this.#groups.serve(message.group);
      message.handle = Buffer.from(`${message.id}/${randomUUID()}`).toString('base64');
      if (taken.push(message) >= most) break;
    }
    return taken;
  }

  /** A message that was taken, with its content; `undefined` when it is no longer there. */
  async read(message: Message): Promise<Received | undefined> {
    const { handle = '', receives, first } = message;
    await message.keep();
    try {
      const content = JSON.parse(await readFile(message.file, 'utf8')) as MessageContent;
      return { content, handle, receives, first };
    } catch (error) {
      if (!isMissing(error) && !(error instanceof SyntaxError)) throw error;
      // Deleted in the meantime, or a stranger wrote into it.
      if (this.#all.delete(message.id)) await putAside(message.file);
      return undefined;
    }
  }

  get(id: string): Message | undefined {
    return this.#all.get(id);
  }

  async delete(id: string): Promise<void> {
    const message = this.#all.get(id);
    if (!message || !this.#all.delete(id)) return;
    this.#bell.ring();
    const leftAs = this.#twins.keep(message, Date.now());
    await message.remove(leftAs);
    if (leftAs === undefined) this.#take(-message.bytes);
  }

  async setVisible(message: Message, afterMs: number): Promise<void> {
    message.visibleAt = Date.now() + afterMs;
    this.#bell.ring();
    await message.keep();
  }

  /** Takes away what was sent before that time; of all, before `Infinity`, not even what others would be the same as is known then. */
  async expire(before: number): Promise<void> {
    const old = [...this.#all.values()].filter((message) => message.sent < before && !message.isArriving);
    await Promise.all(old.map((message) => this.delete(message.id)));
    await this.#prune(Math.max(before, Date.now()));
  }

  counts(): Counts {
    const now = Date.now();
    const hidden = [...this.#all.values()].filter((message) => message.visibleAt > now);
    const inFlight = hidden.filter((message) => message.receives > 0).length;
    return { ready: this.#all.size - hidden.length, inFlight, delayed: hidden.length - inFlight };
  }

  /** Resolves when so many can be received, or at that time; earlier than that when the signal is aborted. */
  async wait(count: number, until: number, signal: AbortSignal): Promise<void> {
    while (!this.#isClosed && !signal.aborted && Date.now() < until && this.#readyCount(count) < count) await this.#change(until, signal);
  }

  /** Ends all waiting: the queue is gone. */
  close(): void {
    this.#take(-this.#bytes);
    this.#isClosed = true;
    this.#bell.ring();
  }

  /** Makes one that was taken receivable at once, as if it had not been. */
  async putBack(id: string): Promise<void> {
    const message = this.#all.get(id);
    if (!message) return;
    message.receives -= 1;
    await this.setVisible(message, 0);
  }

  #inTurn(now: number): Iterable<Message> {
    return this.#keepsOrder ? this.#groups.order([...this.#ready(now)]) : this.#ready(now);
  }

  *#ready(now: number): Generator<Message> {
    const held = new Set<string>();
    for (const message of this.#all.values()) {
      const isReady = message.visibleAt <= now && !message.isArriving;
      const group = this.#keepsOrder ? message.group : undefined;
      if (group !== undefined && !isReady) held.add(group);
      if (isReady && !(group !== undefined && held.has(group))) yield message;
    }
  }

  #readyCount(most: number): number {
    const ready = this.#ready(Date.now());
    let count = 0;
    while (count < most && !ready.next().done) count += 1;
    return count;
  }

  async #change(until: number, signal: AbortSignal): Promise<void> {
    const now = Date.now();
    const next = [...this.#all.values()].reduce((at, { visibleAt }) => (visibleAt > now ? Math.min(at, visibleAt) : at), until);
    await this.#bell.hear(Math.min(60_000, Math.max(1, next - now)), signal);
  }

  async #prune(now: number): Promise<void> {
    await Promise.all(this.#twins.prune(now).map(async ({ file, bytes }) => {
      await rm(file, { force: true });
      this.#take(-bytes);
    }));
  }

  #take(bytes: number): void {
    if (this.#isClosed) return;
    this.#bytes += bytes;
    this.#room.take(bytes);
  }

  async #arrive(message: Message, content: MessageContent): Promise<void> {
    const text = Buffer.from(JSON.stringify(content));
    // What another queue gave up goes there as soon as it is here.
    if (content.from === undefined) requireRoom(this.#all.size, this.#room, text.length);
    this.#take((message.bytes = text.length));
    message.isArriving = true;
    this.#all.set(message.id, message);
    // One that another queue gave up is itself, whatever else lies here.
    const isNew = content.sameAs !== undefined && content.from === undefined;
    if (isNew) this.#twins.add(content.sameAs ?? '', content);
    try {
      await writeAtomic(message.file, text);
      message.isArriving = false;
    } catch (error) {
      this.#take(-message.bytes);
      this.#all.delete(message.id);
      if (isNew) this.#twins.forget(content.sameAs ?? '');
      throw error;
    } finally {
      this.#bell.ring();
    }
  }

  async #load(name: string): Promise<void> {
    const file = path.join(this.#folder, name);
    const isDone = name.endsWith('.done');
    const found = Message.fromName(this.#folder, isDone ? name.slice(0, -5) : name);
    if (!found) return name.endsWith('.tmp') ? rm(file, { force: true }) : undefined;
    this.#take((found.bytes = statSync(file).size));
    this.#lastOrder = Math.max(this.#lastOrder, found.order);
    const message = this.#keepsOrder ? await this.#loadGrouped(found, file) : found;
    if (isDone || !message) return;
    this.#all.set(message.id, message);
  }

  // Which group it is of, and what it is the same as, stands in the file alone.
  async #loadGrouped(found: Message, file: string): Promise<Message | undefined> {
    try {
      const content = JSON.parse(await readFile(file, 'utf8')) as MessageContent;
      if (content.sameAs !== undefined && content.from === undefined) this.#twins.add(content.sameAs, content, file === found.file ? undefined : { file, bytes: found.bytes });
      return Object.assign(found, { group: content.group, sameAs: content.sameAs });
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error;
      await putAside(file);
      return undefined;
    }
  }
}
