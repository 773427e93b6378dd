import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { otherReply } from './otherPaths';
import { RequestReader, type RuntimeRequest } from './requestReader';

/** The largest answer of a function, in bytes. */
export const maxResponse = 6_291_556;

/** What a function's process says through the Runtime API. */
export interface RuntimeListener {
  /** The process is ready for its next event. */
  next(): void;
  /** A piece of an answer that comes bit by bit; after the last comes `response`, or `error`. */
  piece(piece: Buffer, contentType: string | undefined): Promise<void> | undefined;
  response(requestId: string, body: Buffer, tooLarge: boolean, maxRssKb: number | undefined): void;
  /** `requestId` is missing when the function failed while it was loaded. */
  error(requestId: string | undefined, body: Buffer, type: string | undefined): void;
}

/** An event on its way to the process. */
export interface Delivery {
  readonly requestId: string;
  readonly deadlineMs: number;
  readonly arn: string;
  readonly traceId: string;
  readonly clientContext?: string;
  readonly payload: Uint8Array;
}

const prefix = '/2018-06-01/runtime/';
const shortPayload = 8192;

/** The Lambda Runtime API of one environment, on a loopback port of its own because clients take no path prefix; and on its process's wire. */
export class RuntimeApi {
  readonly #listener: RuntimeListener;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  #waiting: Socket | undefined;
  #delivery: Delivery | undefined;
  #current: string | undefined;
  /** Acknowledgements that go out together with the next event, when it was asked for in the same breath. */
  #held = '';
  #holder: Socket | undefined;
  #address = '';

  constructor(listener: RuntimeListener) {
    this.#listener = listener;
    this.#server = createServer({ noDelay: true }, (socket) => this.serve(socket));
    this.#server.maxConnections = 64;
  }

