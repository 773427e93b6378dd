import { randomInt } from 'node:crypto';
import { readdirSync } from 'node:fs';
import type { LogHub } from './logHub';
import { LogStream } from './logStream';

const groupBytes = 1024 * 1024 * 1024;
const groupStreams = 1000;

export interface GroupFacts {
  readonly format: 1;
  readonly name: string;
  readonly created: number;
  readonly retentionInDays?: number;
}

/** A log group: a folder with the files of its streams, which are looked at when they are first needed. */
export class LogGroup {
  #streams: Map<string, LogStream> | undefined;

  constructor(readonly folder: string, public facts: GroupFacts, readonly hub: LogHub) {}

  get name(): string {
    return this.facts.name;
  }

  streams(): readonly LogStream[] {
    return [...this.#open().values()];
  }

  stream(name: string): LogStream | undefined {
    return this.#open().get(name);
  }

  create(name: string): LogStream {
    const streams = this.#open();
    const id = `${Date.now()}${String(randomInt(1000)).padStart(3, '0')}`;
    const stream = this.#tell(new LogStream(this.folder, id, name, Date.now(), []));
    streams.set(name, stream);
    this.#prune(streams);
    return stream;
  }

  remove(name: string): void {
    this.#open().get(name)?.remove();
    this.#open().delete(name);
  }

  close(): void {
    for (const stream of this.#streams?.values() ?? []) stream.close();
  }

  #open(): Map<string, LogStream> {
    if (this.#streams) return this.#streams;
    this.#streams = loadStreams(this.folder);
    for (const stream of this.#streams.values()) this.#tell(stream);
    return this.#streams;
  }

  #tell(stream: LogStream): LogStream {
    stream.onAppend = (messages, timestamps, ingestion) => this.hub.publish(this.name, { stream, messages, timestamps, ingestion });
    return stream;
  }

  #prune(streams: Map<string, LogStream>): void {
    let bytes = this.streams().reduce((sum, stream) => sum + stream.bytes, 0);
    for (const stream of this.streams()) {
      if (streams.size <= groupStreams && bytes <= groupBytes) return;
      bytes -= stream.bytes;
      this.remove(stream.name);
    }
  }
}

function loadStreams(folder: string): Map<string, LogStream> {
  const files = new Map<string, string[]>();
  for (const file of readdirSync(folder).filter((name) => name.endsWith('.log')).sort()) {
    const id = file.split('-')[0] ?? file;
    files.set(id, [...(files.get(id) ?? []), file]);
  }
  const streams = [...files].map(([id, names]) => LogStream.fromFiles(folder, id, names));
  return new Map(streams.filter((stream) => stream !== undefined).map((stream) => [stream.name, stream]));
}
