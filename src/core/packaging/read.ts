import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import { InputError } from '../errors';
import { type PackageFile, readProblem } from './files';

// Between the look and the read a file may have become a link or a pipe; Windows has neither flag.
const flags = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);

/** The bytes of a file, read once. Throws `InputError` when that is not possible. */
export async function readContent({ path, file }: PackageFile): Promise<Uint8Array> {
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
