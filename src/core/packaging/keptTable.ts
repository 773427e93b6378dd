import { crc32 } from 'node:zlib';
import type { Stamp } from './stamp';

/** What is kept of a packed file. */
export interface Kept extends Stamp {
  /** In the package, with `/`. */
  readonly path: string;
  /** SHA-256 of its content, hexadecimal. */
  readonly hash: string;
  /** Whether it was looked through for secrets. */
  readonly isSource: boolean;
  readonly crc: number;
  readonly size: number;
  /** Where in the zip its deflated bytes are, and how many. */
  readonly offset: number;
  readonly length: number;
}

const mark = 0x46445031;
const headBytes = 16;
const columns = 8;
const numberBytes = 8;
const hashBytes = 32;

/** The bytes of a table: head, numbers, hashes, names. They are for the machine that wrote them. */
export function writeTable(rows: readonly Kept[], zip: Uint8Array): Uint8Array {
  const numbers = new Float64Array(rows.length * columns);
  for (const [row, { mtimeMs, ctimeMs, ino, isSource, crc, size, offset, length }] of rows.entries()) {
    numbers.set([mtimeMs, ctimeMs, ino, Number(isSource), crc, size, offset, length], row * columns);
  }
  const hashes = Buffer.from(rows.map(({ hash }) => hash).join(''), 'hex');
  const names = Buffer.from(rows.map(({ path }) => path).join('\0'));
  const body = Buffer.concat([Buffer.from(numbers.buffer), hashes, names]);
  const head = new Uint32Array([mark, rows.length, names.length, crc32(zip, crc32(body))]);
  return Buffer.concat([Buffer.from(head.buffer), body]);
}

/** A table and the zip behind it. Nothing is made of a row before it is asked for. */
export class KeptTable {
  readonly #numbers: Float64Array;
  readonly #hashes: Buffer;
  readonly #rows: ReadonlyMap<string, number>;
  readonly #zip: Buffer;

  private constructor(bytes: Buffer, count: number, namesBytes: number) {
    const [hashesAt, namesAt] = [headBytes + count * columns * numberBytes, headBytes + count * (columns * numberBytes + hashBytes)];
    this.#numbers = new Float64Array(new Uint8Array(bytes.subarray(headBytes, hashesAt)).buffer);
    this.#hashes = bytes.subarray(hashesAt, namesAt);
    const names = count ? bytes.toString('utf8', namesAt, namesAt + namesBytes).split('\0') : [];
    this.#rows = new Map(names.map((name, row) => [name, row]));
    this.#zip = bytes.subarray(namesAt + namesBytes);
  }

  /** `undefined` when the bytes are not whole. */
  static read(bytes: Buffer): KeptTable | undefined {
    if (bytes.length < headBytes) return undefined;
    const [first, count = 0, namesBytes = 0, crc] = new Uint32Array(new Uint8Array(bytes.subarray(0, headBytes)).buffer);
    const isWhole = first === mark && crc32(bytes.subarray(headBytes)) === crc;
    return isWhole ? new KeptTable(bytes, count, namesBytes) : undefined;
  }

  get size(): number {
    return this.#rows.size;
  }

  find(path: string): Kept | undefined {
    const row = this.#rows.get(path);
    if (row === undefined) return undefined;
    const [mtimeMs = 0, ctimeMs = 0, ino = 0, isSource, crc = 0, size = 0, offset = 0, length = 0] = this.#numbers.subarray(row * columns, (row + 1) * columns);
    const hash = this.#hashes.toString('hex', row * hashBytes, (row + 1) * hashBytes);
    return { path, mtimeMs, ctimeMs, ino, isSource: isSource === 1, crc, size, offset, length, hash };
  }

  /** A file's deflated bytes. */
  data({ offset, length }: Kept): Uint8Array {
    return this.#zip.subarray(offset, offset + length);
  }
}
