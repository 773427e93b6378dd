import { createHash, randomBytes } from 'node:crypto';
import { access, mkdir, readdir, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import * as path from 'node:path';
import { InputError } from '../errors';
import { codeOf } from './systemCode';

const day = 24 * 60 * 60 * 1000;
const keepUnfinished = day;
const keepUnused = 30 * day;
const keepInUse = day / 24;
/** Folders of installed dependencies, of which each may have some hundred megabytes. */
const keepInstalled = 20;

/**
 * The folder of a cache entry, filled at the first use. It appears whole or not at all: `fill` works in a folder beside it,
 * which is renamed at the end and removed after a failure.
 */
export async function cached(cache: string, key: string, fill: (folder: string) => Promise<void>): Promise<string> {
  const folder = path.join(cache, key);
  if (await exists(folder)) {
    await utimes(folder, new Date(), new Date());
    return folder;
  }
  await withTemp(cache, async (temp) => {
    await sweep(cache, folder);
    await fill(temp);
    await requireSpace(temp);
    await settle(temp, folder);
  });
  return folder;
}

/** A short name for a cache entry: the same parts give the same name. */
export function cacheKey(kind: string, parts: readonly unknown[]): string {
  return `${kind}-${createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 32)}`;
}

/** A folder for one task, removed at its end. */
export async function withTemp<T>(cache: string, task: (folder: string) => Promise<T>): Promise<T> {
  const temp = path.join(cache, `.tmp-${randomBytes(8).toString('hex')}`);
  try {
    await mkdir(temp, { recursive: true });
    return await task(temp).finally(() => rm(temp, { recursive: true, force: true }));
  } catch (error) {
    throw diskProblem(error, cache) ?? error;
  }
}

/** An installer may leave a file cut short on a full disk and say nothing; then there is no room for this either. */
async function requireSpace(folder: string): Promise<void> {
  const file = path.join(folder, '.space');
  await writeFile(file, Buffer.alloc(64 * 1024), { flush: true });
  await rm(file);
}

async function settle(temp: string, folder: string): Promise<void> {
  try {
    await rename(temp, folder);
  } catch (error) {
    // Another window was faster; its copy is as good.
    if (!(await exists(folder))) throw error;
  }
}

/** Removes what a killed deploy left behind, what was not used for long, and of what was installed all but what was used last. */
export async function sweep(cache: string, needed?: string): Promise<void> {
  const folders = (await readdir(cache)).filter((name) => /^(?:\.tmp|node|python|packed)-/.test(name)).map((name) => path.join(cache, name));
  const ages = await Promise.all(folders.map(async (folder) => ({ folder, age: Date.now() - (await stat(folder).then(({ mtimeMs }) => mtimeMs, () => Date.now())) })));
  const isInstalled = (folder: string): boolean => /^(?:node|python)-/.test(path.basename(folder));
  const last = new Set(ages.filter(({ folder }) => isInstalled(folder)).sort((a, b) => a.age - b.age).slice(0, keepInstalled).map(({ folder }) => folder));
  for (const { folder, age } of ages) {
    // What another window has just asked for it still reads.
    const isOld = age > (path.basename(folder).startsWith('.tmp-') ? keepUnfinished : keepUnused) || (isInstalled(folder) && !last.has(folder) && age > keepInUse);
    if (folder !== needed && isOld) await rm(folder, { recursive: true, force: true });
  }
}

function exists(file: string): Promise<boolean> {
  return access(file).then(() => true, () => false);
}

function diskProblem(error: unknown, cache: string): InputError | undefined {
  const code = codeOf(error);
  if (code === 'ENOSPC') return fullDisk(cache, error);
  if (!['EROFS', 'EACCES', 'EPERM', 'ENOTDIR', 'EEXIST'].includes(code ?? '')) return undefined;
  return new InputError(`${cache} cannot be written to (${code}); make it a folder that can be, and deploy again.`, undefined, { cause: error });
}

export function fullDisk(folder: string, cause: unknown): InputError {
  return new InputError(`The disk of ${folder} is full; free some space and deploy again.`, undefined, { cause });
}

/** Whether a program's output says that the disk is full. */
export function saysFullDisk(output: string): boolean {
  return /ENOSPC|No space left on device/.test(output);
}
