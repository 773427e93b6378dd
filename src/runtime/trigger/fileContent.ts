import { createHash } from 'node:crypto';
import { open, type FileHandle } from 'node:fs/promises';
import { errorCode } from '../store/files';
import type { FileFacts } from './folderScan';

const proofBytes = 65_536;
const mostAppended = 262_144;

/** What a file held when it was looked at last, so far as it takes to see that something was appended to it. */
export interface Content extends FileFacts {
  /** Digest of its end. */
  readonly end?: string;
}

export interface Appended {
  readonly text: string;
  /** In bytes from the beginning. */
  readonly from: number;
}

/** Resolves with the file as it is now known; without a digest when it cannot be read. */
export async function contentOf(file: string, facts: FileFacts): Promise<Content> {
  return { ...facts, end: await withFile(file, (handle) => digest(handle, facts.size)) };
}

/** What was written behind the old content, which is still there; `undefined` when something else happened, or it is no text. */
export async function appendedTo(file: string, before: Content, now: FileFacts, onlyLines: boolean): Promise<Appended | undefined> {
  const length = now.size - before.size;
  if (before.end === undefined || before.ino !== now.ino || before.size === 0 || length <= 0 || length > mostAppended) return undefined;
  return withFile(file, async (handle) => {
    if ((await digest(handle, before.size)) !== before.end) return undefined;
    const bytes = await readAt(handle, before.size, length);
    const end = onlyLines ? bytes.lastIndexOf(0x0a) + 1 : bytes.length;
    const text = bytes.toString('utf8', 0, end);
    return end && Buffer.from(text).equals(bytes.subarray(0, end)) ? { text, from: before.size } : undefined;
  });
}

/** The MD5 of a file of ordinary size, as S3 tells it. */
export async function eTagOf(file: string, { size, mtimeMs }: FileFacts): Promise<string> {
  const whole = size > 16 * 1024 * 1024 ? undefined : await withFile(file, async (handle) => createHash('md5').update(await readAt(handle, 0, size)).digest('hex'));
  return whole ?? `${createHash('md5').update(`${file}\n${size}\n${mtimeMs}`).digest('hex')}-1`;
}

async function digest(handle: FileHandle, size: number): Promise<string> {
  const from = Math.max(0, size - proofBytes);
  return createHash('sha256').update(await readAt(handle, from, size - from)).digest('hex');
}

async function readAt(handle: FileHandle, from: number, length: number): Promise<Buffer> {
  const { buffer, bytesRead } = await handle.read(Buffer.alloc(length), 0, length, from);
  return buffer.subarray(0, bytesRead);
}

// A file that is gone by now, or not for this user to read, has no content here.
async function withFile<T>(file: string, read: (handle: FileHandle) => Promise<T>): Promise<T | undefined> {
  let handle: FileHandle | undefined;
  try {
    handle = await open(file, 'r');
    return await read(handle);
  } catch (error) {
    if (errorCode(error) !== undefined) return undefined;
    throw error;
  } finally {
    await handle?.close();
  }
}
