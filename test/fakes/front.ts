import { once } from 'node:events';
import { createServer, request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Stands before a server, passes everything on, and notes what was asked. */
export class Front {
  readonly asked: string[] = [];
  readonly #server: Server;

  private constructor(target: URL) {
    this.#server = createServer((incoming, outgoing) => {
      this.asked.push(`${incoming.method ?? ''} ${incoming.url ?? ''}`);
      const headers = { ...incoming.headers, host: target.host };
      const onward = request(new URL(incoming.url ?? '/', target), { method: incoming.method, headers, agent: false }, (answer) => {
        outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(outgoing);
      });
      onward.on('error', () => outgoing.destroy());
      outgoing.on('close', () => onward.destroy());
      incoming.pipe(onward);
    }).unref();
  }

  static async before(endpoint: string): Promise<Front> {
    const front = new Front(new URL(endpoint));
    front.#server.listen(0, '127.0.0.1');
    await once(front.#server, 'listening');
    return front;
  }

  get endpoint(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }
}
