import { randomUUID } from 'node:crypto';
import { RecordFolder, type RecordKind } from './recordFolder';
import type { UrlRecord } from './records';

/** The version of this format is written into every file. */
export const triggerFormat = 1;

/** Calls at times. */
export interface ScheduleSource {
  readonly kind: 'schedule';
  /** `rate(…)` or `cron(…)`. */
  readonly expression: string;
  /** IANA name; UTC if it is left out. */
  readonly timezone?: string;
  /** The event, as JSON, in place of EventBridge's. */
  readonly input?: string;
}

export type FileChange = 'created' | 'removed' | 'appended';

/** Calls with what happens in a folder. */
export interface FileSource {
  readonly kind: 'file';
  /** Absolute. */
  readonly folder: string;
  /** Of the paths in it, which have slashes on every system. */
  readonly prefix?: string;
  readonly suffix?: string;
  /** All if it is left out. */
  readonly changes?: readonly FileChange[];
}

/** Calls with messages of a queue: an event source mapping of Lambda's API. */
export interface QueueSource {
  readonly kind: 'queue';
  /** Name of a queue of this runtime. */
  readonly queue: string;
  readonly arn: string;
  readonly batchSize: number;
  readonly windowSeconds: number;
  /** Whether the function says which messages of a batch failed. */
  readonly partial: boolean;
  /** So many calls at once at most. */
  readonly maxConcurrency?: number;
  /** Patterns, of which a message must fit one. */
  readonly filters?: readonly string[];
}

/** A function URL that is turned off, or was made as a trigger; while it is on it is part of the function's record. */
export interface HttpSource {
  readonly kind: 'http';
  /** `$LATEST` or an alias. */
  readonly key: string;
  readonly url: UrlRecord;
}

export type Source = ScheduleSource | FileSource | QueueSource | HttpSource;

/** Something that calls a function, as it is kept. */
export interface TriggerRecord {
  readonly format: typeof triggerFormat;
  readonly id: string;
  /** Name of the function. */
  readonly name: string;
  /** A version or an alias. */
  readonly qualifier?: string;
  readonly enabled: boolean;
  /** Milliseconds since 1970. */
  readonly created: number;
  /** When it was changed, turned on or off last. */
  readonly changed: number;
  /** When it called the function last. */
  readonly fired?: number;
  readonly tags?: Readonly<Record<string, string>>;
  readonly source: Source;
}

/** A trigger that is off. */
export function newTrigger(name: string, source: Source, id: string = source.kind === 'http' ? source.url.id : randomUUID()): TriggerRecord {
  const now = Date.now();
  return { format: triggerFormat, id, name, enabled: false, created: now, changed: now, source };
}

const kind: RecordKind<TriggerRecord> = {
  what: 'trigger',
  format: triggerFormat,
  // Ids are made here, of letters, digits and hyphens.
  fileOf: ({ id }) => `${id}.json`,
  isWhole: ({ source }) => typeof source.kind === 'string',
};

/** The triggers, one file each, all held in memory: a change is on disk before it is seen. */
export class TriggerStore {
  readonly #files: RecordFolder<TriggerRecord>;
  readonly #records = new Map<string, TriggerRecord>();

  private constructor(folder: string) {
    this.#files = new RecordFolder(folder, kind);
  }

  /** `warn` is told of a file that cannot be read; the file stays as it is. */
  static async open(folder: string, warn: (line: string) => void): Promise<TriggerStore> {
    const store = new TriggerStore(folder);
    for (const record of await store.#files.read(warn)) store.#records.set(record.id, record);
    return store;
  }

  /** All of them, the oldest first. */
  list(): readonly TriggerRecord[] {
    return [...this.#records.values()].sort((a, b) => a.created - b.created || (a.id < b.id ? -1 : 1));
  }

  get(id: string): TriggerRecord | undefined {
    return this.#records.get(id);
  }

  /** Throws `UnreadableFile`. */
  async save(record: TriggerRecord): Promise<void> {
    await this.#files.save(record);
    this.#records.set(record.id, record);
  }

  async remove(id: string): Promise<void> {
    const record = this.#records.get(id);
    if (!record) return;
    await this.#files.remove(record);
    this.#records.delete(id);
  }
}
