import { Duplex } from 'node:stream';
import type { Socket } from 'node:net';

interface Written {
  readonly chunk: Buffer | string;
  readonly encoding: BufferEncoding;
}

/** A connection as the general server sees it: it gets what is pushed, and what it writes goes to the socket. */
export class Tunnel extends Duplex {
  readonly #socket: Socket;
  readonly #onAnswered: () => void;

  /** `onAnswered` is called when the answer to a request has gone out. */
  constructor(socket: Socket, onAnswered: () => void) {
    super({ decodeStrings: false });
    this.#socket = socket;
    this.#onAnswered = onAnswered;
  }

  answered(): void {
    this.#onAnswered();
  }

  /** How long it may stand still, in milliseconds; 0 for as long as it likes. */
  setTimeout(ms: number): this {
    this.#socket.setTimeout(ms);
    return this;
  }

  /** As of a socket: ends it, and lets go of it once all is written. The general server closes connections with it. */
  destroySoon(): void {
    if (this.writable) this.end();
    if (this.writableFinished) this.destroy();
    else this.once('finish', () => this.destroy());
  }

  override _read(): void {
    this.#socket.resume();
  }

  override _write(chunk: Buffer | string, encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    this.#socket.write(chunk, encoding, done);
  }

  // A head and its body leave in one piece.
  override _writev(all: readonly Written[], done: (error?: Error | null) => void): void {
    this.#socket.cork();
    for (const [index, { chunk, encoding }] of all.entries()) this.#socket.write(chunk, encoding, index === all.length - 1 ? done : undefined);
    this.#socket.uncork();
  }

  override _final(done: () => void): void {
    this.#socket.end(done);
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.#socket.destroy();
    done(error);
  }
}
