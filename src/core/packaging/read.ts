import { closeSync, constants, openSync, readSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { InputError } from '../errors';
import { type PackageFile, readProblem } from './files';

// Between the look and the read a file may have become a link or a pipe; Windows has neither flag.
const flags = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);

/** The bytes of a file, read once. Throws `InputError` when that is not possible. */
export async function readContent({ path, file }: Pick<PackageFile, 'path' | 'file'>): Promise<Uint8Array> {
  try {
    const handle = await open(file, flags);
    try {
      return await handle.readFile();
    } finally {
      await handle.close();
    }
  } catch (error) {
    throw new InputError(`${path} ${readProblem(path, error)}, or name it in .deckignore.`, undefined, { cause: error });
  }
}

/** Where files are read to, one after the other. */
let room = Buffer.allocUnsafeSlow(256 * 1024);

/** The same in a thread that has nothing else to do; the content is there until the next call. Throws the system's own errors. */
export function readContentSync(file: string): Uint8Array {
  const handle = openSync(file, flags);
  try {
    let length = 0;
    for (let more = -1; more !== 0; length += more) {
      if (length === room.length) room = Buffer.concat([room], 2 * length);
      more = readSync(handle, room, length, room.length - length, null);
    }
    return room.subarray(0, length);
  } finally {
    closeSync(handle);
  }
}
