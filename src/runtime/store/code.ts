import { createHash, randomBytes } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, stat, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { foldersOf, ownLimits, readArchive, type ArchiveFile } from '../../core/archive';
import { errorCode, unlessMissing, writeAtomic } from './files';
import { OneByOne } from './oneByOne';

export interface StoredCode {
  /** base64 of the SHA-256 of the zip. */
  readonly sha256: string;
  readonly size: number;
}

// On Windows not everybody may make one.
const limits = { ...ownLimits, links: process.platform !== 'win32' };

/** What the contents of packages are found by that lie one on top of the other, the last uppermost; one alone by its own hash. */
export function stackOf(hashes: readonly [string, ...string[]]): string {
  return hashes.length === 1 ? hashes[0] : createHash('sha256').update(hashes.join('\n')).digest('base64');
}

const youngMs = 60_000;

/** Deployment packages by content: the zip as it came, and beside it a folder to run it from. */
export class CodeStore {
  readonly #folder: string;
  readonly #added = new Map<string, number>();
  /** Adding and removing the same content at once would leave half of it. */
  readonly #changes = new OneByOne();

  constructor(folder: string) {
    this.#folder = folder;
  }

  hash(zip: Uint8Array): StoredCode {
    return { sha256: createHash('sha256').update(zip).digest('base64'), size: zip.length };
  }

  /** Keeps a package. Throws `ArchiveError` for one that cannot be unpacked safely; then nothing is kept. */
  async add(zip: Buffer): Promise<StoredCode> {
    return this.#changes.run(() => this.#add(zip));
  }

  async #add(zip: Buffer): Promise<StoredCode> {
    const code = this.hash(zip);
    this.#added.set(code.sha256, Date.now());
    if (await exists(this.zip(code.sha256)) && (await exists(this.folder(code.sha256)))) return code;
    const files = await readArchive(zip, limits);
    await mkdir(this.#folder, { recursive: true, mode: 0o700 });
    await this.#unpack(files, this.folder(code.sha256));
    await writeAtomic(this.zip(code.sha256), zip);
    return code;
  }

  /** Where the code is unpacked. */
  folder(sha256: string): string {
    return path.join(this.#folder, Buffer.from(sha256, 'base64').toString('hex'));
  }

  zip(sha256: string): string {
    return `${this.folder(sha256)}.zip`;
  }

  /** Unpacks what is not there: a package that somebody removed from under us, or several over one another. */
  async ensure(...hashes: readonly [string, ...string[]]): Promise<void> {
    const folder = this.folder(stackOf(hashes));
    if (await exists(folder)) return;
    await this.#unpack(stacked(await Promise.all(hashes.map((sha256) => this.#read(sha256)))), folder);
  }

  /** How many bytes a package has unpacked. */
  async unzipped(sha256: string): Promise<number> {
    return (await this.#read(sha256)).reduce((sum, file) => sum + file.size, 0);
  }

  async #read(sha256: string): Promise<readonly ArchiveFile[]> {
    return readArchive(await readFile(this.zip(sha256)), limits);
  }

  /** Removes all packages but those in use, and what a killed run left half done; nothing if it is not known what is in use. */
  async keepOnly(used: ReadonlySet<string> | undefined): Promise<void> {
    if (!used) return;
    const keep = new Set([...used].flatMap((sha256) => [path.basename(this.folder(sha256)), path.basename(this.zip(sha256))]));
    const names = await unlessMissing(readdir(this.#folder));
    const old = (names ?? []).filter((name) => !keep.has(name));
    await Promise.all(old.map((name) => rm(path.join(this.#folder, name), { recursive: true, force: true })));
  }

  /** Removes a package, unless it came in just now: whoever sent it may be about to refer to it. */
  async remove(sha256: string): Promise<void> {
    await this.#changes.run(async () => {
      if (Date.now() - (this.#added.get(sha256) ?? 0) < youngMs) return;
      this.#added.delete(sha256);
      await rm(this.zip(sha256), { force: true });
      await rm(this.folder(sha256), { recursive: true, force: true });
    });
  }

  async #unpack(files: readonly ArchiveFile[], target: string): Promise<void> {
    const temp = path.join(this.#folder, `new-${randomBytes(6).toString('hex')}`);
    try {
      await writeFiles(files, temp);
      await rename(temp, target);
    } catch (error) {
      await rm(temp, { recursive: true, force: true });
      if (!['EEXIST', 'ENOTEMPTY', 'EPERM'].includes(errorCode(error) ?? '') || !(await exists(target))) throw error;
    }
  }
}

async function writeFiles(files: readonly ArchiveFile[], folder: string): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const folders = new Set(files.map((file) => path.dirname(path.join(folder, file.path))));
  for (const one of folders) await mkdir(one, { recursive: true });
  const queue = files.filter((file) => !file.isLink);
  const worker = async () => {
    for (let file = queue.pop(); file; file = queue.pop()) {
      await writeFile(path.join(folder, file.path), await file.read(), { flag: 'wx', mode: file.executable ? 0o755 : 0o644 });
    }
  };
  await Promise.all(Array.from({ length: 8 }, worker));
  // At the end, so that nothing is written through one.
  for (const link of files) if (link.isLink) await symlink(Buffer.from(await link.read()), path.join(folder, link.path));
}

/** What is in each archive covers what is in those before it, also a folder where those have a file and the other way round. */
function stacked(archives: readonly (readonly ArchiveFile[])[]): readonly ArchiveFile[] {
  return archives.reduce((below, files) => {
    const names = new Set(files.map((file) => file.path));
    const folders = new Set(files.flatMap((file) => foldersOf(file.path)));
    const isCovered = (name: string) => names.has(name) || folders.has(name) || foldersOf(name).some((folder) => names.has(folder));
    return [...below.filter((file) => !isCovered(file.path)), ...files];
  });
}

async function exists(file: string): Promise<boolean> {
  return (await unlessMissing(stat(file))) !== undefined;
}