  /** Resolves with `host:port`. */
  async listen(): Promise<string> {
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', reject).listen(0, '127.0.0.1', resolve);
    });
    this.#address = `127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
    return this.#address;
  }

  /** Hands over an event, at once or when the process asks for it. */
  deliver(delivery: Delivery): void {
    this.#delivery = delivery;
    this.#current = delivery.requestId;
    if (this.#waiting) this.#send(this.#waiting);
  }

  /** Answers what comes on a connection. */
  serve(socket: Socket): void {
    this.#sockets.add(socket);
    const reader = new RequestReader(maxResponse, (request) => this.#answer(socket, request), () => socket.write('HTTP/1.1 100 Continue\r\n\r\n'), (head, piece) => this.#piece(socket, head, piece));
    const forget = () => {
      this.#sockets.delete(socket);
      if (this.#waiting === socket) this.#waiting = undefined;
    };
    socket.on('close', forget).on('error', () => socket.destroy());
    socket.on('data', (chunk) => this.#read(socket, reader, chunk));
  }

  close(): void {
    this.#server.close();
    for (const socket of this.#sockets) socket.destroy();
  }

  #read(socket: Socket, reader: RequestReader, chunk: Buffer): void {
    try {
      reader.push(chunk);
      if (this.#held && this.#holder === socket && this.#waiting !== socket) this.#acknowledge(socket);
    } catch (error) {
      // Not HTTP: the caller broke the protocol, and only its connection ends.
      socket.destroy(error instanceof Error ? error : undefined);
    }
  }

  #answer(socket: Socket, request: RuntimeRequest): void {
    if (!this.#isOwn(request)) return reply(socket, 403, { errorMessage: 'Forbidden', errorType: 'Forbidden' });
    const action = request.url.startsWith(prefix) ? request.url.slice(prefix.length) : '';
    if (request.method === 'GET' && action === 'invocation/next') return this.#next(socket);
    if (request.method === 'POST' && action === 'init/error') return this.#error(socket, request, undefined);
    const [, id, verb] = /^invocation\/([^/]+)\/(response|error)$/.exec(action) ?? [];
    if (request.method !== 'POST' || !id) return answerOther(socket, request);
    if (id !== this.#current) return reply(socket, 400, { errorMessage: 'Invalid request ID', errorType: 'InvalidRequestID' });
    return verb === 'error' ? this.#error(socket, request, id) : this.#response(socket, request, id);
  }

  #piece(socket: Socket, head: Pick<RuntimeRequest, 'url' | 'headers'>, piece: Buffer): boolean {
    if (head.headers['lambda-runtime-function-response-mode'] !== 'streaming') return false;
    if (!this.#isOwn(head) || head.url !== `${prefix}invocation/${this.#current}/response`) return true;
    const full = this.#listener.piece(piece, head.headers['content-type']);
    if (full) void full.finally(() => socket.resume());
    if (full) socket.pause();
    return true;
  }

  // A web page can reach any loopback port; it cannot choose its Host, nor leave out its Origin on a post.
  #isOwn({ headers }: Pick<RuntimeRequest, 'headers'>): boolean {
    return headers['host'] === this.#address && headers['origin'] === undefined && headers['sec-fetch-site'] === undefined;
  }

  // Whoever comes second is not the process, which waits once.
  #next(socket: Socket): void {
    if (this.#waiting && this.#waiting !== socket) return reply(socket, 403, { errorMessage: 'Another waits for the next event', errorType: 'InvalidStateTransition' });
    this.#waiting = socket;
    this.#listener.next();
    if (this.#delivery) this.#send(socket);
  }

  #response(socket: Socket, request: RuntimeRequest, id: string): void {
    // As a trailer: the function failed in the midst of its answer.
    const failure = request.headers['lambda-runtime-function-error-body'];
    if (failure) return this.#error(socket, { ...request, body: Buffer.from(failure, 'base64') }, id);
    const rss = Number(request.headers['x-max-rss-kb']) || undefined;
    if (request.tooLarge) return this.#refuse(socket, id, rss);
    this.#current = undefined;
    this.#hold(socket);
    this.#listener.response(id, request.body, false, rss);
  }

  // An answer or an error that is longer than answers may be.
  #refuse(socket: Socket, id: string, rss?: number): void {
    this.#current = undefined;
    reply(socket, 413, { errorMessage: 'Exceeded maximum allowed payload size', errorType: 'RequestEntityTooLarge' });
    this.#listener.response(id, Buffer.alloc(0), true, rss);
  }

  #error(socket: Socket, request: RuntimeRequest, id: string | undefined): void {
    if (id && request.tooLarge) return this.#refuse(socket, id);
    if (id) this.#current = undefined;
    this.#hold(socket);
    this.#listener.error(id, request.body, request.headers['lambda-runtime-function-error-type']);
  }

  #send(socket: Socket): void {
    const delivery = this.#delivery;
    if (!delivery) return;
    this.#delivery = undefined;
    this.#waiting = undefined;
    // One write is one wake-up of the process.
    const before = this.#holder === socket ? this.#held : '';
    if (before) this.#held = '';
    const head = before + deliveryHead(delivery);
    const { payload } = delivery;
    // A short text is written at once, without a buffer of its own.
    if (payload.length < shortPayload) socket.write(head + Buffer.from(payload.buffer, payload.byteOffset, payload.length).toString('latin1'), 'latin1');
    else socket.write(Buffer.concat([Buffer.from(head, 'latin1'), payload]));
  }

  #hold(socket: Socket): void {
    this.#held = accepted;
    this.#holder = socket;
  }

  #acknowledge(socket: Socket): void {
    socket.write(this.#held, 'latin1');
    this.#held = '';
  }
}

function deliveryHead(delivery: Delivery): string {
  const context = delivery.clientContext ? `Lambda-Runtime-Client-Context: ${delivery.clientContext}\r\n` : '';
  return (
    `HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nLambda-Runtime-Aws-Request-Id: ${delivery.requestId}\r\n` +
    `Lambda-Runtime-Deadline-Ms: ${delivery.deadlineMs}\r\nLambda-Runtime-Invoked-Function-Arn: ${delivery.arn}\r\n` +
    `Lambda-Runtime-Trace-Id: ${delivery.traceId}\r\n${context}Content-Length: ${delivery.payload.length}\r\n\r\n`
  );
}

const accepted = 'HTTP/1.1 202 Accepted\r\nContent-Type: application/json\r\nContent-Length: 15\r\n\r\n{"status":"OK"}';

function answerOther(socket: Socket, request: RuntimeRequest): void {
  const other = otherReply(request);
  reply(socket, other?.status ?? 404, other?.body ?? { errorMessage: 'No such path', errorType: 'NotFound' });
}

function reply(socket: Socket, status: number, body: object): void {
  const text = JSON.stringify(body);
  socket.write(`HTTP/1.1 ${status} Error\r\nContent-Type: application/json\r\nContent-Length: ${Buffer.byteLength(text)}\r\n\r\n${text}`);
}
