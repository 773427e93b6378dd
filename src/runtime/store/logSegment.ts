import { closeSync, ftruncateSync, openSync, readSync, renameSync, rmSync, statSync, truncateSync, writeSync } from 'node:fs';

export interface StoredEvent {
  /** Position in its stream, counted from the stream's first event, and never used again. */
  readonly seq: number;
  /** Milliseconds since 1970. */
  readonly timestamp: number;
  readonly ingestion: number;
  readonly message: string;
}

/** A run of events in the file that is read at once. */
export interface Block {
  readonly offset: number;
  bytes: number;
  readonly firstSeq: number;
  count: number;
  oldest: number;
  newest: number;
}

export interface SegmentHead {
  readonly stream: string;
  readonly created: number;
  readonly firstSeq: number;
}

const blockBytes = 64 * 1024;

/**
 * One append-only file of a log stream: a line of JSON about the stream, then a line `timestamp ingestion "message"` per
 * event. What a kill tore at the end is cut off at the next open, so a line is there whole or not at all.
 */
export class LogSegment {
  readonly head: SegmentHead;
  readonly blocks: Block[] = [];
  #size: number;
  #seq: number;
  #handle: number | undefined;

  private constructor(readonly file: string, head: SegmentHead, headBytes: number) {
    this.head = head;
    this.#size = headBytes;
    this.#seq = head.firstSeq;
  }

  /** Leaves no file behind when it throws: its name would be taken for ever. */
  static create(file: string, head: SegmentHead): LogSegment {
    const line = `${JSON.stringify(head)}\n`;
    const segment = new LogSegment(file, head, Buffer.byteLength(line));
    segment.#handle = openSync(file, 'ax+', 0o600);
    try {
      writeAll(segment.#handle, line);
    } catch (error) {
      segment.close();
      rmSync(file, { force: true });
      throw error;
    }
    return segment;
  }

  /** `undefined` if a kill left not even the first line. */
  static load(file: string): LogSegment | undefined {
    const size = statSync(file).size;
    const head = readHead(file);
    if (!head) return undefined;
    const segment = new LogSegment(file, head.head, head.bytes);
    segment.#scan(size);
    if (segment.#size < size) truncateSync(file, segment.#size);
    return segment;
  }

  get bytes(): number {
    return this.#size;
  }

  /** Whether it is written to; only such a one stays open. */
  get isOpen(): boolean {
    return this.#handle !== undefined;
  }

  /** Whether all of it is older than a time. */
  isBefore(time: number): boolean {
    return this.blocks.length ? this.blocks.every((block) => block.newest < time) : this.head.created < time;
  }

  get nextSeq(): number {
    return this.#seq;
  }

  /** All of them or, when it throws, none; what comes back is how many bytes they take. */
  append(messages: readonly string[], timestamps: readonly number[] | number, ingestion: number): number {
    const timeOf = (index: number): number => (typeof timestamps === 'number' ? timestamps : (timestamps[index] ?? ingestion));
    const lines = messages.map((message, index) => `${timeOf(index)} ${ingestion} ${JSON.stringify(message)}\n`);
    const text = lines.join('');
    // Of most the bytes need not be counted line by line.
    const bytes = this.#write(text);
    const isPlain = bytes === text.length;
    for (const [index, line] of lines.entries()) this.#index(timeOf(index), isPlain ? line.length : Buffer.byteLength(line));
    return bytes;
  }

  // How many bytes it is. A part of it, left by a disk that is full, would shift the places of all that comes after it.
  #write(text: string): number {
    this.#handle ??= openSync(this.file, 'a+', 0o600);
    try {
      return writeAll(this.#handle, text);
    } catch (error) {
      ftruncateSync(this.#handle, this.#size);
      throw error;
    }
  }

  read(block: Block): StoredEvent[] {
    const bytes = Buffer.allocUnsafe(block.bytes);
    // Only a segment that is written to stays open: a group may have a thousand streams.
    const handle = this.#handle ?? openSync(this.file, 'r');
    const count = readSync(handle, bytes, 0, block.bytes, block.offset);
    if (handle !== this.#handle) closeSync(handle);
    const lines = bytes.toString('utf8', 0, count).split('\n');
    return lines.slice(0, block.count).map((line, index) => parseLine(line, block.firstSeq + index));
  }

  close(): void {
    if (this.#handle !== undefined) closeSync(this.#handle);
    this.#handle = undefined;
  }

  #scan(size: number): void {
    const bytes = Buffer.allocUnsafe(Math.max(0, size - this.#size));
    const handle = openSync(this.file, 'r');
    readSync(handle, bytes, 0, bytes.length, this.#size);
    closeSync(handle);
    for (let from = 0, end = bytes.indexOf(10); end >= 0; from = end + 1, end = bytes.indexOf(10, from)) {
      this.#index(Number.parseInt(bytes.toString('latin1', from, from + 16), 10) || 0, end + 1 - from);
    }
  }

  #index(timestamp: number, bytes: number): void {
    let block = this.blocks.at(-1);
    if (!block || block.bytes >= blockBytes) {
      block = { offset: this.#size, bytes: 0, firstSeq: this.#seq, count: 0, oldest: timestamp, newest: timestamp };
      this.blocks.push(block);
    }
    block.bytes += bytes;
    block.count += 1;
    block.oldest = Math.min(block.oldest, timestamp);
    block.newest = Math.max(block.newest, timestamp);
    this.#size += bytes;
    this.#seq += 1;
  }
}

// A file that cannot be read goes out of the way, because its name may be needed.
function readHead(file: string): { head: SegmentHead; bytes: number } | undefined {
  const handle = openSync(file, 'r');
  const bytes = Buffer.allocUnsafe(4096);
  const count = readSync(handle, bytes, 0, bytes.length, 0);
  closeSync(handle);
  const end = bytes.subarray(0, count).indexOf(10);
  const head = end < 0 ? undefined : parseHead(bytes.toString('utf8', 0, end));
  if (head) return { head, bytes: end + 1 };
  if (count) renameSync(file, `${file}.damaged`);
  else rmSync(file);
  return undefined;
}

function parseHead(text: string): SegmentHead | undefined {
  try {
    return JSON.parse(text) as SegmentHead;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function parseLine(line: string, seq: number): StoredEvent {
  const first = line.indexOf(' ');
  const second = line.indexOf(' ', first + 1);
  const message = parseMessage(line.slice(second + 1));
  return { seq, timestamp: Number.parseInt(line, 10) || 0, ingestion: Number(line.slice(first + 1, second)) || 0, message };
}

// A disk that lost a part of the file must not take the rest of the log with it.
function parseMessage(text: string): string {
  try {
    return String(JSON.parse(text));
  } catch (error) {
    if (error instanceof SyntaxError) return text;
    throw error;
  }
}

function writeAll(handle: number, text: string): number {
  const length = Buffer.byteLength(text);
  // As a rule all goes at once, and no bytes need to be made of the text.
  let done = writeSync(handle, text);
  if (done === length) return length;
  for (const bytes = Buffer.from(text); done < length; ) done += writeSync(handle, bytes, done);
  return length;
}
