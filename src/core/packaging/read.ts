import { closeSync, constants, fstatSync, openSync, readFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { InputError } from '../errors';
import { type PackageFile, readProblem } from './files';
import { type Stamp, stampOf } from './stamp';

// Between the look and the read a file may have become a link or a pipe; Windows has neither flag.
const flags = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);

/** A file's bytes, and the stamp that it had before they were read. */
export interface Content {
  readonly content: Uint8Array;
  readonly stamp: Stamp;
}

/** Reads a file once. Throws `InputError` when that is not possible. */
export async function readStamped({ path, file }: Pick<PackageFile, 'path' | 'file'>): Promise<Content> {
  try {
    const handle = await open(file, flags);
    try {
      return { stamp: stampOf(await handle.stat()), content: await handle.readFile() };
    } finally {
      await handle.close();
    }
  } catch (error) {
    throw new InputError(`${path} ${readProblem(path, error)}, or name it in .deckignore.`, undefined, { cause: error });
  }
}

/** The bytes of a file, read once. Throws `InputError` when that is not possible. */
export async function readContent(file: PackageFile): Promise<Uint8Array> {
  return (await readStamped(file)).content;
}

/** The same in a thread that has nothing else to do; throws the system's own errors. */
export function readStampedSync(file: string): Content {
  const handle = openSync(file, flags);
  try {
    return { stamp: stampOf(fstatSync(handle)), content: readFileSync(handle) };
  } finally {
    closeSync(handle);
  }
}
