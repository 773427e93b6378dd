import { createHash } from 'node:crypto';
import { OneByOne } from './oneByOne';
import { RecordFolder, type RecordKind } from './recordFolder';
import type { PolicyRecord } from './records';

/** The version of this format is written into every file. */
export const layerFormat = 1;

/** One version of a layer: content that functions share. */
export interface LayerVersionRecord {
  readonly version: number;
  /** ISO 8601. */
  readonly created: string;
  readonly description: string;
  readonly license?: string;
  /** What it was said to fit, as it was said. */
  readonly runtimes?: readonly string[];
  readonly architectures?: readonly string[];
  /** base64 of the SHA-256 of the zip. */
  readonly codeSha256: string;
  readonly codeSize: number;
  readonly policy?: PolicyRecord;
}

export interface LayerRecord {
  readonly format: typeof layerFormat;
  readonly name: string;
  /** The region that it was first published in: part of its ARN. */
  readonly region: string;
  /** Oldest first; those that were deleted are not among them. */
  readonly versions: readonly LayerVersionRecord[];
  /** The number that the next version gets; numbers are never used again. */
  readonly nextVersion: number;
}

const kind: RecordKind<LayerRecord> = {
  what: 'layer',
  format: layerFormat,
  fileOf: ({ name }) => fileOf(name),
  isWhole: ({ versions }) => versions.every((version) => typeof version.codeSha256 === 'string'),
};

/** The layers, one file each, all held in memory: a change is on disk before it is seen. */
export class LayerStore {
  readonly #files: RecordFolder<LayerRecord>;
  readonly #records = new Map<string, LayerRecord>();
  readonly #changes = new OneByOne();

  private constructor(folder: string) {
    this.#files = new RecordFolder(folder, kind);
  }

  /** `warn` is told of a file that cannot be read; the file stays as it is. */
  static async open(folder: string, warn: (line: string) => void): Promise<LayerStore> {
    const store = new LayerStore(folder);
    for (const record of await store.#files.read(warn)) store.#records.set(record.name, record);
    return store;
  }

  /** Whether these are all layers: none is in a file that could not be read. */
  get isWhole(): boolean {
    return this.#files.isWhole;
  }

  get(name: string): LayerRecord | undefined {
    return this.#records.get(name);
  }

  /** All layers, sorted by name. */
  list(): readonly LayerRecord[] {
    return [...this.#records.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  /** Runs one change at a time. */
  change<T>(work: () => Promise<T>): Promise<T> {
    return this.#changes.run(work);
  }

  /** Throws `UnreadableFile`. */
  async save(record: LayerRecord): Promise<void> {
    await this.#files.save(record);
    this.#records.set(record.name, record);
  }
}

// Names differ by case, file names on some systems do not; a file's name can be no more than twice as long as a layer's.
function fileOf(name: string): string {
  const lower = name.toLowerCase();
  const apart = lower === name ? '' : `^${createHash('sha256').update(name).digest('hex').slice(0, 16)}`;
  return `l-${lower}${apart}.json`;
}
