import { RecordFolder, type RecordKind } from './recordFolder';
import { provisionedOf, recordFormat, type FunctionRecord } from './records';

const kind: RecordKind<FunctionRecord> = {
  what: 'function',
  format: recordFormat,
  // Names differ by case, file names on some systems do not; the prefix keeps clear of names reserved on Windows.
  fileOf: ({ name }) => `f-${name.replace(/[A-Z]/g, (letter) => `^${letter.toLowerCase()}`)}.json`,
  isWhole: ({ latest, versions }) => typeof latest.codeSha256 === 'string' && Array.isArray(versions),
};

/** The functions, one file each, all held in memory: a change is on disk before it is seen. */
export class FunctionStore {
  readonly #files: RecordFolder<FunctionRecord>;
  readonly #records = new Map<string, FunctionRecord>();
  readonly #changes = new Map<string, Promise<unknown>>();
  #sorted: readonly FunctionRecord[] | undefined;
  #reserved: number | undefined;

  private constructor(folder: string) {
    this.#files = new RecordFolder(folder, kind);
  }

  /** `warn` is told of a file that cannot be read; the file stays as it is. */
  static async open(folder: string, warn: (line: string) => void): Promise<FunctionStore> {
    const store = new FunctionStore(folder);
    for (const record of await store.#files.read(warn)) store.#records.set(record.name, record);
    return store;
  }

  /** Whether these are all functions: none is in a file that could not be read. */
  get isWhole(): boolean {
    return this.#files.isWhole;
  }

  get(name: string): FunctionRecord | undefined {
    return this.#records.get(name);
  }

  /** All functions, sorted by name. */
  list(): readonly FunctionRecord[] {
    this.#sorted ??= [...this.#records.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
    return this.#sorted;
  }

  /** The sum of what functions reserved for themselves. */
  get reserved(): number {
    return (this.#reserved ??= this.list().reduce((sum, record) => sum + (record.reserved ?? 0), 0));
  }

  /** The sum of what functions reserved for themselves or, where they did not, asked to be kept ready. */
  get taken(): number {
    return this.list().reduce((sum, record) => sum + (record.reserved ?? provisionedOf(record)), 0);
  }

  /** Runs one change of a function at a time. */
  async change<T>(name: string, work: () => Promise<T>): Promise<T> {
    const before = this.#changes.get(name) ?? Promise.resolve();
    const mine = before.then(work, work);
    this.#changes.set(name, mine);
    try {
      return await mine;
    } finally {
      if (this.#changes.get(name) === mine) this.#changes.delete(name);
    }
  }

  /** As `change`, of what all functions take their parts of: one such change at a time. */
  async changeShare<T>(name: string, work: () => Promise<T>): Promise<T> {
    return this.change('', () => this.change(name, work));
  }

  /** Throws `UnreadableFile`. */
  async save(record: FunctionRecord): Promise<void> {
    await this.#files.save(record);
    this.#records.set(record.name, record);
    this.#forget();
  }

  async remove(name: string): Promise<void> {
    const record = this.#records.get(name);
    if (!record) return;
    await this.#files.remove(record);
    this.#records.delete(name);
    this.#forget();
  }

  #forget(): void {
    this.#sorted = undefined;
    this.#reserved = undefined;
  }
}
