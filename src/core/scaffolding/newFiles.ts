import { randomBytes } from 'node:crypto';
import { constants } from 'node:fs';
import { copyFile, lstat, mkdir, readdir, readlink, rename, rm, rmdir, symlink, writeFile } from 'node:fs/promises';
import * as path from 'node:path';
import { InputError, throwIfAborted } from '../errors';
import type { CallOptions } from '../provider';

/** A file's text, or its bytes when their turn comes; or where a symbolic link leads, relative to where it lies. */
export type Content = string | (() => Promise<Uint8Array>) | { readonly link: () => Promise<Uint8Array> };

/**
 * Writes new files below a folder, which need not exist; `texts` are by path with `/`. All of them or none: a failure or
 * an abort takes back what was made. Throws `InputError` rather than write over a file.
 */
export async function writeNewFiles(folder: string, texts: Readonly<Record<string, Content>>, options: CallOptions): Promise<void> {
  const made = new Made();
  try {
    await refuseTaken(folder, Object.keys(texts));
    await made.folder(path.dirname(folder));
    const aside = await made.aside(folder);
    await writeAside(aside, texts, options);
    if (await exists(folder)) await made.files(aside, folder, Object.keys(texts));
    else await rename(aside, folder);
    made.keep();
  } catch (error) {
    throw explained(folder, error);
  } finally {
    await made.clean();
  }
}

/** Whether nothing is there, or an empty folder. */
export async function isFreeFolder(folder: string): Promise<boolean> {
  try {
    return (await readdir(folder)).length === 0;
  } catch (error) {
    return codeOf(error) === 'ENOENT';
  }
}

// Written aside first, so that what appears in the folder is whole.
async function writeAside(aside: string, texts: Readonly<Record<string, Content>>, { signal }: CallOptions): Promise<void> {
  for (const [file, text] of Object.entries(texts)) {
    throwIfAborted(signal);
    await mkdir(path.dirname(path.join(aside, file)), { recursive: true });
    if (typeof text !== 'object') await writeFile(path.join(aside, file), typeof text === 'string' ? text : await text(), { flag: 'wx' });
  }
  // Windows asks whether what a link leads to is a folder.
  for (const [file, text] of Object.entries(texts)) if (typeof text === 'object') await makeLink(aside, file, text.link);
  throwIfAborted(signal);
}

async function makeLink(folder: string, file: string, link: () => Promise<Uint8Array>): Promise<void> {
  const target = Buffer.from(await link()).toString();
  await symlink(target, path.join(folder, file)).catch((error: unknown) => {
    throw linkError(file, error);
  });
}

/** What is told of a link that cannot be made: Windows keeps them to those who asked it for them. */
export function linkError(file: string, error: unknown, platform = process.platform): unknown {
  if (platform !== 'win32' || codeOf(error) !== 'EPERM') return error;
  return new InputError(`${file} is a link, which Windows does not let you make; turn on its Developer Mode and try again.`, undefined, { cause: error });
}

async function refuseTaken(folder: string, files: readonly string[]): Promise<void> {
  for (const file of files) {
    if (await exists(path.join(folder, file))) throw taken(path.join(folder, file));
  }
}

function taken(file: string, cause?: unknown): InputError {
  return new InputError(`${file} exists already and is left as it is; choose another name or folder.`, { file }, { cause });
}

function exists(file: string): Promise<boolean> {
  return lstat(file).then(
    () => true,
    (error: unknown) => {
      if (codeOf(error) === 'ENOENT') return false;
      throw explained(file, error);
    },
  );
}

/** What was made so far, to take it back when not all can be made. */
class Made {
  readonly #files: string[] = [];
  readonly #folders: string[] = [];
  #aside: string | undefined;

  async folder(folder: string): Promise<void> {
    const first = await mkdir(folder, { recursive: true });
    if (!first) return;
    for (let made = folder; made.length >= first.length; made = path.dirname(made)) this.#folders.push(made);
  }

  async aside(folder: string): Promise<string> {
    const name = `.${path.basename(folder)}-${randomBytes(6).toString('hex')}`;
    await mkdir((this.#aside = path.join(path.dirname(folder), name)));
    return this.#aside;
  }

  async files(from: string, to: string, files: readonly string[]): Promise<void> {
    for (const file of files) {
      const target = path.join(to, file);
      await this.folder(path.dirname(target));
      await copy(path.join(from, file), target).catch((error: unknown) => {
        throw codeOf(error) === 'EEXIST' ? taken(target, error) : error;
      });
      this.#files.push(target);
    }
  }

  keep(): void {
    this.#files.length = this.#folders.length = 0;
  }

  async clean(): Promise<void> {
    if (this.#aside) await rm(this.#aside, { recursive: true, force: true });
    for (const file of this.#files) await rm(file, { force: true });
    // Only empty folders go; in one that is not, somebody else put something meanwhile.
    for (const folder of this.#folders.sort((a, b) => b.length - a.length)) await rmdir(folder).catch(() => undefined);
  }
}

async function copy(from: string, to: string): Promise<void> {
  const isLink = (await lstat(from)).isSymbolicLink();
  await (isLink ? symlink(await readlink(from), to) : copyFile(from, to, constants.COPYFILE_EXCL));
}

const cures: Readonly<Record<string, string>> = {
  EACCES: 'may not be written to; choose another folder or change its permissions',
  EPERM: 'may not be written to; choose another folder or change its permissions',
  EROFS: 'is on a read-only disk; choose another folder',
  ENOSPC: 'does not fit on the disk; free some space',
  ENOTDIR: 'cannot be a folder, because a part of its path is a file; choose another folder',
  EEXIST: 'cannot be a folder, because a part of its path is a file; choose another folder',
  ENAMETOOLONG: 'has too long a path; choose a shorter one',
  ENOTEMPTY: 'was filled by something else meanwhile and is left as it is; choose another folder',
};

function explained(file: string, error: unknown): unknown {
  const cure = cures[codeOf(error) ?? ''];
  return cure ? new InputError(`${file} ${cure}.`, undefined, { cause: error }) : error;
}

function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error ? String(error.code) : undefined;
}
