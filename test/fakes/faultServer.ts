import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export type Answer = (response: ServerResponse, request: IncomingMessage) => void;

export interface Hit {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

/** A server that reads each request to its end, counts it, and then answers as badly as it is told to. */
export class FaultServer {
  readonly hits: Hit[] = [];
  answer: Answer = faults.nothing;
  #server: Server = createServer((request, response) => void this.#serve(request, response));

  static async start(answer?: Answer): Promise<FaultServer> {
    const server = new FaultServer();
    if (answer) server.answer = answer;
    server.#server.listen(0, '127.0.0.1');
    await once(server.#server, 'listening');
    // A test that fails before it stops the server must not keep the suite waiting.
    server.#server.unref();
    return server;
  }

  get endpoint(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  count(method: string, path: RegExp): number {
    return this.hits.filter((hit) => hit.method === method && path.test(hit.path)).length;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    request.on('error', () => request.destroy());
    response.on('error', () => response.destroy());
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const { method = '', url = '', headers } = request;
    this.hits.push({ method, path: url, headers, body: Buffer.concat(chunks).toString('utf8') });
    this.answer(response, request);
  }
}

export function json(body: unknown, status = 200, headers: Readonly<Record<string, string>> = {}): Answer {
  return (response) => {
    response.writeHead(status, { 'content-type': 'application/json', 'x-amzn-requestid': 'fake', ...headers });
    response.end(JSON.stringify(body));
  };
}

/** An error as Lambda's REST API gives it. */
export function refusal(status: number, type: string, message: string): Answer {
  return json({ Type: 'User', message, Message: message, __type: type }, status, { 'x-amzn-errortype': type });
}

export const page = '<!doctype html><html><body>Please sign in to the guest network.</body></html>';

export const faults = {
  nothing: (response) => void response.writeHead(404).end(),
  serverError: refusal(500, 'ServiceException', 'Internal failure.'),
  unavailable: (response) => void response.writeHead(503, { 'content-type': 'text/html' }).end('<html>overloaded</html>'),
  throttled: refusal(429, 'TooManyRequestsException', 'Rate exceeded'),
  half: (response) => {
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': '1000' });
    response.write('{"Functions":[{"FunctionName":"a"');
    setTimeout(() => response.destroy(), 20);
  },
  cutJson: (response) => void response.writeHead(200, { 'content-type': 'application/json' }).end('{"Functions":[{"FunctionName":"a"'),
  garbage: (response) => void response.writeHead(200, { 'content-type': 'application/json' }).end('\u0000\u0001 not json'),
  html: (response) => void response.writeHead(200, { 'content-type': 'text/html' }).end(page),
  htmlForbidden: (response) => void response.writeHead(403, { 'content-type': 'text/html' }).end(page),
  redirect: (response) => void response.writeHead(302, { location: 'http://127.0.0.1:9/elsewhere' }).end(),
  reset: (response) => void response.socket?.resetAndDestroy(),
  hang: () => undefined,
  stall: (response) => {
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': '1000' });
    response.write('{');
  },
  drip: (response) => {
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': '1000' });
    const timer = setInterval(() => response.write(' '), 100);
    response.on('close', () => clearInterval(timer));
  },
} satisfies Record<string, Answer>;
