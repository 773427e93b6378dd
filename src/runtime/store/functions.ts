import { mkdir, readdir, readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { writeAtomic } from './files';
import { recordFormat, type FunctionRecord } from './records';

/** The functions, one file each, all held in memory: a change is on disk before it is seen. */
export class FunctionStore {
  readonly #folder: string;
  readonly #records = new Map<string, FunctionRecord>();
  readonly #changes = new Map<string, Promise<unknown>>();
  #sorted: readonly FunctionRecord[] | undefined;
  #reserved: number | undefined;

  private constructor(folder: string) {
    this.#folder = folder;
  }

  /** `warn` is told of a file that cannot be read; the file stays as it is. */
  static async open(folder: string, warn: (line: string) => void): Promise<FunctionStore> {
    const store = new FunctionStore(folder);
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const files = (await readdir(folder)).filter((name) => name.endsWith('.json'));
    await Promise.all(files.map((name) => store.#load(path.join(folder, name), warn)));
    return store;
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

  async save(record: FunctionRecord): Promise<void> {
    await writeAtomic(this.#file(record.name), JSON.stringify(record));
    this.#records.set(record.name, record);
    this.#forget();
  }

  async remove(name: string): Promise<void> {
    await rm(this.#file(name), { force: true });
    this.#records.delete(name);
    this.#forget();
  }

  #forget(): void {
    this.#sorted = undefined;
    this.#reserved = undefined;
  }

  async #load(file: string, warn: (line: string) => void): Promise<void> {
    try {
      const record = JSON.parse(await readFile(file, 'utf8')) as FunctionRecord;
      if (record.format !== recordFormat) throw new Error(`its format ${String(record.format)} is not known here`);
      this.#records.set(record.name, record);
    } catch (error) {
      warn(`The function in ${file} cannot be read: ${String(error)}`);
    }
  }

  // Names differ by case, file names on some systems do not; the prefix keeps clear of names reserved on Windows.
  #file(name: string): string {
    return path.join(this.#folder, `f-${name.replace(/[A-Z]/g, (letter) => `^${letter.toLowerCase()}`)}.json`);
  }
}
