import { Zip, type ZipInputFile } from 'fflate';
import type { Deflated } from './deflate';
import type { Packed } from './pieces';
import { Runs } from './runs';

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
/** Bytes of the zip's end, and where it tells the count of files twice, the directory's size and its place. */
const end = { bytes: 22, counts: [8, 10], size: 12, place: 16 };
/** Bytes of a record without its name, and where it tells the name's length and the place of what is before the directory. */
const record = { bytes: 46, name: 28, place: 42 };

/**
 * Writes files in the way of a zip whose bytes depend on nothing but the files and their order: fixed date and modes. The
 * deflated bytes themselves are zlib's: another version of it, or one built for another processor, packs the same content in
 * other bytes.
 */
export class ZipWriter {
  /** What is before the directory. */
  readonly locals = new Runs();
  #directory: Uint8Array<ArrayBuffer> = new Uint8Array();
  readonly #zip = new Zip((error, part, isLast) => {
    if (error) throw error;
    if (isLast) this.#directory = part;
    else this.locals.add(part);
  });

  add(path: string, executable: boolean, { data, crc, size }: Deflated): void {
    const attrs = ((regularFile | (executable ? 0o755 : 0o644)) << 16) >>> 0;
    const file: ZipInputFile = { filename: path, compression: 8, crc, size, os: unix, attrs, mtime: date };
    this.#zip.add(file);
    file.ondata?.(null, data as Uint8Array<ArrayBuffer>, true);
  }

  /** The directory, a record for each file, and the zip's end; nothing can be added afterwards. */
  finish(): Uint8Array<ArrayBuffer> {
    this.#zip.end();
    return this.#directory;
  }
}

/** Where the record ends that begins at a place of a directory. */
export function recordEnd(directory: Uint8Array, at: number): number {
  return at + record.bytes + new DataView(directory.buffer, directory.byteOffset).getUint16(at + record.name, true);
}

/** Joins files that were written for a zip of their own to one of all. Only their places differ. */
export class ZipJoin {
  readonly #locals = new Runs();
  readonly #records = new Runs();
  /** Of each file, what is before its record and before the rest of it. */
  readonly #places: (readonly [number, number])[] = [];

  /** Bytes so far. */
  get size(): number {
    return this.#locals.length;
  }

  add({ pieces, row }: Packed): void {
    const [localsAt, localsEnd, recordsAt, recordsEnd] = pieces.span(row);
    this.#places.push([this.#records.length, this.#locals.length]);
    this.#locals.add(pieces.locals, localsAt, localsEnd);
    this.#records.add(pieces.records, recordsAt, recordsEnd);
  }

  /** The whole zip; nothing can be added afterwards. */
  finish(): Uint8Array {
    const zip = Buffer.concat([...this.#locals.parts(), ...this.#records.parts(), new ZipWriter().finish()]);
    const records = this.#locals.length;
    for (const [at, place] of this.#places) zip.writeUInt32LE(place, records + at + record.place);
    const endAt = zip.length - end.bytes;
    for (const at of end.counts) zip.writeUInt16LE(this.#places.length, endAt + at);
    zip.writeUInt32LE(this.#records.length, endAt + end.size);
    zip.writeUInt32LE(records, endAt + end.place);
    return zip;
  }
}
