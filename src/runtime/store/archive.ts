import { crc32, inflateRawSync } from 'node:zlib';

/** A zip that is refused: `message` says why, for the one who sent it. */
export class ArchiveError extends Error {
  override readonly name = 'ArchiveError';
}

export interface ArchiveFile {
  /** Relative, with `/`, checked. */
  readonly path: string;
  readonly executable: boolean;
  readonly size: number;
  /** Inflates and checks the content. */
  read(): Uint8Array;
}

const maxUnpacked = 262_144_000;
const endSignature = 0x06054b50;
const entrySignature = 0x02014b50;

/** The files of a zip, by its central directory; nothing is inflated before `read`. Folders are left out. */
export function readArchive(zip: Buffer): readonly ArchiveFile[] {
  const { count, offset } = findDirectory(zip);
  const files: ArchiveFile[] = [];
  let at = offset;
  for (let index = 0; index < count; index++) {
    const entry = readEntry(zip, at);
    at = entry.next;
    if (!entry.folder) files.push(entry.file);
  }
  checkTotals(files);
  return files;
}

function findDirectory(zip: Buffer): { count: number; offset: number } {
  for (let at = zip.length - 22; at >= Math.max(0, zip.length - 22 - 65_535); at--) {
    if (zip.readUInt32LE(at) !== endSignature) continue;
    const count = zip.readUInt16LE(at + 10);
    const offset = zip.readUInt32LE(at + 16);
    if (count === 0xffff || offset === 0xffffffff) throw new ArchiveError('Zip64 archives are not taken; pack fewer than 65,535 files.');
    return { count, offset };
  }
  throw new ArchiveError('Could not unzip uploaded file. Please check your file, then try to upload again.');
}

function readEntry(zip: Buffer, at: number): { file: ArchiveFile; folder: boolean; next: number } {
  if (at + 46 > zip.length || zip.readUInt32LE(at) !== entrySignature) throw new ArchiveError('The zip is cut off or damaged.');
  const nameEnd = at + 46 + zip.readUInt16LE(at + 28);
  const name = zip.toString('utf8', at + 46, nameEnd);
  const mode = zip.readUInt32LE(at + 38) >>> 16;
  checkEntry(name, mode, zip.readUInt16LE(at + 8));
  const size = zip.readUInt32LE(at + 24);
  const file = { path: name, size, executable: (mode & 0o111) !== 0 || name === 'bootstrap', read: () => inflate(zip, at, name) };
  return { file, folder: name.endsWith('/'), next: nameEnd + zip.readUInt16LE(at + 30) + zip.readUInt16LE(at + 32) };
}

function checkEntry(name: string, mode: number, flags: number): void {
  const type = mode & 0o170000;
  if (type !== 0 && type !== 0o100000 && type !== 0o040000) throw new ArchiveError(`"${name}" is a link or a special file; pack the file itself.`);
  if (flags & 1) throw new ArchiveError(`"${name}" is encrypted; pack it without a password.`);
  if (!isSafePath(name)) throw new ArchiveError(`"${name}" is not a path inside the package.`);
}

const forbidden = /[\\:<>"|?*\u0000-\u001f]/;

function isSafePath(name: string): boolean {
  const parts = name.replace(/\/$/, '').split('/');
  const badPart = (part: string) => part === '' || part === '.' || part === '..';
  return !parts.some(badPart) && (process.platform === 'win32' ? !forbidden.test(name) : !/[\\\u0000]/.test(name)) && !/^[A-Za-z]:/.test(name);
}

function checkTotals(files: readonly ArchiveFile[]): void {
  const total = files.reduce((sum, file) => sum + file.size, 0);
  if (total > maxUnpacked) throw new ArchiveError(`Unzipped size must be smaller than ${maxUnpacked} bytes`);
  if (new Set(files.map((file) => file.path)).size !== files.length) throw new ArchiveError('The zip has the same path twice.');
}

function inflate(zip: Buffer, at: number, name: string): Uint8Array {
  const size = zip.readUInt32LE(at + 24);
  const local = zip.readUInt32LE(at + 42);
  if (local + 30 > zip.length) throw new ArchiveError('The zip is cut off or damaged.');
  const start = local + 30 + zip.readUInt16LE(local + 26) + zip.readUInt16LE(local + 28);
  const packed = zip.subarray(start, start + zip.readUInt32LE(at + 20));
  const content = unpack(packed, zip.readUInt16LE(at + 10), size, name);
  if (content.length !== size || crc32(content) !== zip.readUInt32LE(at + 16)) throw new ArchiveError(`"${name}" is damaged in the zip.`);
  return content;
}

function unpack(packed: Buffer, method: number, size: number, name: string): Uint8Array {
  if (method === 0) return packed;
  if (method !== 8) throw new ArchiveError(`"${name}" is packed with a method that is not taken; use deflate.`);
  try {
    // The cap is what the zip itself declared, so a bomb ends where its lie begins.
    return inflateRawSync(packed, { maxOutputLength: Math.max(size, 1) });
  } catch (error) {
    throw new ArchiveError(`"${name}" is damaged in the zip.`, { cause: error });
  }
}
