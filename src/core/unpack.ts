import { chmod } from 'node:fs/promises';
import * as path from 'node:path';
import { ArchiveError, type ArchiveFile, type ArchiveLimits, readArchive } from './archive';
import { InputError } from './errors';
import type { CallOptions } from './provider';
import { type Content, isFreeFolder, writeNewFiles } from './scaffolding/newFiles';

const limits: ArchiveLimits = { files: 20_000, bytes: 600_000_000, links: true };

/**
 * Unpacks a deployment package into a folder that is new or empty; all of it or nothing. Returns the paths of its files,
 * with `/`. Throws `InputError` for a folder that is taken, and for a package with more in it than files for that folder.
 */
export async function unpackInto(folder: string, zip: Uint8Array, options: CallOptions, most = limits): Promise<readonly string[]> {
  if (!(await isFreeFolder(folder))) throw new InputError(`${folder} is not empty; choose a new folder.`, { file: folder });
  try {
    const files = await readArchive(Buffer.from(zip.buffer, zip.byteOffset, zip.byteLength), most);
    const contents = files.map((file): [string, Content] => [file.path, file.isLink ? { link: () => file.read() } : () => file.read()]);
    await writeNewFiles(folder, Object.fromEntries(contents), options);
    await markExecutables(folder, files);
    return files.map((file) => file.path);
  } catch (error) {
    throw error instanceof ArchiveError ? refusal(error, most) : error;
  }
}

// The system that it was packed for may have other rights than this one.
async function markExecutables(folder: string, files: readonly ArchiveFile[]): Promise<void> {
  if (process.platform === 'win32') return;
  for (const file of files) if (file.executable && !file.isLink) await chmod(path.join(folder, file.path), 0o755);
}

function refusal(error: ArchiveError, most: ArchiveLimits): InputError {
  const reasons: Partial<Record<ArchiveError['kind'], string>> = {
    noZip: 'it is no zip',
    tooMany: `it has more than ${most.files} files`,
    tooLarge: `it has more than ${Math.floor(most.bytes / 1e6)} MB of files`,
  };
  // What the packer could do about it is no help here.
  const reason = reasons[error.kind] ?? (error.message.split('; ')[0] ?? '').replace(/^The/, 'the').replace(/\.$/, '');
  return new InputError(`The package was not unpacked, because ${reason}; nothing was written.`, undefined, { cause: error });
}
