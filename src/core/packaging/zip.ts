import { Deflate, deflateSync } from 'fflate';
import { setImmediate as pause } from 'node:timers/promises';
import { crc32 } from 'node:zlib';

export interface ZipEntry {
  /** With `/`. */
  readonly path: string;
  readonly executable: boolean;
  readonly content: Uint8Array;
}

interface Header {
  readonly name: Buffer;
  readonly executable: boolean;
  readonly method: 0 | 8;
  readonly crc: number;
  readonly size: number;
  readonly packed: number;
  readonly offset: number;
}

const piece = 256 * 1024;
/** Below this nothing is gained, and setting up a deflate costs more than the bytes. */
const tiny = 64;
/** 1980-01-01 00:00, the zip format's first moment. */
const date = 0x0021;
const unix = 3 << 8;
const utf8Names = 0x0800;
const regularFile = 0o100000;

/**
 * Writes a zip whose bytes depend on nothing but the entries and their order: fixed date and modes, and a deflate in plain
 * JavaScript, because the system's zlib gives other bytes on other processors.
 */
export class ZipWriter {
  readonly #parts: Uint8Array[] = [];
  readonly #headers: Header[] = [];
  #size = 0;

  /** Bytes so far. */
  get size(): number {
    return this.#size;
  }

  async add(entry: ZipEntry): Promise<void> {
    const deflated = await deflate(entry.content);
    const method = deflated.length < entry.content.length ? 8 : 0;
    const body = method === 8 ? deflated : entry.content;
    const header: Header = {
      name: Buffer.from(entry.path, 'utf8'),
      executable: entry.executable,
      method,
      crc: crc32(entry.content),
      size: entry.content.length,
      packed: body.length,
      offset: this.#size,
    };
    this.#headers.push(header);
    this.#put(localHeader(header), body);
  }

  /** The whole zip; nothing can be added afterwards. */
  finish(): Uint8Array {
    const start = this.#size;
    for (const header of this.#headers) this.#put(centralHeader(header));
    this.#put(endOfZip(this.#headers.length, this.#size - start, start));
    return Buffer.concat(this.#parts, this.#size);
  }

  #put(...parts: Uint8Array[]): void {
    for (const part of parts) {
      this.#parts.push(part);
      this.#size += part.length;
    }
  }
}

async function deflate(content: Uint8Array): Promise<Uint8Array> {
  if (content.length <= tiny) return content;
  if (content.length <= piece) return deflateSync(content, { level: 6 });
  const parts: Uint8Array[] = [];
  const stream = new Deflate({ level: 6 }, (part) => void parts.push(part));
  for (let at = 0; at < content.length; at += piece) {
    stream.push(content.subarray(at, at + piece), at + piece >= content.length);
    await pause();
  }
  return Buffer.concat(parts);
}

function localHeader({ name, method, crc, size, packed }: Header): Buffer {
  const bytes = Buffer.alloc(30);
  bytes.writeUInt32LE(0x04034b50, 0);
  common(bytes, 4, { method, crc, size, packed });
  bytes.writeUInt16LE(name.length, 26);
  return Buffer.concat([bytes, name]);
}

function centralHeader({ name, executable, method, crc, size, packed, offset }: Header): Buffer {
  const bytes = Buffer.alloc(46);
  bytes.writeUInt32LE(0x02014b50, 0);
  bytes.writeUInt16LE(unix | 20, 4);
  common(bytes, 6, { method, crc, size, packed });
  bytes.writeUInt16LE(name.length, 28);
  bytes.writeUInt32LE(((regularFile | (executable ? 0o755 : 0o644)) << 16) >>> 0, 38);
  bytes.writeUInt32LE(offset, 42);
  return Buffer.concat([bytes, name]);
}

function common(bytes: Buffer, at: number, { method, crc, size, packed }: Pick<Header, 'method' | 'crc' | 'size' | 'packed'>): void {
  bytes.writeUInt16LE(20, at);
  bytes.writeUInt16LE(utf8Names, at + 2);
  bytes.writeUInt16LE(method, at + 4);
  bytes.writeUInt16LE(date, at + 8);
  bytes.writeUInt32LE(crc, at + 10);
  bytes.writeUInt32LE(packed, at + 14);
  bytes.writeUInt32LE(size, at + 18);
}

function endOfZip(count: number, size: number, start: number): Buffer {
  const bytes = Buffer.alloc(22);
  bytes.writeUInt32LE(0x06054b50, 0);
  bytes.writeUInt16LE(Math.min(count, 0xffff), 8);
  bytes.writeUInt16LE(Math.min(count, 0xffff), 10);
  bytes.writeUInt32LE(size, 12);
  bytes.writeUInt32LE(start, 16);
  return count < 0xffff ? bytes : Buffer.concat([manyFiles(count, size, start), bytes]);
}

/** The zip64 records, needed from 65,535 files on. */
function manyFiles(count: number, size: number, start: number): Buffer {
  const bytes = Buffer.alloc(56 + 20);
  bytes.writeUInt32LE(0x06064b50, 0);
  bytes.writeBigUInt64LE(44n, 4);
  bytes.writeUInt16LE(unix | 45, 12);
  bytes.writeUInt16LE(45, 14);
  bytes.writeBigUInt64LE(BigInt(count), 24);
  bytes.writeBigUInt64LE(BigInt(count), 32);
  bytes.writeBigUInt64LE(BigInt(size), 40);
  bytes.writeBigUInt64LE(BigInt(start), 48);
  bytes.writeUInt32LE(0x07064b50, 56);
  bytes.writeBigUInt64LE(BigInt(start + size), 64);
  bytes.writeUInt32LE(1, 72);
  return bytes;
}
