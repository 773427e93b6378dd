import { promisify } from 'node:util';
import { crc32, deflateRaw, deflateRawSync, type ZlibOptions } from 'node:zlib';

/** What a zip holds of a file. */
export interface Deflated {
  /** The deflated content. */
  readonly data: Uint8Array;
  /** CRC-32 of the content. */
  readonly crc: number;
  /** Bytes of the content. */
  readonly size: number;
}

/** What the deflated bytes depend on beside the content. */
export const deflateVersion = `${process.versions.zlib} ${process.arch} level 6`;

/** Up to here the work is done before another thread would have begun it. */
const quick = 64 * 1024;

/** Deflates in this thread, at once. */
export function deflate(content: Uint8Array): Deflated {
  return { data: deflateRawSync(content, settings(content.length)), crc: crc32(content), size: content.length };
}

/** Gives the same bytes as `deflate` without keeping this thread from other work. */
export async function deflateAside(content: Uint8Array): Promise<Deflated> {
  if (content.length <= quick) return deflate(content);
  return { data: await promisify<Uint8Array, ZlibOptions, Buffer>(deflateRaw)(content, settings(content.length)), crc: crc32(content), size: content.length };
}

/**
 * A window as large as the content sees all of it, and is quicker to set up than the largest. Half of the content is room enough
 * for most, and what needs more gets it.
 */
function settings(size: number): ZlibOptions {
  const windowBits = Math.max(9, Math.min(15, 32 - Math.clz32(size)));
  return { level: 6, windowBits, chunkSize: Math.min(Math.max(Math.ceil(size / 2), 64), quick) };
}
