import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { MalformedHead, parseHead, type Head } from './head';
import { Tunnel } from './tunnel';

/** A request that came in one piece. */
export interface WholeRequest {
  readonly head: Head;
  readonly body: Buffer;
}

/** The bytes of the answer to a request, its head included, or their text; `undefined` when the general server is to answer. Never rejects. */
export type QuickAnswer = (request: WholeRequest) => Promise<string | Buffer> | undefined;

/** As of Node's server. */
const maxHead = 16_384;
const keepAliveMs = 900_000;

/**
 * Answers short requests straight from the socket, because Node's server takes several times as long for them, and a
 * function is called often; no kept library without native code is faster than that server. Whatever is not plain goes to
 * the server as if nothing stood before it, which must listen to `checkContinue` too. A connection on which nothing is said is ended after `silentMs` milliseconds.
 */
export function answerQuickly(server: Server, answer: QuickAnswer, silentMs = 10_000): void {
  const [accept] = server.listeners('connection') as [(this: Server, connection: Tunnel) => void];
  server.removeAllListeners('connection');
  server.on('connection', (socket: Socket) => new Connection(socket.setTimeout(silentMs), answer, (tunnel) => accept.call(server, tunnel)));
  const watch = ({ socket }: IncomingMessage, response: ServerResponse) => response.once('close', () => (socket as unknown as Tunnel).answered());
  server.prependListener('request', watch).prependListener('checkContinue', watch);
}

/** One connection: who has it, and what is under way on it. */
class Connection {
  readonly #socket: Socket;
  readonly #answer: QuickAnswer;
  readonly #accept: (tunnel: Tunnel) => void;
  #tunnel: Tunnel | undefined;
  #use: 'free' | 'quick' | 'lent' = 'free';
  /** Bytes of a request that the server has yet to get; infinite when nobody here knows where it ends. */
  #left = 0;
  #isAnswered = false;
  /** What came while a quick answer was made. */
  #kept: Buffer | undefined;
  #hasEnded = false;

  constructor(socket: Socket, answer: QuickAnswer, accept: (tunnel: Tunnel) => void) {
    this.#socket = socket;
    this.#answer = answer;
    this.#accept = accept;
    socket.on('timeout', () => this.#timeOut());
    socket.on('data', (chunk: Buffer) => this.#take(chunk)).on('end', () => this.#end());
    socket.on('error', () => socket.destroy()).on('close', () => this.#tunnel?.destroy());
  }

  #take(chunk: Buffer): void {
    if (this.#use === 'lent') return this.#pass(chunk);
    if (this.#use === 'quick') return this.#keep(chunk);
    const first = readFirst(chunk);
    const answer = first?.whole && this.#answer(first.whole);
    if (answer) void this.#send(answer);
    else this.#lend(first?.size ?? Infinity, chunk);
  }

  async #send(answer: Promise<string | Buffer>): Promise<void> {
    this.#use = 'quick';
    if (!this.#socket.write(await answer, 'latin1')) await this.#written();
    this.#use = 'free';
    if (this.#socket.timeout !== keepAliveMs) this.#socket.setTimeout(keepAliveMs);
    const kept = this.#kept;
    if (kept) this.#goOn(kept);
    else if (this.#hasEnded) this.#socket.end();
  }

  // Until then no more is taken from somebody who does not read.
  #written(): Promise<void> {
    return new Promise((resolve) => {
      const done = () => {
        this.#socket.off('drain', done).off('close', done);
        resolve();
      };
      this.#socket.on('drain', done).on('close', done);
    });
  }

  // The sender did not wait for its answer: one piece is kept, and the rest waits in the socket.
  #keep(chunk: Buffer): void {
    this.#kept = this.#kept ? Buffer.concat([this.#kept, chunk]) : chunk;
    this.#socket.pause();
  }

  #goOn(kept: Buffer): void {
    this.#kept = undefined;
    this.#socket.resume();
    this.#take(kept);
    if (this.#hasEnded) this.#end();
  }

  // From here on the server's own limits of time hold.
  #lend(size: number, chunk: Buffer): void {
    this.#use = 'lent';
    this.#left = size;
    this.#isAnswered = false;
    this.#socket.setTimeout(0);
    this.#pass(chunk);
  }

  #pass(chunk: Buffer): void {
    // Of more than one request the server alone knows what belongs to which.
    this.#left = chunk.length > this.#left ? Infinity : this.#left - chunk.length;
    if (!this.#open().push(chunk)) this.#socket.pause();
    this.#takeBack();
  }

  #open(): Tunnel {
    if (this.#tunnel) return this.#tunnel;
    this.#tunnel = new Tunnel(this.#socket, () => {
      this.#isAnswered = true;
      this.#takeBack();
    });
    this.#accept(this.#tunnel);
    return this.#tunnel;
  }

  #takeBack(): void {
    if (this.#isAnswered && this.#left === 0 && this.#tunnel?.writable) this.#use = 'free';
  }

  #timeOut(): void {
    if (this.#use === 'free') this.#socket.destroy();
    else if (this.#use === 'lent') this.#tunnel?.emit('timeout');
  }

  #end(): void {
    this.#hasEnded = true;
    if (this.#use === 'lent') this.#tunnel?.push(null);
    else if (this.#use === 'free') this.#socket.end();
  }
}

interface First {
  /** In bytes, with its head; infinite when the head does not tell. */
  readonly size: number;
  /** When all of it is there, nothing comes behind it, and it asks for nothing but its answer. */
  readonly whole?: WholeRequest;
}

/** The first request of a piece; `undefined` when there is no whole head, or an odd one. */
function readFirst(chunk: Buffer): First | undefined {
  const text = chunk.toString('latin1', 0, maxHead);
  const end = text.indexOf('\r\n\r\n');
  const head = end < 0 ? undefined : tryHead(text.slice(0, end));
  if (!head) return undefined;
  const size = head.headers['transfer-encoding'] === undefined ? end + 4 + head.length : Infinity;
  return size === chunk.length && isPlain(head) ? { size, whole: { head, body: chunk.subarray(end + 4) } } : { size };
}

/** A line of request and lines of headers, each as the standard has it: RFC 9112. */
const grammar = /^[A-Z]+ [!-~]+ HTTP\/1\.1(?:\r\n[\w!#$%&'*+.^`|~-]+:[\t -~\x80-\xff]*)*$/;

function tryHead(text: string): Head | undefined {
  if (!grammar.test(text)) return undefined;
  try {
    return parseHead(text, () => true);
  } catch (error) {
    if (error instanceof MalformedHead) return undefined;
    throw error;
  }
}

function isPlain({ headers }: Head): boolean {
  const { connection, expect, upgrade } = headers;
  return expect === undefined && upgrade === undefined && (connection === undefined || connection.toLowerCase() === 'keep-alive');
}
