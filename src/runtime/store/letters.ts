import { mkdir, readdir, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { unlessMissing, writeAtomic } from './files';
import { OneByOne } from './oneByOne';

/** What is sent to a queue, topic, bucket or bus, none of which is here. */
export interface Letter {
  readonly target: string;
  readonly sent: string;
  readonly attributes?: Readonly<Record<string, string>>;
  readonly body: unknown;
}

const kept = 1000;
const keptBytes = 64 * 1024 * 1024;
/** Of all targets together: sixteen full ones. */
const allBytes = 1024 * 1024 * 1024;

/**
 * Keeps what was sent to things outside: a folder for each of them, a file for each letter, the newest thousand or 64 MB. Of
 * all together no more than a gigabyte: then the one that got nothing for longest goes.
 */
export class LetterBox {
  readonly #folder: string;
  readonly #bytes: number;
  /** Bytes by folder, of which the last got a letter last; read when it is first needed. */
  #sizes: Promise<Map<string, number>> | undefined;
  readonly #changes = new OneByOne();

  constructor(folder: string, bytes = allBytes) {
    this.#folder = folder;
    this.#bytes = bytes;
  }

  /** Resolves with the file. */
  async put(target: string, requestId: string, body: unknown, attributes?: Letter['attributes']): Promise<string> {
    return this.#changes.run(() => this.#put({ target, sent: new Date().toISOString(), attributes, body }, requestId));
  }

  async #put(letter: Letter, requestId: string): Promise<string> {
    const folder = path.join(this.#folder, letter.target.replace(/[^\w.-]+/g, '-').slice(0, 150));
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const file = path.join(folder, `${letter.sent.replaceAll(':', '')}-${requestId}.json`);
    await writeAtomic(file, JSON.stringify(letter, undefined, 2));
    await this.#makeRoom(folder, await prune(folder));
    return file;
  }

  async #makeRoom(folder: string, bytes: number): Promise<void> {
    const sizes = await (this.#sizes ??= sizesIn(this.#folder));
    sizes.delete(folder);
    sizes.set(folder, bytes);
    let sum = [...sizes.values()].reduce((all, one) => all + one, 0);
    for (const [other, size] of sizes) {
      if (sum <= this.#bytes || other === folder) return;
      sizes.delete(other);
      sum -= size;
      await rm(other, { recursive: true, force: true });
    }
  }
}

async function sizesIn(folder: string): Promise<Map<string, number>> {
  const targets = (await readdir(folder, { withFileTypes: true })).filter((one) => one.isDirectory()).map((one) => path.join(folder, one.name));
  const found = await Promise.all(targets.map(async (target) => ({ target, newest: (await letters(target))[0] ?? '', bytes: await prune(target) })));
  return new Map(found.sort((a, b) => (a.newest < b.newest ? -1 : 1)).map(({ target, bytes }) => [target, bytes]));
}

/** The bytes of those that are kept. */
async function prune(folder: string): Promise<number> {
  let bytes = 0;
  let left = 0;
  for (const [index, name] of (await letters(folder)).entries()) {
    const file = path.join(folder, name);
    bytes += await sizeOf(file);
    if (index > 0 && (index >= kept || bytes > keptBytes)) await rm(file, { force: true });
    else left = bytes;
  }
  return left;
}

/** The newest first. */
async function letters(folder: string): Promise<readonly string[]> {
  return ((await unlessMissing(readdir(folder))) ?? []).filter((name) => name.endsWith('.json')).sort().reverse();
}

async function sizeOf(file: string): Promise<number> {
  // Another letter's pruning may have taken it.
  return (await unlessMissing(stat(file)))?.size ?? 0;
}
