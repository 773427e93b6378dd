import { Zip, type ZipInputFile } from 'fflate';
import type { Deflated } from './deflate';
import type { Packed, Pieces } from './pieces';
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

/** Rows of the same pieces that follow one another. */
interface Run {
  readonly pieces: Pieces;
  readonly from: number;
  to: number;
}

/** Joins files that were written for a zip of their own to one of all. Only their places differ. */
export class ZipJoin {
  readonly #runs: Run[] = [];
  #count = 0;
  #size = 0;

  /** Bytes so far. */
  get size(): number {
    return this.#size;
  }

  add({ pieces, row }: Packed): void {
    const last = this.#runs.at(-1);
    if (last?.pieces === pieces && last.to === row) last.to++;
    else this.#runs.push({ pieces, from: row, to: row + 1 });
    this.#count++;
    this.#size += pieces.localsAt(row + 1) - pieces.localsAt(row);
  }

  /**
   * The whole zip; nothing can be added afterwards. It is written over `room`, which may hold some of the pieces, if it fits there:
   * fresh memory for very many bytes costs more than to move them.
   */
  finish(room: Buffer = Buffer.alloc(0)): Uint8Array {
    const records = this.#runs.map(({ pieces, from, to }) => pieces.records.subarray(pieces.recordsAt(from), pieces.recordsAt(to)));
    const directory = Buffer.concat([...records, new ZipWriter().finish()]);
    const size = this.#size + directory.length;
    const zip = this.#fits(room, size) ? room.subarray(0, size) : Buffer.allocUnsafeSlow(size);
    let at = 0;
    for (const { pieces, from, to } of this.#runs) {
      zip.set(pieces.locals.subarray(pieces.localsAt(from), pieces.localsAt(to)), at);
      at += pieces.localsAt(to) - pieces.localsAt(from);
    }
    zip.set(directory, at);
    this.#place(zip);
    this.#end(zip);
    return zip;
  }

  /** Whether no piece is written over before it is moved itself. */
  #fits(room: Buffer, size: number): boolean {
    let at = 0;
    const isFree = ({ pieces, from, to }: Run): boolean => {
      const { buffer, byteOffset } = pieces.locals;
      const isAhead = buffer !== room.buffer || byteOffset - room.byteOffset + pieces.localsAt(from) >= at;
      at += pieces.localsAt(to) - pieces.localsAt(from);
      return isAhead;
    };
    return size <= room.length && this.#runs.every(isFree);
  }

  #end(zip: Buffer): void {
    const endAt = zip.length - end.bytes;
    for (const at of end.counts) zip.writeUInt16LE(this.#count, endAt + at);
    zip.writeUInt32LE(endAt - this.#size, endAt + end.size);
    zip.writeUInt32LE(this.#size, endAt + end.place);
  }

  #place(zip: Buffer): void {
    let [local, at] = [0, this.#size];
    for (const { pieces, from, to } of this.#runs) {
      const [localsAt, recordsAt] = [local - pieces.localsAt(from), at - pieces.recordsAt(from)];
      for (let row = from; row < to; row++) zip.writeUInt32LE(localsAt + pieces.localsAt(row), recordsAt + pieces.recordsAt(row) + record.place);
      local = localsAt + pieces.localsAt(to);
      at = recordsAt + pieces.recordsAt(to);
    }
  }
}
