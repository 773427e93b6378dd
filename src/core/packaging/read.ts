import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
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

/** Where files are read to, one after the other. */
let room = Buffer.allocUnsafeSlow(256 * 1024);

/** The same in a thread that has nothing else to do; the content is there until the next call. Throws the system's own errors. */
export function readStampedSync(file: string): Content {
  const handle = openSync(file, flags);
  try {
    const facts = fstatSync(handle);
    if (facts.size > room.length) room = Buffer.allocUnsafeSlow(facts.size);
    let length = 0;
    for (let more = -1; more !== 0 && length < facts.size; length += more) more = readSync(handle, room, length, facts.size - length, null);
    return { stamp: stampOf(facts), content: room.subarray(0, length) };
  } finally {
    closeSync(handle);
  }
}
