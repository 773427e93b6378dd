/** A log event that came through the framed channel: it may span lines. */
export interface FramedEvent {
  readonly at: number;
  readonly message: string;
}

const headBytes = 16;
const maxFrame = 64 * 1024 * 1024;

/**
 * Reads the framed log channel: 4 bytes of type (0xa55a in front), 4 bytes of length, 8 bytes of microseconds since
 * 1970, then the message in UTF-8. What is not a frame is dropped up to the end of its chunk.
 */
export class FrameReader {
  #parts: Buffer[] = [];
  #size = 0;
  #wanted = headBytes;

  push(chunk: Buffer): FramedEvent[] {
    this.#parts.push(chunk);
    this.#size += chunk.length;
    if (this.#size < this.#wanted) return [];
    return this.#read(this.#parts.length === 1 ? chunk : Buffer.concat(this.#parts));
  }

  #read(bytes: Buffer): FramedEvent[] {
    const events: FramedEvent[] = [];
    let at = 0;
    this.#wanted = headBytes;
    while (bytes.length - at >= headBytes) {
      const length = bytes.readUInt32BE(at + 4);
      if (bytes.readUInt16BE(at) !== 0xa55a || length > maxFrame) return this.#rest(Buffer.alloc(0), events);
      this.#wanted = headBytes + length;
      if (bytes.length - at < this.#wanted) break;
      events.push(readFrame(bytes, at, length));
      at += this.#wanted;
      this.#wanted = headBytes;
    }
    return this.#rest(bytes.subarray(at), events);
  }

  #rest(bytes: Buffer, events: FramedEvent[]): FramedEvent[] {
    this.#parts = bytes.length ? [bytes] : [];
    this.#size = bytes.length;
    return events;
  }
}

function readFrame(bytes: Buffer, at: number, length: number): FramedEvent {
  const micros = bytes.readBigUInt64BE(at + 8);
  const start = at + headBytes;
  return { at: Number(micros / 1000n), message: bytes.toString('utf8', start, start + length) };
}
