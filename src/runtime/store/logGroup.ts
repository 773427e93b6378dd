import { readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import type { LogHub } from './logHub';
import { LogStream } from './logStream';

const groupBytes = 1024 * 1024 * 1024;
const groupStreams = 1000;

export interface GroupFacts {
  readonly format: 1;
  readonly name: string;
  readonly created: number;
  readonly retentionInDays?: number;
  readonly tags?: Readonly<Record<string, string>>;
  /** Kept and told; nothing is encrypted with it. */
  readonly kmsKeyId?: string;
  readonly subscriptions?: readonly SubscriptionFacts[];
  /** Kept and told as they were said, sorted by name; nothing is counted by them. */
  readonly metricFilters?: readonly MetricFilterFacts[];
}

/** What of a group goes to a function. */
export interface SubscriptionFacts {
  readonly name: string;
  readonly pattern: string;
  /** ARN of the function. */
  readonly destination: string;
  readonly role?: string;
  readonly distribution: string;
  readonly created: number;
}

export interface MetricFilterFacts {
  readonly name: string;
  readonly pattern: string;
  /** As in the API. */
  readonly transformation: Readonly<Record<string, unknown>>;
  readonly created: number;
}

/** Where groups are kept. */
export interface LogHome {
  readonly hub: LogHub;
  ensure(name: string): LogGroup;
  /** A number for a stream, greater than all before. */
  nextId(): number;
  /** Is told how many bytes were written. */
  grew(bytes: number): void;
}

/** A log group: a folder with the files of its streams, which are looked at when they are first needed. */
export class LogGroup {
  #streams: Map<string, LogStream> | undefined;
  #lastId = 0;

  constructor(readonly folder: string, public facts: GroupFacts, readonly home: LogHome) {}

  get name(): string {
    return this.facts.name;
  }

  /** Events before this time are out of retention: they are neither shown nor kept longer than their file. */
  get oldest(): number {
    const days = this.facts.retentionInDays;
    return days === undefined ? 0 : Date.now() - days * 86_400_000;
  }

  /** On disk. */
  get bytes(): number {
    if (this.#streams) return this.streams().reduce((sum, stream) => sum + stream.bytes, 0);
    return logFiles(this.folder).reduce((sum, file) => sum + statSync(path.join(this.folder, file)).size, 0);
  }

  /** Takes from disk what is out of retention. A stream with nothing left goes too, unless somebody writes to it. */
  expire(): void {
    if (!this.oldest) return;
    for (const stream of this.streams()) if (stream.expire(this.oldest)) this.remove(stream.name);
  }

  streams(): readonly LogStream[] {
    return [...this.#open().values()];
  }

  stream(name: string): LogStream | undefined {
    return this.#open().get(name);
  }

  create(name: string): LogStream {
    this.#prune(this.#open());
    return this.#add(new LogStream(this.folder, this.#nextId(), name, Date.now(), []));
  }

  /** As `create`, of one that is there although it has no event yet. */
  createOnDisk(name: string): void {
    const stream = this.create(name);
    try {
      stream.open();
    } catch (error) {
      this.remove(name);
      throw error;
    }
  }

  // Also when the clock was set back: the number names the stream's files.
  #nextId(): string {
    this.#lastId = Math.max(this.home.nextId(), this.#lastId + 1);
    return String(this.#lastId);
  }

  remove(name: string): void {
    this.#open().get(name)?.remove();
    this.#open().delete(name);
  }

  /** After its folder was taken away: whoever still writes to a stream makes the group anew. */
  removeAll(): void {
    for (const stream of this.#streams?.values() ?? []) stream.remove();
  }

  close(): void {
    for (const stream of this.#streams?.values() ?? []) stream.close();
  }

  #open(): Map<string, LogStream> {
    if (this.#streams) return this.#streams;
    this.#streams = loadStreams(this.folder);
    for (const stream of this.#streams.values()) this.#lastId = Math.max(this.#lastId, Number(this.#tell(stream).id));
    return this.#streams;
  }

  #add(stream: LogStream): LogStream {
    this.#open().set(stream.name, this.#tell(stream));
    return stream;
  }

  #tell(stream: LogStream): LogStream {
    stream.onAppend = (messages, timestamps, ingestion, bytes) => {
      this.home.grew(bytes);
      this.home.hub.publish(this.name, { stream, messages, timestamps, ingestion });
    };
    stream.onRevive = () => this.home.ensure(this.name).#add(stream);
    return stream;
  }

  #prune(streams: Map<string, LogStream>): void {
    let bytes = this.bytes;
    for (const stream of this.streams().filter((one) => !one.isOpen)) {
      if (streams.size < groupStreams && bytes <= groupBytes) return;
      bytes -= stream.bytes;
      this.remove(stream.name);
    }
  }
}

function logFiles(folder: string): string[] {
  return readdirSync(folder).filter((name) => name.endsWith('.log')).sort();
}

function loadStreams(folder: string): Map<string, LogStream> {
  const files = new Map<string, string[]>();
  for (const file of logFiles(folder)) {
    const id = file.split('-')[0] ?? file;
    files.set(id, [...(files.get(id) ?? []), file]);
  }
  const streams = [...files].map(([id, names]) => LogStream.fromFiles(folder, id, names));
  return new Map(streams.filter((stream) => stream !== undefined).map((stream) => [stream.name, stream]));
}
