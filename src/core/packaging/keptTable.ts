import { crc32 } from 'node:zlib';
import { hashBytes, type Packed, type PieceList, Pieces, rowBytes } from './pieces';

const mark = 0x46445032;
const headBytes = 24;

/** The bytes of a table in parts: head, numbers, hashes, names, and the packed files. They are for the machine that wrote them. */
export function writeTable(paths: readonly string[], list: PieceList): readonly Uint8Array[] {
  const names = Buffer.from(paths.join('\0'));
  const body = [new Uint8Array(list.numbers.buffer), ...list.hashes.parts(), names, ...list.records.parts(), ...list.locals.parts()];
  const crc = body.reduce((sum, part) => crc32(part, sum), 0);
  return [new Uint8Array(new Uint32Array([mark, paths.length, names.length, list.records.length, list.locals.length, crc]).buffer), ...body];
}

/** Packed files by their names. */
export class KeptTable {
  readonly #rows: ReadonlyMap<string, number>;
  readonly #pieces: Pieces;

  private constructor(names: readonly string[], pieces: Pieces) {
    this.#rows = new Map(names.map((name, row) => [name, row]));
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
    return new KeptTable(count ? names.toString().split('\0') : [], new Pieces({ numbers, hashes, records, locals }));
  }

  get size(): number {
    return this.#rows.size;
  }

  find(path: string): Packed | undefined {
    const row = this.#rows.get(path);
    return row === undefined ? undefined : { pieces: this.#pieces, row, facts: this.#pieces.facts(row) };
  }
}
