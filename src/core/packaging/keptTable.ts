import { crc32 } from 'node:zlib';
import { hashBytes, type Packed, type PieceList, Pieces, rowBytes } from './pieces';

const mark = 0x46445032;
const headBytes = 24;

/** Packed files and their names, in the same order. */
export interface Kept {
  readonly paths: readonly string[];
  readonly list: PieceList;
}

/** The bytes of a table in parts: head, numbers, hashes, names, and the packed files. They are for the machine that wrote them. */
export function writeTable({ paths, list }: Kept): readonly Uint8Array[] {
  const names = Buffer.from(paths.join('\0'));
  const body = [new Uint8Array(list.numbers.buffer), ...list.hashes.parts(), names, ...list.records.parts(), ...list.locals.parts()];
  const crc = body.reduce((sum, part) => crc32(part, sum), 0);
  return [new Uint8Array(new Uint32Array([mark, paths.length, names.length, list.records.length, list.locals.length, crc]).buffer), ...body];
}

/** Packed files by their names. */
export class KeptTable {
  readonly #names: readonly string[];
  readonly #pieces: Pieces;
  #rows: ReadonlyMap<string, number> | undefined;
  /** Where the next name is looked for first, as most are asked for in their order. */
  #next = 0;

  /** Its bytes. Whoever writes over them spoils the table. */
  readonly room: Buffer;

  private constructor(names: readonly string[], pieces: Pieces, room: Buffer) {
    this.room = room;
    this.#names = names;
    this.#pieces = pieces;
  }

  /** `undefined` when the bytes are not whole. */
  static read(bytes: Buffer<ArrayBuffer>): KeptTable | undefined {
    if (bytes.length < headBytes) return undefined;
    const [first, count = 0, namesLength = 0, recordsLength = 0, localsLength = 0, crc] = new Uint32Array(new Uint8Array(bytes.subarray(0, headBytes)).buffer);
    if (first !== mark || crc32(bytes.subarray(headBytes)) !== crc) return undefined;
    let at = headBytes;
    const next = (length: number): Buffer<ArrayBuffer> => bytes.subarray(at, (at += length));
    const numbers = new Float64Array(new Uint8Array(next(count * rowBytes)).buffer);
    const [hashes, names, records, locals] = [next(count * hashBytes), next(namesLength), next(recordsLength), next(localsLength)];
    return new KeptTable(count ? names.toString().split('\0') : [], new Pieces({ numbers, hashes, records, locals }), bytes);
  }

  get size(): number {
    return this.#names.length;
  }

  find(path: string): Packed | undefined {
    const row = this.#names[this.#next] === path ? this.#next : this.#row(path);
    if (row === undefined) return undefined;
    this.#next = row + 1;
    return { pieces: this.#pieces, row };
  }

  #row(path: string): number | undefined {
    this.#rows ??= new Map(this.#names.map((name, row) => [name, row]));
    return this.#rows.get(path);
  }
}
