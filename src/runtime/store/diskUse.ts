import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { isMissing, writeAtomic } from './files';

const firstMs = 2000;
const againMs = 60_000;

/**
 * What the data folder takes on disk, written into it where whoever shows it finds it also when no runtime runs. Unpacked
 * packages have the hash of their content as their name, so each is looked through once.
 */
export class DiskUse {
  readonly #folder: string;
  readonly #packages = new Map<string, number>();
  #written: number | undefined;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Measures now and then, for as long as this process runs. */
  start(warn: (line: string) => void, ms = firstMs): void {
    const measure = async () => {
      await this.measure().catch((error: unknown) => warn(`The disk use could not be told: ${String(error)}`));
      this.start(warn, againMs);
    };
    setTimeout(() => void measure(), ms).unref();
  }

  /** Bytes. */
  async measure(): Promise<number> {
    const bytes = await this.#sizeOf(this.#folder);
    if (bytes !== this.#written) await writeAtomic(path.join(this.#folder, 'disk.json'), JSON.stringify({ bytes }));
    this.#written = bytes;
    return bytes;
  }

  async #sizeOf(folder: string): Promise<number> {
    let sum = 0;
    for (const one of await list(folder)) {
      const file = path.join(folder, one.name);
      if (one.isFile() && one.name !== 'disk.json') sum += await fileSize(file);
      else if (one.isDirectory()) sum += /^[0-9a-f]{64}$/.test(one.name) ? await this.#packageSize(file) : await this.#sizeOf(file);
    }
    return sum;
  }

  async #packageSize(folder: string): Promise<number> {
    const size = this.#packages.get(folder) ?? (await this.#sizeOf(folder));
    this.#packages.set(folder, size);
    return size;
  }
}

// Files come and go meanwhile.
async function list(folder: string) {
  return readdir(folder, { withFileTypes: true }).catch((error: unknown) => {
    if (isMissing(error)) return [];
    throw error;
  });
}

async function fileSize(file: string): Promise<number> {
  return stat(file).then(
    ({ size }) => size,
    (error: unknown) => {
      if (isMissing(error)) return 0;
      throw error;
    },
  );
}
