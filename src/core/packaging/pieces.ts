import type { Deflated } from './deflate';
import { Runs } from './runs';
import { noStamp, type Stamp } from './stamp';
import { recordEnd, ZipWriter } from './zip';

/** What is known of a packed file. */
export interface Facts {
  /** Bytes of its content. */
  readonly size: number;
  /** Whether it was looked through for secrets. */
  readonly isSource: boolean;
  readonly executable: boolean;
}

/** Where a row has each of its numbers: the file's stamp, the facts, then where its bytes end among all `locals` and `records`. */
const column = { mtimeMs: 0, ctimeMs: 1, ino: 2, size: 3, isSource: 4, executable: 5, localsEnd: 6, recordsEnd: 7 };
const columns = 8;
export const rowBytes = columns * Float64Array.BYTES_PER_ELEMENT;
/** Bytes of a SHA-256. */
export const hashBytes = 32;

/** Packed files in arrays, which go to the disk and to other threads as they are. */
export interface PieceArrays {
  readonly numbers: Float64Array<ArrayBuffer>;
  readonly hashes: Uint8Array<ArrayBuffer>;
  /** What a zip has of the files before its directory, and in it. */
  readonly locals: Uint8Array<ArrayBuffer>;
  readonly records: Uint8Array<ArrayBuffer>;
}

/** A packed file. */
export interface Packed {
  readonly pieces: Pieces;
  readonly row: number;
}

/** Packed files, one row each. Nothing is made of a row before it is asked for. */
export class Pieces {
  readonly locals: Uint8Array<ArrayBuffer>;
  readonly records: Uint8Array<ArrayBuffer>;
  readonly hashes: Uint8Array<ArrayBuffer>;
  readonly #numbers: Float64Array;

  constructor({ numbers, hashes, locals, records }: PieceArrays) {
    this.#numbers = numbers;
    this.hashes = hashes;
    this.locals = locals;
    this.records = records;
  }

  facts(row: number): Facts {
    const [isSource, executable] = [this.#get(row, column.isSource) === 1, this.#get(row, column.executable) === 1];
    return { size: this.#get(row, column.size), isSource, executable };
  }

  stamp(row: number): Stamp {
    return { mtimeMs: this.#get(row, column.mtimeMs), ctimeMs: this.#get(row, column.ctimeMs), ino: this.#get(row, column.ino) };
  }

  /** Whether a row is of a file with this stamp and size. */
  isOf(row: number, { mtimeMs, ctimeMs, ino }: Stamp, size: number): boolean {
    const at = row * columns;
    const numbers = this.#numbers;
    return numbers[at + column.mtimeMs] === mtimeMs && numbers[at + column.ctimeMs] === ctimeMs && numbers[at + column.ino] === ino && numbers[at + column.size] === size;
  }

  /** Whether what is packed may stand for a file: for a source only when it was looked through. */
  suits(row: number, { isSource, executable }: Omit<Facts, 'size'>): boolean {
    return (!isSource || this.#get(row, column.isSource) === 1) && executable === (this.#get(row, column.executable) === 1);
  }

  /** Whether a row has bytes. */
  has(row: number): boolean {
    return this.localsAt(row + 1) > this.localsAt(row);
  }

  /** Hexadecimal. */
  hash(row: number): string {
    return Buffer.from(this.hashes.subarray(row * hashBytes, (row + 1) * hashBytes)).toString('hex');
  }

  /** Where a row's bytes begin in `locals`; the row after the last one's is where all end. */
  localsAt(row: number): number {
    return this.#get(row - 1, column.localsEnd);
  }

  /** The same for `records`. */
  recordsAt(row: number): number {
    return this.#get(row - 1, column.recordsEnd);
  }

  #get(row: number, at: number): number {
    return this.#numbers[row * columns + at] ?? 0;
  }
}

/** Packs files to pieces. */
export class PieceWriter {
  readonly #zip = new ZipWriter();
  readonly #hashes = new Runs();
  readonly #numbers: number[] = [];

  /** Adds a row, without bytes when there is nothing deflated. */
  add(path: string, facts: Facts, hash: Uint8Array, deflated?: Deflated): void {
    if (deflated) this.#zip.add(path, facts.executable, deflated);
    this.#hashes.add(hash);
    pushNumbers(this.#numbers, noStamp, facts, this.#zip.locals.length, 0);
  }

  finish(): PieceArrays {
    const [records, numbers] = [this.#zip.finish(), new Float64Array(this.#numbers)];
    let [localsEnd, recordsEnd] = [0, 0];
    for (let row = 0; row < numbers.length; row += columns) {
      const end = numbers[row + column.localsEnd] ?? 0;
      if (end > localsEnd) recordsEnd = recordEnd(records, recordsEnd);
      numbers[row + column.recordsEnd] = recordsEnd;
      localsEnd = end;
    }
    return { numbers, hashes: this.#hashes.bytes(), locals: this.#zip.locals.bytes(), records };
  }
}

/** Rows out of several pieces, put together to be pieces again. */
export class PieceList {
  readonly hashes = new Runs();
  readonly locals = new Runs();
  readonly records = new Runs();
  readonly #numbers: number[] = [];

  get numbers(): Float64Array<ArrayBuffer> {
    return new Float64Array(this.#numbers);
  }

  add({ pieces, row }: Packed, stamp: Stamp): void {
    this.hashes.add(pieces.hashes, row * hashBytes, (row + 1) * hashBytes);
    this.locals.add(pieces.locals, pieces.localsAt(row), pieces.localsAt(row + 1));
    this.records.add(pieces.records, pieces.recordsAt(row), pieces.recordsAt(row + 1));
    pushNumbers(this.#numbers, stamp, pieces.facts(row), this.locals.length, this.records.length);
  }
}

function pushNumbers(numbers: number[], { mtimeMs, ctimeMs, ino }: Stamp, { size, isSource, executable }: Facts, localsEnd: number, recordsEnd: number): void {
  numbers.push(mtimeMs, ctimeMs, ino, size, Number(isSource), Number(executable), localsEnd, recordsEnd);
}
