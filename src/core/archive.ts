import { promisify } from 'node:util';
import { crc32, inflateRaw, inflateRawSync } from 'node:zlib';
import { type Entry, fromBufferPromise, getFileNameLowLevel, type ZipFile } from 'yauzl';

/** A zip that is refused: `message` says why, for the one who sent it. */
export class ArchiveError extends Error {
  override readonly name = 'ArchiveError';

  constructor(
    readonly kind: 'noZip' | 'tooMany' | 'tooLarge' | 'unsafe' | 'damaged',
    message: string,
    options?: { readonly cause?: unknown },
  ) {
    super(message, options);
  }
}

/** How much a zip may hold. */
export interface ArchiveLimits {
  readonly files: number;
  /** Unpacked. */
  readonly bytes: number;
  /** Whether it may hold symbolic links to what is in it. */
  readonly links?: boolean;
}

export interface ArchiveFile {
  /** Relative, with `/`, checked. */
  readonly path: string;
  readonly executable: boolean;
  /** A symbolic link: its content is where it leads, relative to where it lies and never outside. No other path leads through it. */
  readonly isLink: boolean;
  readonly size: number;
  /** Inflates and checks the content. Throws `ArchiveError`. */
  read(): Promise<Uint8Array>;
}

/** What fits into the format without its extensions, and the 250 MB that a function's code may have. */
export const ownLimits: ArchiveLimits = { files: 65_535, bytes: 262_144_000 };
/** What is inflated on the spot; more than that is left to another thread. */
const small = 128 * 1024;
const inflateAside = promisify<Buffer, { maxOutputLength: number }, Buffer>(inflateRaw);

/** The files of a zip, by its central directory; nothing is inflated before `read`. Folders are left out. */
export async function readArchive(zip: Buffer, limits = ownLimits): Promise<readonly ArchiveFile[]> {
  const notZip = 'Could not unzip uploaded file. Please check your file, then try to upload again.';
  const archive = await fromBufferPromise(zip, { decodeStrings: false }).catch((cause: unknown) => refuse('noZip', notZip, cause));
  if (archive.entryCount > limits.files) refuse('tooMany', `The zip has more than ${limits.files} files; pack fewer.`);
  const files: ArchiveFile[] = [];
  for await (const entry of entriesOf(archive)) {
    const file = fileOf(zip, archive, entry, limits);
    if (!file.path.endsWith('/')) files.push(file);
  }
  checkTotals(files, limits);
  return files;
}

async function* entriesOf(archive: ZipFile): AsyncGenerator<Entry> {
  try {
    yield* archive.eachEntry();
  } catch (cause) {
    refuse('damaged', 'The zip is cut off or damaged.', cause);
  }
}

function fileOf(zip: Buffer, archive: ZipFile, entry: Entry, limits: ArchiveLimits): ArchiveFile {
  const { generalPurposeBitFlag, fileNameRaw, extraFields, uncompressedSize } = entry;
  // `true`: a backslash stays one, so that it is refused and not taken for a slash.
  const name = getFileNameLowLevel(generalPurposeBitFlag, fileNameRaw, extraFields, true);
  const mode = entry.externalFileAttributes >>> 16;
  const isLink = isTakenLink(mode, limits);
  checkEntry(name, isLink ? 0 : mode, entry);
  const executable = (mode & 0o111) !== 0 || name === 'bootstrap';
  const content = () => contentOf(zip, archive, entry, name);
  return { path: name, size: uncompressedSize, executable, isLink, read: isLink ? async () => targetOf(name, await content()) : content };
}

function isTakenLink(mode: number, { links }: ArchiveLimits): boolean {
  return links === true && (mode & 0o170000) === 0o120000;
}

// Up from where the link lies, then down by names alone: a way up after those could begin where another link leads.
function targetOf(name: string, content: Uint8Array): Uint8Array {
  const [, up = '', down = ''] = /^(?:\.\/)?((?:\.\.\/)*)(.*)$/s.exec(Buffer.from(content).toString()) ?? [];
  if (content.length <= 4096 && up.length / 3 < name.split('/').length && isSafePath(down)) return content;
  return refuse('unsafe', `"${name}" is a link that leads out of the package; pack the file itself.`);
}

function checkEntry(name: string, mode: number, entry: Entry): void {
  const type = mode & 0o170000;
  if (type !== 0 && type !== 0o100000 && type !== 0o040000) refuse('unsafe', `"${name}" is a link or a special file; pack the file itself.`);
  if (entry.isEncrypted()) refuse('unsafe', `"${name}" is encrypted; pack it without a password.`);
  if (!isSafePath(name)) refuse('unsafe', `"${name}" is not a path inside the package.`);
  if (entry.compressionMethod !== 0 && entry.compressionMethod !== 8) refuse('unsafe', `"${name}" is packed with a method that is not taken; use deflate.`);
}

const forbidden = /[\\:<>"|?*\u0000-\u001f]/;

function isSafePath(name: string): boolean {
  const parts = name.replace(/\/$/, '').split('/');
  const badPart = (part: string) => part === '' || part === '.' || part === '..';
  return !parts.some(badPart) && (process.platform === 'win32' ? !forbidden.test(name) : !/[\\\u0000]/.test(name)) && !/^[A-Za-z]:/.test(name);
}

function checkTotals(files: readonly ArchiveFile[], { bytes }: ArchiveLimits): void {
  const total = files.reduce((sum, file) => sum + file.size, 0);
  if (total > bytes) refuse('tooLarge', `Unzipped size must be smaller than ${bytes} bytes`);
  if (new Set(files.map((file) => file.path)).size !== files.length) refuse('unsafe', 'The zip has the same path twice.');
  const links = new Set(files.filter((file) => file.isLink).map((file) => file.path));
  const through = links.size ? files.find((file) => foldersOf(file.path).some((folder) => links.has(folder))) : undefined;
  if (through) refuse('unsafe', `"${through.path}" leads through a link; pack it where it really is.`);
}

/** The folders that a path leads through: of `a/b/c` these are `a` and `a/b`. */
export function foldersOf(name: string): readonly string[] {
  const parts = name.split('/').slice(0, -1);
  return parts.map((_, index) => parts.slice(0, index + 1).join('/'));
}

async function contentOf(zip: Buffer, archive: ZipFile, entry: Entry, name: string): Promise<Uint8Array> {
  try {
    const { fileDataStart } = await archive.readLocalFileHeaderPromise(entry, { minimal: true });
    const packed = zip.subarray(fileDataStart, fileDataStart + entry.compressedSize);
    const content = entry.compressionMethod === 0 ? packed : await unpack(packed, entry.uncompressedSize);
    if (content.length === entry.uncompressedSize && crc32(content) === entry.crc32) return content;
  } catch (cause) {
    refuse('damaged', `"${name}" is damaged in the zip.`, cause);
  }
  return refuse('damaged', `"${name}" is damaged in the zip.`);
}

// The cap is what the zip itself declared, so a bomb ends where its lie begins.
async function unpack(packed: Buffer, size: number): Promise<Buffer> {
  const options = { maxOutputLength: Math.max(size, 1) };
  return size > small ? inflateAside(packed, options) : inflateRawSync(packed, options);
}

function refuse(kind: ArchiveError['kind'], message: string, cause?: unknown): never {
  throw new ArchiveError(kind, message, { cause });
}
