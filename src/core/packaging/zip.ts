import { Zip, type ZipInputFile } from 'fflate';
import type { Deflated } from './deflate';

/** A file that was made for a package. */
export interface ZipEntry {
  /** With `/`. */
  readonly path: string;
  readonly executable: boolean;
  readonly content: Uint8Array;
}

const unix = 3;
const regularFile = 0o100000;
// The zip format's first day. Read in local time as it is made; no time zone ever skipped a noon.
const date = new Date(1980, 0, 1, 12);
/** What follows the data of each file. */
const trailer = 16;

/**
 * Writes a zip whose bytes depend on nothing but the entries and their order: fixed date and modes. The deflated bytes
 * themselves are zlib's: another version of it, or one built for another processor, packs the same content in other bytes.
 */
export class ZipWriter {
  readonly #parts: Uint8Array[] = [];
  readonly #zip = new Zip((error, part) => this.#put(error, part));
  #size = 0;

  /** Bytes so far. */
  get size(): number {
    return this.#size;
  }

  /** Answers where in the zip the file's data begins. */
  add(path: string, executable: boolean, { data, crc, size }: Deflated): number {
    const attrs = ((regularFile | (executable ? 0o755 : 0o644)) << 16) >>> 0;
    const file: ZipInputFile = { filename: path, compression: 8, crc, size, os: unix, attrs, mtime: date };
    this.#zip.add(file);
    file.ondata?.(null, data as Uint8Array<ArrayBuffer>, true);
    return this.#size - trailer - data.length;
  }

  /** The whole zip; nothing can be added afterwards. */
  finish(): Uint8Array {
    this.#zip.end();
    return Buffer.concat(this.#parts, this.#size);
  }

  #put(error: Error | null, part: Uint8Array): void {
    if (error) throw error;
    this.#parts.push(part);
    this.#size += part.length;
  }
}
