import { randomBytes } from 'node:crypto';
import { EventEmitter, once } from 'node:events';
import { request } from 'node:http';
import { connect, type Socket } from 'node:net';

/** Answers and events of a protocol of a debugger. */
type Message = Readonly<Record<string, unknown>>;

/** A debugger that asks and is told. */
abstract class Client {
  readonly #events = new EventEmitter();
  readonly #waiting = new Map<number, (answer: Message) => void>();
  #last = 0;

  constructor(readonly socket: Socket) {}

  /** The next event of a name. */
  async event(name: string): Promise<Message> {
    const [message] = (await once(this.#events, name)) as [Message];
    return message;
  }

  /** All events of a name from now on, as they come. */
  all(name: string): readonly Message[] {
    const found: Message[] = [];
    this.#events.on(name, (message: Message) => found.push(message));
    return found;
  }

  close(): void {
    this.socket.destroy();
  }

  protected ask(make: (id: number) => object): Promise<Message> {
    const id = ++this.#last;
    this.write(JSON.stringify(make(id)));
    return new Promise((resolve) => this.#waiting.set(id, resolve));
  }

  protected answered(id: number, answer: Message): void {
    this.#waiting.get(id)?.(answer);
    this.#waiting.delete(id);
  }

  protected happened(name: string, body: Message): void {
    this.#events.emit(name, body);
  }

  protected abstract write(text: string): void;
}

/** Speaks the protocol of Node's inspector over a WebSocket, as little of both as is needed. */
export class Inspector extends Client {
  #bytes = Buffer.alloc(0);

  static async connect(port: number): Promise<Inspector> {
    const [target] = (await (await fetch(`http://127.0.0.1:${port}/json/list`)).json()) as { webSocketDebuggerUrl: string }[];
    const headers = { connection: 'Upgrade', upgrade: 'websocket', 'sec-websocket-version': '13', 'sec-websocket-key': randomBytes(16).toString('base64') };
    const upgrade = request(new URL(target?.webSocketDebuggerUrl.replace('ws:', 'http:') ?? ''), { headers }).end();
    const [, socket] = (await once(upgrade, 'upgrade')) as [unknown, Socket];
    return new Inspector(socket);
  }

  private constructor(socket: Socket) {
    super(socket);
    socket.on('data', (chunk: Buffer) => this.#read(chunk)).on('error', () => socket.destroy());
  }

  async send(method: string, params: object = {}): Promise<Message> {
    const answer = await this.ask((id) => ({ id, method, params }));
    return (answer.result ?? answer.error) as Message;
  }

  protected write(text: string): void {
    const body = Buffer.from(text);
    const mask = randomBytes(4);
    const head = body.length < 126 ? Buffer.from([0x81, 0x80 | body.length]) : Buffer.from([0x81, 0x80 | 126, body.length >> 8, body.length & 255]);
    this.socket.write(Buffer.concat([head, mask, body.map((byte, i) => byte ^ (mask[i % 4] ?? 0))]));
  }

  #read(chunk: Buffer): void {
    this.#bytes = Buffer.concat([this.#bytes, chunk]);
    for (;;) {
      const [length, start] = frame(this.#bytes);
      if (this.#bytes.length < start + length) return;
      const text = this.#bytes.subarray(start, start + length).toString();
      const isText = (this.#bytes[0] ?? 0) === 0x81;
      this.#bytes = this.#bytes.subarray(start + length);
      if (!isText) continue;
      const message = JSON.parse(text) as Message;
      if (typeof message.id === 'number') this.answered(message.id, message);
      else this.happened(String(message.method), message.params as Message);
    }
  }
}

// Bytes of the first frame's body, and where it begins.
function frame(bytes: Buffer): [length: number, start: number] {
  const short = (bytes[1] ?? 0) & 127;
  if (bytes.length < 10) return short < 126 && bytes.length >= 2 ? [short, 2] : [Infinity, 0];
  if (short < 126) return [short, 2];
  return short === 126 ? [bytes.readUInt16BE(2), 4] : [Number(bytes.readBigUInt64BE(2)), 10];
}

/** Speaks the Debug Adapter Protocol, https://microsoft.github.io/debug-adapter-protocol/. */
export class DebugAdapter extends Client {
  #text = '';

  static async connect(port: number): Promise<DebugAdapter> {
    const socket = connect(port, '127.0.0.1');
    await once(socket, 'connect');
    return new DebugAdapter(socket);
  }

  private constructor(socket: Socket) {
    super(socket);
    socket.setEncoding('latin1').on('data', (text) => this.#read(String(text))).on('error', () => socket.destroy());
  }

  async send(command: string, args: object = {}): Promise<Message> {
    const answer = await this.ask((seq) => ({ seq, type: 'request', command, arguments: args }));
    return answer.body as Message;
  }

  protected write(text: string): void {
    this.socket.write(`Content-Length: ${Buffer.byteLength(text)}\r\n\r\n${text}`);
  }

  #read(text: string): void {
    this.#text += text;
    for (;;) {
      const [head = '', length] = /^Content-Length: (\d+)\r\n\r\n/.exec(this.#text) ?? [];
      const end = head.length + Number(length);
      if (!head || this.#text.length < end) return;
      const message = JSON.parse(this.#text.slice(head.length, end)) as Message;
      this.#text = this.#text.slice(end);
      if (message.type === 'response') this.answered(Number(message.request_seq), message);
      if (message.type === 'event') this.happened(String(message.event), message.body as Message);
    }
  }
}
