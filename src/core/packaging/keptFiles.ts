import { randomBytes } from 'node:crypto';
import { mkdir, open, readdir, rename, rm, stat, utimes } from 'node:fs/promises';
import * as path from 'node:path';
import { cacheKey, sweep } from './cache';
import { deflateVersion } from './deflate';
import { type Kept, KeptTable, writeTable } from './keptTable';
import { leakVersion } from './leaks';
import { type PackageRequest, platformKey } from './request';
import { codeOf } from './systemCode';

/** Bytes of all packages that are kept. */
const maxBytes = 256 * 1024 * 1024;
const format = 2;

/** The last package of a folder as it is kept in the cache. What cannot be kept or read is packed again, and that is all. */
export class KeptFiles {
  readonly #cache: string;
  readonly #name: string;

  constructor(request: PackageRequest) {
    this.#cache = request.cache;
    this.#name = cacheKey('packed', [request.folder, platformKey(request), format, deflateVersion, leakVersion]);
  }

  async load(): Promise<KeptTable | undefined> {
    try {
      return KeptTable.read(await readWhole(path.join(this.#cache, this.#name)));
    } catch (error) {
      return ifOfSystem(error);
    }
  }

  /** It appears whole or not at all. */
  async save(kept: Kept): Promise<void> {
    const temp = path.join(this.#cache, `.tmp-${randomBytes(8).toString('hex')}`);
    try {
      await mkdir(this.#cache, { recursive: true });
      await write(temp, writeTable(kept));
      await rename(temp, path.join(this.#cache, this.#name));
      await makeRoom(this.#cache);
    } catch (error) {
      await rm(temp, { force: true }).catch(ifOfSystem);
      ifOfSystem(error);
    }
  }
}

/** In one go, as this thread may be busy with other things. It counts as a use. */
async function readWhole(file: string): Promise<Buffer<ArrayBuffer>> {
  const handle = await open(file);
  try {
    const { size } = await handle.stat();
    const [{ buffer, bytesRead }] = await Promise.all([handle.read(Buffer.allocUnsafeSlow(size), 0, size, 0), utimes(file, new Date(), new Date())]);
    return buffer.subarray(0, bytesRead);
  } finally {
    await handle.close();
  }
}

/** The user's code is in it, so it is for the user alone. */
async function write(file: string, parts: readonly Uint8Array[]): Promise<void> {
  const handle = await open(file, 'wx', 0o600);
  try {
    await handle.writev([...parts]);
  } finally {
    await handle.close();
  }
}

/** Removes what was not used for longest until the rest is small enough. */
async function makeRoom(cache: string): Promise<void> {
  await sweep(cache);
  const names = (await readdir(cache)).filter((name) => name.startsWith('packed-'));
  const files = await Promise.all(names.map(async (name) => ({ file: path.join(cache, name), facts: await stat(path.join(cache, name)) })));
  let room = maxBytes;
  for (const { file, facts } of files.sort((a, b) => b.facts.mtimeMs - a.facts.mtimeMs)) {
    room -= facts.size;
    if (room < 0) await rm(file, { force: true });
  }
}

/** For a `catch` of what a disk may refuse: it is full, or not to be written to, or another window was faster. */
function ifOfSystem(error: unknown): undefined {
  if (codeOf(error) === undefined) throw error;
  return undefined;
}
