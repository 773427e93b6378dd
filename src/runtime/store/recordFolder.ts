import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { writeAtomic } from './files';

/** What could not be read is not written over: it may be all that is left of something, or of a newer version. */
export class UnreadableFile extends Error {
  override readonly name = 'UnreadableFile';

  constructor(file: string) {
    super(`${file} cannot be read and is left as it is: mend it and start the runtime again, or move it away.`);
  }
}

/** The records that lie in a folder. */
export interface RecordKind<T> {
  /** What a record is of, for warnings. */
  readonly what: string;
  readonly format: number;
  /** The name of its file. */
  readonly fileOf: (record: T) => string;
  /** Whether it has what it must have; it may also throw when it has not. */
  readonly isWhole: (record: T) => boolean;
}

/** Records in a folder, one file each. A kill at any moment leaves the old file or the new. */
export class RecordFolder<T extends { readonly format: number }> {
  readonly #unread = new Set<string>();

  constructor(
    readonly folder: string,
    readonly kind: RecordKind<T>,
  ) {}

  /** `warn` is told of a file that cannot be read; the file stays as it is. */
  async read(warn: (line: string) => void): Promise<readonly T[]> {
    await mkdir(this.folder, { recursive: true, mode: 0o700 });
    const files = (await readdir(this.folder)).filter((name) => name.endsWith('.json'));
    const found = await Promise.all(files.map((name) => this.#load(name, warn)));
    return found.filter((record) => record !== undefined);
  }

  /** Whether all that lay there was read. */
  get isWhole(): boolean {
    return this.#unread.size === 0;
  }

  /** Throws `UnreadableFile`. */
  async save(record: T): Promise<void> {
    const file = path.join(this.folder, this.kind.fileOf(record));
    if (this.#unread.has(file) && existsSync(file)) throw new UnreadableFile(file);
    await writeAtomic(file, JSON.stringify(record));
  }

  async remove(record: T): Promise<void> {
    await rm(path.join(this.folder, this.kind.fileOf(record)), { force: true });
  }

  async #load(name: string, warn: (line: string) => void): Promise<T | undefined> {
    const file = path.join(this.folder, name);
    const { what, format, fileOf, isWhole } = this.kind;
    try {
      const record = JSON.parse(await readFile(file, 'utf8')) as T;
      if (record.format !== format) throw new Error(`its format ${String(record.format)} is not known here`);
      if (!isWhole(record)) throw new Error('a part of it is missing');
      if (fileOf(record) !== name) throw new Error(`it has the name of another ${what}`);
      return record;
    } catch (error) {
      this.#unread.add(file);
      warn(`The ${what} in ${file} cannot be read: ${String(error)}`);
      return undefined;
    }
  }
}
