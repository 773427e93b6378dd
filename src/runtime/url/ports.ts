import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { dropSilent } from '../http/silence';
import { errorCode } from '../store/files';

/** What a function URL stands for. */
export interface UrlPlace {
  readonly id: string;
  /** The function. */
  readonly name: string;
  /** `$LATEST` or an alias. */
  readonly key: string;
}

export type AnswerUrl = (place: UrlPlace, port: number, request: IncomingMessage, response: ServerResponse) => void;

/**
 * A loopback port for each function URL. A name below `localhost` would need none, but not every program finds those;
 * and with a port of its own a function's pages are to a browser no part of this runtime, nor of another function.
 */
export class UrlPorts {
  readonly #answer: AnswerUrl;
  readonly #servers = new Map<string, Server>();

  constructor(answer: AnswerUrl) {
    this.#answer = answer;
  }

  /** Resolves with the port: the one that is asked for, or another if that is taken. */
  async open(place: UrlPlace, port = 0): Promise<number> {
    this.close(place.id);
    const server = createServer({ noDelay: true, headersTimeout: 10_000, requestTimeout: 60_000, connectionsCheckingInterval: 2000 });
    server.maxConnections = 1024;
    dropSilent(server);
    try {
      await listen(server, port);
    } catch (error) {
      if (!port || !['EADDRINUSE', 'EACCES'].includes(errorCode(error) ?? '')) throw error;
      await listen(server, 0);
    }
    const given = (server.address() as AddressInfo).port;
    const answer = (request: IncomingMessage, response: ServerResponse) => this.#answer(place, given, request, response);
    server.on('request', answer).on('checkContinue', answer);
    this.#servers.set(place.id, server);
    return given;
  }

  /** With a slash at its end; `undefined` when it is not served. */
  address(id: string): string | undefined {
    const address = this.#servers.get(id)?.address() as AddressInfo | null | undefined;
    return address ? `http://127.0.0.1:${address.port}/` : undefined;
  }

  close(id: string): void {
    const server = this.#servers.get(id);
    this.#servers.delete(id);
    server?.close();
    server?.closeIdleConnections();
  }

  closeAll(): void {
    for (const id of [...this.#servers.keys()]) this.close(id);
  }
}

async function listen(server: Server, port: number): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(port, '127.0.0.1', () => {
      server.off('error', reject);
      resolve();
    });
  });
}
