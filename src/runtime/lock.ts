import { randomBytes } from 'node:crypto';
import { link, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { identity, lives } from './owner';
import { errorCode, isMissing, writeAtomic } from './store/files';

const free = 'free';
const writingMs = 5000;

/**
 * The right to be the only one on a folder. Claims are files with rising numbers, and whoever is named in the highest owns
 * the folder for as long as that process lives. A dead owner is outbid, and its claim is removed only after that: were it
 * removed first, one who looks at it late could take away the claim of the next.
 */
export class Lock {
  private constructor(readonly file: string) {}

  /** `undefined` while somebody else holds it, or was quicker. */
  static async take(folder: string): Promise<Lock | undefined> {
    const highest = (await claims(folder)).at(-1);
    if (highest && (await holder(path.join(folder, highest.name)))) return undefined;
    const number = (highest?.number ?? 0) + 1;
    const file = path.join(folder, `runtime.lock.${number}`);
    if (!(await create(file, await identity(process.pid)))) return undefined;
    const all = await claims(folder);
    const lower = all.filter((claim) => claim.number < number);
    const isHighest = all.at(-1)?.number === number;
    // Not the highest: what it outbid was outbid by others before, and their claim is the later one.
    await Promise.all((isHighest ? lower.map(({ name }) => path.join(folder, name)) : [file]).map((one) => rm(one, { force: true })));
    return isHighest ? new Lock(file) : undefined;
  }

  /** Who holds it, if somebody does. */
  static async ownerOf(folder: string): Promise<Owner | undefined> {
    const highest = (await claims(folder)).at(-1);
    return highest && (await holder(path.join(folder, highest.name)));
  }

  /** The file stays, so that numbers go on rising. */
  async release(): Promise<void> {
    await writeAtomic(this.file, free);
  }
}

export interface Owner {
  /** Missing as long as it has not written its name. */
  readonly pid?: number;
}

interface Claim {
  readonly name: string;
  readonly number: number;
}

async function claims(folder: string): Promise<Claim[]> {
  const names = await readdir(folder);
  const found = names.flatMap((name) => {
    const [whole, number] = /^runtime\.lock(?:\.(\d+))?$/.exec(name) ?? [];
    return whole ? [{ name, number: Number(number ?? 0) }] : [];
  });
  return found.sort((a, b) => a.number - b.number);
}

async function holder(file: string): Promise<Owner | undefined> {
  try {
    const [text, { mtimeMs }] = await Promise.all([readFile(file, 'utf8'), stat(file)]);
    if (text === free) return undefined;
    const pid = Number(/^(\d+) /.exec(text)?.[1]);
    // Somebody may be about to write its name, or was killed at that.
    if (!pid) return Date.now() - mtimeMs < writingMs ? {} : undefined;
    return (await lives(text, mtimeMs)) ? { pid } : undefined;
  } catch (error) {
    // Outbid and removed meanwhile.
    if (isMissing(error)) return {};
    throw error;
  }
}

// With its content from the first moment on, where the file system has links.
async function create(file: string, text: string): Promise<boolean> {
  const draft = `${file}.${randomBytes(6).toString('hex')}.tmp`;
  try {
    await writeFile(draft, text, { flag: 'wx', mode: 0o600 });
    await link(draft, file).catch((error: unknown) => {
      if (!['EPERM', 'ENOSYS', 'ENOTSUP', 'EOPNOTSUPP', 'EMLINK'].includes(errorCode(error) ?? '')) throw error;
      return writeFile(file, text, { flag: 'wx', mode: 0o600 });
    });
    return true;
  } catch (error) {
    if (errorCode(error) === 'EEXIST') return false;
    throw error;
  } finally {
    await rm(draft, { force: true });
  }
}
