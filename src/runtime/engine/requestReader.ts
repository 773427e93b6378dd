import { parseHead, parseHeaders, type Head } from '../http/head';

/** A request of a function's process to the Runtime API. */
export interface RuntimeRequest extends Pick<Head, 'method' | 'url' | 'headers'> {
  readonly body: Buffer;
  /** The body was longer than the limit and was thrown away. */
  readonly tooLarge: boolean;
}

const headLimit = 16 * 1024;
const chunkHeadLimit = 256;
/** An error's text may come behind an answer. */
const trailerLimit = 1024 * 1024;
/** Takes a piece of a body as it comes; `false` when the body is to be kept and given whole. */
export type PieceListener = (head: Pick<RuntimeRequest, 'url' | 'headers'>, piece: Buffer) => boolean;

/**
 * Reads HTTP/1.1 requests from one connection. Much leaner than a general server: the Runtime API has one caller, on
 * this machine. Takes time linear in what comes in.
 */
export class RequestReader {
  readonly #limit: number;
  readonly #onRequest: (request: RuntimeRequest) => void;
  readonly #onContinue: () => void;
  readonly #onPiece: PieceListener;
  #rest: Buffer = Buffer.alloc(0);
  #head: Head | undefined;
  #asked: { readonly text: string; readonly head: Head } | undefined;
  #parts: Buffer[] = [];
  #size = 0;
  #left = 0;

  /** `limit` is the longest body kept; `onContinue` answers a caller that waits to be told to go on. */
  constructor(limit: number, onRequest: (request: RuntimeRequest) => void, onContinue: () => void, onPiece: PieceListener = () => false) {
    this.#limit = limit;
    this.#onRequest = onRequest;
    this.#onContinue = onContinue;
    this.#onPiece = onPiece;
  }

  /** Gives the requests that `chunk` completes to `onRequest`. Throws for what is not HTTP. */
  push(chunk: Buffer): void {
    // What is left over is part of a head at most, so this stays linear.
    this.#rest = this.#rest.length ? Buffer.concat([this.#rest, chunk]) : chunk;
    while (this.#advance()) {
      if (this.#head && this.#left === 0) this.#finish(this.#head);
    }
  }

  // One step: a head, a chunk's head, or a piece of body. `false` when more must come first.
  #advance(): boolean {
    if (!this.#head) return this.#readHead();
    if (this.#left < 0) return this.#readChunkHead();
    return this.#readBody();
  }

  #readHead(): boolean {
    const end = this.#rest.indexOf('\r\n\r\n');
    if ((end < 0 ? this.#rest.length : end) > headLimit) throw new Error('The head of the request is too long.');
    if (end < 0) return false;
    this.#head = this.#parse(this.#rest.toString('latin1', 0, end));
    this.#rest = this.#rest.subarray(end + 4);
    this.#left = this.#head.isChunked ? -1 : this.#head.length;
    if (this.#head.headers['expect']) this.#onContinue();
    return true;
  }

  // A process asks for the next event in the same words each time.
  #parse(text: string): Head {
    if (this.#asked?.text === text) return this.#asked.head;
    const head = parseHead(text);
    if (head.method === 'GET') this.#asked = { text, head };
    return head;
  }

  // `#left` is -1 before a chunk's head, and counts the two bytes of line end that follow the chunk.
  #readChunkHead(): boolean {
    const end = this.#rest.indexOf('\r\n');
    if (end < 0 && this.#rest.length > chunkHeadLimit) throw new Error('The head of a chunk is too long.');
    if (end < 0) return false;
    const size = Number.parseInt(/^[0-9a-f]{1,8}(?=$|[ \t;])/i.exec(this.#rest.toString('latin1', 0, end))?.[0] ?? '', 16);
    if (!(size >= 0)) throw new Error('A chunk has no size.');
    if (size > 0) {
      this.#rest = this.#rest.subarray(end + 2);
      this.#left = size + 2;
      return true;
    }
    const trailerEnd = this.#rest.indexOf('\r\n\r\n', end);
    if (trailerEnd < 0 && this.#rest.length > trailerLimit) throw new Error('What comes behind the body is too long.');
    if (trailerEnd < 0) return false;
    if (this.#head) this.#head = { ...this.#head, headers: { ...this.#head.headers, ...parseHeaders(this.#rest.toString('latin1', end + 2, trailerEnd)) } };
    this.#rest = this.#rest.subarray(trailerEnd + 4);
    this.#left = 0;
    return true;
  }

  #readBody(): boolean {
    if (!this.#rest.length) return false;
    const piece = this.#rest.subarray(0, this.#left);
    this.#rest = this.#rest.subarray(piece.length);
    this.#left -= piece.length;
    const lineEnd = this.#head?.isChunked ? Math.max(0, Math.min(2 - this.#left, piece.length)) : 0;
    this.#keep(piece.subarray(0, piece.length - lineEnd));
    if (this.#left === 0 && this.#head?.isChunked) this.#left = -1;
    return true;
  }

  #keep(piece: Buffer): void {
    if (piece.length && this.#head && this.#onPiece(this.#head, piece)) return;
    this.#size += piece.length;
    if (this.#size <= this.#limit) this.#parts.push(piece);
  }

  #finish(head: Head): void {
    const tooLarge = this.#size > this.#limit;
    const body = tooLarge ? Buffer.alloc(0) : this.#parts.length === 1 ? (this.#parts[0] ?? Buffer.alloc(0)) : Buffer.concat(this.#parts);
    this.#head = undefined;
    this.#parts = [];
    this.#size = 0;
    this.#onRequest({ method: head.method, url: head.url, headers: head.headers, body, tooLarge });
  }
}
