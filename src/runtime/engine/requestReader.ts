import { parseHead, parseHeaders, type Head } from '../http/head';

/** A request of a function's process to the Runtime API. */
export interface RuntimeRequest extends Pick<Head, 'method' | 'url' | 'headers'> {
  readonly body: Buffer;
  /** The body was longer than the limit and was thrown away. */
  readonly tooLarge: boolean;
}

/** An error's cause may be told in a header, and its text behind an answer. */
const headLimit = 1024 * 1024 + 4096;
const chunkHeadLimit = 256;
/** Most heads are shorter. */
const usualHead = 2048;
const nothing = Buffer.alloc(0);

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
  /** What came and is not taken yet: these bytes from `#at` to `#end`. */
  #bytes: Buffer = nothing;
  #at = 0;
  #end = 0;
  /** Whether there is room in them behind the end. */
  #isOwn = false;
  /** Up to where no end of a head was found. */
  #searched = 0;
  #head: Head | undefined;
  #asked: { readonly text: string; readonly head: Head } | undefined;
  #parts: Buffer[] = [];
  #size = 0;
  /** Of the body or of a chunk with its line end, in bytes; -1 before a chunk's head. */
  #left = 0;
  #isLast = false;

  /** `limit` is the longest body kept; `onContinue` answers a caller that waits to be told to go on. */
  constructor(limit: number, onRequest: (request: RuntimeRequest) => void, onContinue: () => void, onPiece: PieceListener = () => false) {
    this.#limit = limit;
    this.#onRequest = onRequest;
    this.#onContinue = onContinue;
    this.#onPiece = onPiece;
  }

  /** Gives the requests that `chunk` completes to `onRequest`. Throws for what is not HTTP. */
  push(chunk: Buffer): void {
    this.#gather(chunk);
    while (this.#advance()) {
      if (this.#head && this.#left === 0) this.#finish(this.#head);
    }
  }

  // Twice as much room each time, so that bytes that come one by one are not copied for each that comes.
  #gather(chunk: Buffer): void {
    const left = this.#end - this.#at;
    if (left === 0) this.#set(chunk, 0, chunk.length, false);
    else if (this.#isOwn && this.#end + chunk.length <= this.#bytes.length) this.#end += chunk.copy(this.#bytes, this.#end);
    else {
      const room = Buffer.allocUnsafeSlow(2 * (left + chunk.length));
      this.#bytes.copy(room, 0, this.#at, this.#end);
      chunk.copy(room, left);
      this.#searched -= this.#at;
      this.#set(room, Math.max(0, this.#searched), left + chunk.length, true);
    }
  }

  #set(bytes: Buffer, searched: number, end: number, isOwn: boolean): void {
    this.#bytes = bytes;
    this.#at = 0;
    this.#end = end;
    this.#isOwn = isOwn;
    this.#searched = searched;
  }

  // One step: a head, a chunk's head, or a piece of body. `false` when more must come first.
  #advance(): boolean {
    if (!this.#head) return this.#readHead();
    if (this.#left < 0) return this.#readChunkHead();
    return this.#readBody();
  }

  #readHead(): boolean {
    const text = this.#takeTo('\r\n\r\n', headLimit, 'The head of the request is too long.');
    if (text === undefined) return false;
    this.#head = this.#parse(text);
    this.#left = this.#head.isChunked ? -1 : this.#head.length;
    if (this.#head.headers['expect']) this.#onContinue();
    return true;
  }

  // The text before a mark, which is taken too; `undefined` when the mark has not come.
  #takeTo(mark: string, limit: number, complaint: string): string | undefined {
    const start = this.#bytes.toString('latin1', this.#at, Math.min(this.#end, this.#at + usualHead));
    const found = start.indexOf(mark);
    const end = found < 0 ? this.#find(mark) : this.#at + found;
    if ((end < 0 ? this.#end : end) - this.#at > limit) throw new Error(complaint);
    if (end < 0) return undefined;
    const text = found < 0 ? this.#bytes.toString('latin1', this.#at, end) : start.slice(0, found);
    this.#at = this.#searched = end + mark.length;
    return text;
  }

  #find(mark: string): number {
    const from = Math.max(this.#at, this.#searched - mark.length + 1);
    const found = this.#bytes.subarray(0, this.#end).indexOf(mark, from, 'latin1');
    if (found < 0) this.#searched = this.#end;
    return found;
  }

  // A process asks for the next event in the same words each time.
  #parse(text: string): Head {
    if (this.#asked?.text === text) return this.#asked.head;
    const head = parseHead(text);
    if (head.method === 'GET') this.#asked = { text, head };
    return head;
  }

  #readChunkHead(): boolean {
    if (this.#isLast) return this.#readTrailers();
    const text = this.#takeTo('\r\n', chunkHeadLimit, 'The head of a chunk is too long.');
    if (text === undefined) return false;
    const size = Number.parseInt(/^[0-9a-f]{1,8}(?=$|[ \t;])/i.exec(text)?.[0] ?? '', 16);
    if (!(size >= 0)) throw new Error('A chunk has no size.');
    if (size > 0) this.#left = size + 2;
    else this.#isLast = true;
    // The empty line that ends it all may follow at once.
    if (this.#isLast) this.#at -= 2;
    return true;
  }

  #readTrailers(): boolean {
    const text = this.#takeTo('\r\n\r\n', headLimit, 'What comes behind the body is too long.');
    if (text === undefined) return false;
    if (text && this.#head) this.#head = { ...this.#head, headers: { ...this.#head.headers, ...parseHeaders(text, 2) } };
    this.#left = 0;
    return true;
  }

  #readBody(): boolean {
    if (this.#at === this.#end) return false;
    const length = Math.min(this.#left, this.#end - this.#at);
    const from = this.#at;
    this.#at = this.#searched = from + length;
    this.#left -= length;
    const lineEnd = this.#head?.isChunked ? Math.max(0, Math.min(2 - this.#left, length)) : 0;
    this.#keep(this.#bytes.subarray(from, this.#at - lineEnd));
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
    const body = tooLarge ? nothing : this.#parts.length > 1 ? Buffer.concat(this.#parts) : (this.#parts[0] ?? nothing);
    this.#head = undefined;
    this.#isLast = false;
    if (this.#parts.length) this.#parts = [];
    this.#size = 0;
    this.#onRequest({ method: head.method, url: head.url, headers: head.headers, body, tooLarge });
  }
}
