import type { StoredCode } from '../store/code';
import { errorCode } from '../store/files';
import type { Input, World } from './call';
import { ApiError, invalid } from './errors';
import { isObject, textOf } from './input';

const maxZip = 52_428_800;

/** The zip in a request, `Code.ZipFile` or `ZipFile`. */
export function zipOf(input: Input): Buffer {
  const text = textOf(input, 'ZipFile');
  if (text === undefined) throw invalid('The local runtime takes the code as ZipFile; it reads no bucket and no image.');
  const zip = Buffer.from(text, 'base64');
  if (!zip.length) throw invalid('Uploaded file must be a non-empty zip');
  if (zip.length > maxZip) throw new ApiError(413, 'RequestEntityTooLargeException', `Zipped size must be smaller than ${maxZip} bytes`);
  return zip;
}

export function codeInput(input: Input): Input {
  return isObject(input.Code) ? input.Code : {};
}

export async function storeCode(world: World, zip: Buffer): Promise<StoredCode> {
  try {
    return await world.code.add(zip);
  } catch (error) {
    if (error instanceof Error && error.name === 'ArchiveError') throw invalid(error.message);
    if (errorCode(error) === 'EEXIST') throw invalid('The zip has two paths that differ only by case.');
    if (errorCode(error) === 'ENOSPC') throw new ApiError(500, 'ServiceException', 'The disk is full: nothing was changed.');
    throw error;
  }
}

const graceMs = 61_000;

/**
 * Removes a package that no version uses any more, after a while: calls that began before the change still come to run
 * it. What is in use then, or left over at an end, goes at the next start.
 */
export function dropLater(world: World, sha256: string): void {
  const drop = () => {
    const used = world.functions.list().some((record) => [record.latest, ...record.versions].some((version) => version.codeSha256 === sha256));
    if (used || world.engine.uses(world.code.folder(sha256))) return;
    world.code.remove(sha256).catch((error: unknown) => world.warn(`An old package could not be removed: ${String(error)}`));
  };
  setTimeout(drop, graceMs).unref();
}
