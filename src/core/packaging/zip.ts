import { Deflate, deflateSync, Zip, type ZipInputFile } from 'fflate';
import { setImmediate as pause } from 'node:timers/promises';
import { crc32 } from 'node:zlib';

export interface ZipEntry {
  /** With `/`. */
  readonly path: string;
  readonly executable: boolean;
  readonly content: Uint8Array;
}

const piece = 256 * 1024;
/** Below this nothing is gained, and the search for repetitions costs more than the bytes. */
const tiny = 64;
const unix = 3;
const regularFile = 0o100000;
// The zip format's first day. Read in local time as it is made; no time zone ever skipped a noon.
const date = new Date(1980, 0, 1, 12);

/**
 * Writes a zip whose bytes depend on nothing but the entries and their order: fixed date and modes, and a deflate in plain
 * JavaScript, because the system's zlib gives other bytes on other processors.
 */
export class ZipWriter {
  readonly #parts: Uint8Array[] = [];
  readonly #zip = new Zip((error, part) => this.#put(error, part));
  #size = 0;

  /** Bytes so far. */
  get size(): number {
    return this.#size;
  }

  async add({ path, executable, content }: ZipEntry): Promise<void> {
    const deflated = await deflate(content);
    const attrs = ((regularFile | (executable ? 0o755 : 0o644)) << 16) >>> 0;
    const file: ZipInputFile = { filename: path, compression: 8, crc: crc32(content), size: content.length, os: unix, attrs, mtime: date };
    this.#zip.add(file);
    file.ondata?.(null, deflated, true);
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

async function deflate(content: Uint8Array): Promise<Uint8Array<ArrayBuffer>> {
  if (content.length <= piece) return deflateSync(content, { level: content.length > tiny ? 6 : 0 });
  const parts: Uint8Array<ArrayBuffer>[] = [];
  const stream = new Deflate({ level: 6 }, (part) => void parts.push(part));
  for (let at = 0; at < content.length; at += piece) {
    stream.push(content.subarray(at, at + piece), at + piece >= content.length);
    await pause();
  }
  return Buffer.concat(parts);
}
