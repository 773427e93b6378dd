import { rmSync } from 'node:fs';
import path from 'node:path';
import { LogSegment, type Block, type StoredEvent } from './logSegment';

const segmentBytes = 16 * 1024 * 1024;
const streamBytes = 256 * 1024 * 1024;

/** The events of one log stream, in segments on disk; only an index is in memory. */
export class LogStream {
  readonly #folder: string;
  readonly #segments: LogSegment[];
  #lastIngestion: number | undefined;
  #removed = false;
  #nextSeq = 0;
  /** Those of the event that what is written now tells of, so that functions that read each other's logs come to an end. */
  hops = 0;
  /** Told when it is written to although it was removed, before it is. */
  onRevive: (() => void) | undefined;
  /** Told of every append once it is on disk. */
  onAppend: ((messages: readonly string[], timestamps: readonly number[] | number, ingestion: number, bytes: number) => void) | undefined;

  /** `id` is the stream's number: it names the files and is part of every event's id. `segments` are oldest first. */
  constructor(folder: string, readonly id: string, readonly name: string, readonly created: number, segments: LogSegment[]) {
    this.#folder = folder;
    this.#segments = segments;
  }

  get bytes(): number {
    return this.#segments.reduce((sum, segment) => sum + segment.bytes, 0);
  }

  get firstTimestamp(): number | undefined {
    return this.#fold((a, block) => Math.min(a, block.oldest), Infinity);
  }

  get lastTimestamp(): number | undefined {
    return this.#fold((a, block) => Math.max(a, block.newest), -Infinity);
  }

  /** Whether somebody writes to it. */
  get isOpen(): boolean {
    return this.#segments.at(-1)?.isOpen === true;
  }

  get lastIngestion(): number | undefined {
    return (this.#lastIngestion ??= this.#newest()?.ingestion);
  }

  /** `timestamps` is one time for all or one for each. On disk when this returns. */
  append(messages: readonly string[], timestamps: readonly number[] | number = Date.now()): void {
    if (!messages.length) return;
    const ingestion = Date.now();
    if (this.#removed) this.#revive();
    const bytes = this.#writable().append(messages, timestamps, ingestion);
    this.#lastIngestion = ingestion;
    this.onAppend?.(messages, timestamps, ingestion, bytes);
  }

  /** Puts the stream on disk although it has no event yet. */
  open(): void {
    this.#writable();
  }

  /** Blocks in the order they were written, each with the segment that reads it. */
  *blocks(): Generator<{ segment: LogSegment; block: Block }> {
    for (const segment of this.#segments) for (const block of segment.blocks) yield { segment, block };
  }

  /** Events from position `seq` on. */
  *forward(seq: number): Generator<StoredEvent> {
    for (const { segment, block } of this.blocks()) {
      if (block.firstSeq + block.count <= seq) continue;
      for (const event of segment.read(block)) if (event.seq >= seq) yield event;
    }
  }

  /** Events before position `seq`, newest first. */
  *backward(seq: number): Generator<StoredEvent> {
    for (const { segment, block } of [...this.blocks()].reverse()) {
      if (block.firstSeq >= seq) continue;
      for (const event of segment.read(block).reverse()) if (event.seq < seq) yield event;
    }
  }

  get nextSeq(): number {
    return this.#segments.at(-1)?.nextSeq ?? this.#nextSeq;
  }

  /** Lets go of open files; the next use opens them again. */
  close(): void {
    for (const segment of this.#segments) segment.close();
  }

  /** Takes it from disk. Whoever still writes to it brings it back, without what it had. */
  remove(): void {
    this.close();
    this.#nextSeq = this.nextSeq;
    this.#removed = true;
    for (const segment of this.#segments) rmSync(segment.file, { force: true });
    this.#segments.length = 0;
  }

  /** Takes from disk what is older than a time, as far as it fills files of its own; `true` if nothing is left. */
  expire(time: number): boolean {
    while (this.#segments[0]?.isBefore(time) && !this.#segments[0].isOpen) this.#dropFirst();
    return !this.#segments.length;
  }

  #dropFirst(): LogSegment | undefined {
    const oldest = this.#segments.shift();
    oldest?.close();
    if (oldest) rmSync(oldest.file, { force: true });
    return oldest;
  }

  #revive(): void {
    this.#removed = false;
    this.onRevive?.();
  }

  #newest(): StoredEvent | undefined {
    for (const event of this.backward(this.nextSeq)) return event;
    return undefined;
  }

  #fold(step: (value: number, block: Block) => number, start: number): number | undefined {
    let value = start;
    for (const { block } of this.blocks()) value = step(value, block);
    return Number.isFinite(value) ? value : undefined;
  }

  #writable(): LogSegment {
    const last = this.#segments.at(-1);
    if (last && last.bytes < segmentBytes) return last;
    last?.close();
    const firstSeq = this.nextSeq;
    const file = path.join(this.#folder, `${this.id}-${String(firstSeq).padStart(12, '0')}.log`);
    const segment = LogSegment.create(file, { stream: this.name, created: this.created, firstSeq });
    this.#segments.push(segment);
    this.#dropOldest();
    return segment;
  }

  // A visible mark takes the place of what is dropped; the end of a log is worth more than its start.
  #dropOldest(): void {
    while (this.#segments.length > 1 && this.bytes > streamBytes) {
      const oldest = this.#dropFirst();
      if (!oldest) return;
      const mark = `[local runtime] ${oldest.nextSeq - oldest.head.firstSeq} older log events were dropped: a stream keeps ${streamBytes / 1024 / 1024} MB.\n`;
      this.#segments.at(-1)?.append([mark], Date.now(), Date.now());
    }
  }

  static fromFiles(folder: string, id: string, files: readonly string[]): LogStream | undefined {
    const segments = files.map((file) => LogSegment.load(path.join(folder, file))).filter((segment) => segment !== undefined);
    const first = segments[0];
    if (!first) return undefined;
    return new LogStream(folder, id, first.head.stream, first.head.created, segments);
  }
}
