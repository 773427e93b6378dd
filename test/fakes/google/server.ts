import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { authRoutes, identify } from './auth';
import type { Call, Parts, Reply, Route } from './call';
import { admitTo } from './admit';
import { ApiError, unauthenticated } from './errors';
import { echo, isFunctionPath, serveFunction, type CallHandler } from './front';
import { functionRoutes } from './functions';
import { loggingRoutes } from './logging';
import { operationRoutes } from './operations';
import { projectRoutes } from './projects';
import { runRoutes } from './run';
import { uploadRoutes } from './upload';
import type { SeenRequest, World } from './world';

export interface Fault {
  /** Which requests; all of them when there is none. */
  readonly when?: (request: SeenRequest) => boolean;
  /** How many of them; 1 by default. */
  readonly times?: number;
  readonly delayMs?: number;
  /** Answers instead of the fake, as badly as it likes. */
  readonly answer?: (response: ServerResponse, request: IncomingMessage) => void;
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  /** `before`: the connection is cut and nothing is done; `after`: what was asked for is done and its answer lost. */
  readonly cut?: 'before' | 'after';
}

interface Compiled extends Route {
  readonly pattern: RegExp;
}

const routes: readonly Compiled[] = [...functionRoutes, ...operationRoutes, ...runRoutes, ...loggingRoutes, ...projectRoutes, ...authRoutes, ...uploadRoutes].map((route) => ({ ...route, pattern: compile(route.path) }));

function compile(path: string): RegExp {
  const pattern = path
    .split(/(\{[^}]+\})/)
    .map((part) => (part.startsWith('{') ? (part.endsWith('...}') ? `(?<${part.slice(1, -4)}>.+)` : `(?<${part.slice(1, -1)}>[^/:]+)`) : part.replace(/[.*+?^$()|[\]\\]/g, '\\$&')))
    .join('');
  return new RegExp(`^${pattern}$`);
}

/** One server for all services: their paths do not meet. */
export class GoogleServer {
  readonly faults: { readonly fault: Fault; left: number }[] = [];
  handler: CallHandler = echo;
  readonly #server: Server = createServer((request, response) => void this.#serve(request, response));

  constructor(readonly world: World) {}

  async start(): Promise<void> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    this.world.origin = `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
    // A test that fails before it disposes of the fake must not keep the suite waiting.
    this.#server.unref();
  }

  async stop(): Promise<void> {
    if (!this.#server.listening) return;
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    request.on('error', () => request.destroy());
    response.on('error', () => response.destroy());
    const bytes = await readAll(request);
    if (!bytes) return;
    const { method = '', url = '/', headers } = request;
    const path = pathOf(url);
    if (path === undefined) return send(response, { status: 400, headers: { 'content-type': 'text/html; charset=UTF-8' }, body: '<title>Error 400 (Bad Request)!!1</title>' });
    const seen = { method, url, path, headers, body: bytes.toString('utf8'), bytes, status: 0 };
    this.world.requests.push(seen);
    const fault = this.#nextFault(seen);
    if (fault?.delayMs) await wait(fault.delayMs);
    if (fault && misbehave(fault, request, response)) return;
    const reply = await this.#answer(request, path, bytes);
    if (fault?.cut === 'after') return void request.socket.destroy();
    seen.status = reply.status ?? 200;
    send(response, reply);
  }

  #nextFault(seen: SeenRequest): Fault | undefined {
    const found = this.faults.find(({ fault, left }) => left > 0 && (fault.when?.(seen) ?? true));
    if (found) found.left -= 1;
    return found?.fault;
  }

  async #answer({ method = '', url = '/', headers }: IncomingMessage, path: string, body: Buffer): Promise<Reply> {
    this.world.settle();
    const { searchParams: query } = new URL(url, this.world.origin);
    const intEnums = (query.get('$alt') ?? query.get('alt') ?? '').includes('enum-encoding=int');
    const call: Call = { world: this.world, method, path, query, headers, body, intEnums, caller: undefined };
    try {
      return isFunctionPath(path) ? await serveFunction(call, this.handler) : await this.#route(call);
    } catch (error) {
      return toReply(error);
    }
  }

  async #route(call: Call): Promise<Reply> {
    for (const route of routes) {
      const found = route.method === call.method ? route.pattern.exec(call.path) : null;
      if (!found) continue;
      const parts: Parts = found.groups ?? {};
      return route.handle(route.service ? this.#admit(call, route, parts) : call, parts);
    }
    return { status: 404, headers: { 'content-type': 'text/html; charset=UTF-8' }, body: `<!DOCTYPE html>\n<html lang=en>\n<title>Error 404 (Not Found)!!1</title>\n<p>The requested URL <code>${call.path}</code> was not found on this server.` };
  }

  /** Who calls, and whether they may: the order in which the real front asks. */
  #admit(call: Call, { service = '', permission }: Route, { project: named }: Parts): Call {
    const caller = this.#caller(call, service);
    if (named !== undefined) admitTo(call.world.find(named), service, permission, call.path.replace(/^\/v\d/, ''));
    return { ...call, caller };
  }

  #caller(call: Call, service: string): Call['caller'] {
    const bearer = /^Bearer (.+)$/i.exec(call.headers.authorization ?? '')?.[1];
    const caller = bearer === undefined ? undefined : identify(this.world, bearer);
    if (!caller && this.world.requireAuth) throw unauthenticated(bearer === undefined ? 'CREDENTIALS_MISSING' : 'ACCESS_TOKEN_EXPIRED', service);
    return caller;
  }
}

/** Undefined when the path cannot be decoded. */
function pathOf(url: string): string | undefined {
  try {
    return decodeURIComponent(url.split('?')[0] ?? '');
  } catch (error) {
    if (error instanceof URIError) return undefined;
    throw error;
  }
}

async function readAll(request: IncomingMessage): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  try {
    for await (const chunk of request) chunks.push(chunk as Buffer);
  } catch (error) {
    // The caller went away in the middle of its own request: nobody is left to answer.
    if (request.destroyed) return undefined;
    throw error;
  }
  return Buffer.concat(chunks);
}

/** True when the fault took the place of the answer. */
function misbehave(fault: Fault, request: IncomingMessage, response: ServerResponse): boolean {
  if (fault.cut === 'before') request.socket.destroy();
  else if (fault.answer) fault.answer(response, request);
  else if (fault.status !== undefined) send(response, faultReply(fault));
  else return false;
  return true;
}

function faultReply({ status, headers, body }: Fault): Reply {
  if (typeof body === 'string') return { status, headers: { 'content-type': body.trimStart().startsWith('<') ? 'text/html' : 'text/plain', ...headers }, body };
  return { status, headers, json: (body ?? {}) as Reply['json'] };
}

/** An error of the fake itself is a 500 with its stack, so that a test that meets one says where to look. */
function toReply(error: unknown): Reply {
  if (error instanceof ApiError) return { status: error.code, headers: error.headers, json: error.toJson() };
  const message = `The fake failed: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`;
  return { status: 500, json: { error: { code: 500, message, status: 'INTERNAL' } } };
}

function send(response: ServerResponse, { status = 200, headers, json, body }: Reply): void {
  const content = json ? { 'content-type': 'application/json; charset=UTF-8' } : {};
  response.writeHead(status, { ...content, ...headers }).end(json ? JSON.stringify(json, undefined, 2) : body);
}
