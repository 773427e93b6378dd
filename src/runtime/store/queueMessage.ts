import { rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { OneByOne } from './oneByOne';

/** Of a message, as in the API. */
export interface AttributeRecord {
  readonly DataType: string;
  readonly StringValue?: string;
  /** base64. */
  readonly BinaryValue?: string;
}

/** A message as it is kept; what changes while it is in the queue stands in the name of its file. */
export interface MessageContent {
  readonly format: 1;
  /** UUID. */
  readonly id: string;
  /** Messages of a queue are in this order. */
  readonly order: number;
  /** Milliseconds since 1970. */
  readonly sent: number;
  readonly body: string;
  readonly attributes?: Readonly<Record<string, AttributeRecord>>;
  readonly trace?: string;
  /** Of a queue that keeps order: messages of a group come one after the other. */
  readonly group?: string;
  /** Another message with this text within five minutes is the same message. Where that is so within a group alone, the group stands before it in a line of its own. */
  readonly sameAs?: string;
  /** ARN of the queue that it comes from, where too many failed on it. */
  readonly from?: string;
  /** How often it was received there. */
  readonly receivesBefore?: number;
}

/** What of a message is held in memory. */
export class Message {
  readonly id: string;
  readonly order: number;
  readonly sent: number;
  readonly group?: string;
  readonly sameAs?: string;
  /** Of its file. */
  bytes = 0;
  receives = 0;
  /** When it was received first, in milliseconds since 1970; 0: never. */
  first = 0;
  /** Not to be received before. */
  visibleAt: number;
  /** What who received it last has to show; `undefined` after a restart. */
  handle?: string;
  /** Not yet on disk. */
  isArriving = false;
  readonly #folder: string;
  #file: string;
  /** Each goes by the name that the one before has given. */
  readonly #work = new OneByOne();

  constructor(folder: string, { id, order, sent, group, sameAs }: Pick<MessageContent, 'id' | 'order' | 'sent' | 'group' | 'sameAs'>, visibleAt: number) {
    this.#folder = folder;
    this.id = id;
    this.order = order;
    this.sent = sent;
    this.group = group;
    this.sameAs = sameAs;
    this.visibleAt = visibleAt;
    this.#file = this.#name();
  }

  /** From the name of its file; `undefined` when it is none. */
  static fromName(folder: string, name: string): Message | undefined {
    const [, order, sent, id = '', receives, first, visibleAt] = /^(\d{16})~(\d+)~([0-9a-f-]{36})~(\d+)~(\d+)~(\d+)\.json$/.exec(name) ?? [];
    if (visibleAt === undefined) return undefined;
    const message = new Message(folder, { id, order: Number(order), sent: Number(sent) }, Number(visibleAt));
    message.receives = Number(receives);
    message.first = Number(first);
    message.#file = path.join(folder, name);
    return message;
  }

  get file(): string {
    return this.#file;
  }

  /** Brings the file's name up to date, which takes no more than a moment and loses nothing when it is interrupted. */
  async keep(): Promise<void> {
    return this.#work.run(async () => {
      const file = this.#name();
      if (file === this.#file) return;
      await rename(this.#file, file);
      this.#file = file;
    });
  }

  /** Takes it from disk, or leaves it there under a name that no longer counts. */
  async remove(leftAs?: string): Promise<void> {
    return this.#work.run(() => (leftAs === undefined ? rm(this.#file, { force: true }) : rename(this.#file, leftAs)));
  }

  #name(): string {
    return path.join(this.#folder, `${String(this.order).padStart(16, '0')}~${this.sent}~${this.id}~${this.receives}~${this.first}~${this.visibleAt}.json`);
  }
}
