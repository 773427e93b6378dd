import { createReadStream } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { pipeline } from 'node:stream';
import type { Address } from '../http/address';
import { bodyLimit, readBody } from '../http/body';
import type { World } from '../api/call';
import type { Guard } from '../http/guard';
import type { Leases } from '../leases';
import { diskSentence } from '../store/diskError';
import { UnreadableFile } from '../store/recordFolder';
import { debug, hold } from './debug';
import { facts } from './facts';
import { watchLog } from './logWatch';
import { deleteTrigger, listTriggers, postTrigger, putTrigger } from './triggers';

/** What requests that are not part of the imitated APIs work on. */
export interface OwnParts {
  readonly guard: Guard;
  readonly world: World;
  readonly leases: Leases;
  readonly version: string;
}

/** A request below `/function-deck/` whose bearer is the token. */
export interface OwnCall extends OwnParts {
  /** What stands for `{}` in the path, decoded. */
  readonly names: readonly string[];
  readonly query: URLSearchParams;
  /** Parsed JSON; `undefined` of a request without a body. */
  readonly input: unknown;
  readonly response: ServerResponse;
}

export interface OwnReply {
  readonly status: number;
  readonly body?: unknown;
}

/** Answers with what is sent as JSON, or with `undefined` when it writes to the response itself. */
export type OwnOperation = (call: OwnCall) => OwnReply | undefined | Promise<OwnReply | undefined>;

const operations: readonly (readonly [method: string, path: string, operation: OwnOperation])[] = [
  ['GET', 'lease', ({ leases, response }) => void leases.add(response)],
  ['GET', 'health', ({ version, world }) => ({ status: 200, body: { version, pid: process.pid, logBytes: world.logs.bytes } })],
  ['GET', 'functions', facts],
  ['GET', 'functions/{}/log', watchLog],
  ['POST', 'functions/{}/debug', debug],
  ['PUT', 'functions/{}/debug', hold],
  ['GET', 'triggers/{}', listTriggers],
  ['POST', 'triggers/{}', postTrigger],
  ['PUT', 'triggers/{}/{}', putTrigger],
  ['DELETE', 'triggers/{}/{}', deleteTrigger],
];

const routes = operations.map(([method, path, operation]) => ({ method, pattern: new RegExp(`^/function-deck/${path.replaceAll('{}', '([^/]+)')}$`), operation }));

/** Serves what the extension needs beyond the imitated APIs. What comes back is to be sent; `undefined`: it is answered already. */
export async function own(parts: OwnParts, url: Address, request: IncomingMessage, response: ServerResponse): Promise<OwnReply | undefined> {
  const code = /^\/function-deck\/code\/([0-9a-f]{64})$/.exec(url.pathname)?.[1];
  if (code) return download(parts, code, url, request, response);
  if (!parts.guard.hasBearer(request)) return forbidden;
  try {
    return await find(parts, url, request, response);
  } catch (error) {
    // From the path or the body, which only our own extension writes.
    if (error instanceof URIError || error instanceof SyntaxError) return { status: 400, body: { message: error.message } };
    const message = error instanceof UnreadableFile ? error.message : diskSentence(error);
    if (message === undefined) throw error;
    parts.world.warn(String(error));
    return { status: 500, body: { message } };
  }
}

async function find(parts: OwnParts, url: Address, request: IncomingMessage, response: ServerResponse): Promise<OwnReply | undefined> {
  for (const route of routes) {
    const names = route.method === request.method ? route.pattern.exec(url.pathname)?.slice(1) : undefined;
    if (!names) continue;
    const input = parse(await readBody(request, bodyLimit(url.pathname)));
    return route.operation({ ...parts, names: names.map(decodeURIComponent), query: url.searchParams, input, response });
  }
  return { status: 404, body: { message: 'No such path' } };
}

function parse(body: Buffer): unknown {
  return body.length ? JSON.parse(body.toString()) : undefined;
}

const forbidden: OwnReply = { status: 403, body: { message: 'Forbidden' } };

function download({ guard, world }: OwnParts, code: string, url: Address, request: IncomingMessage, response: ServerResponse): Promise<OwnReply | undefined> | OwnReply {
  const until = Number(url.searchParams.get('until'));
  if (request.method !== 'GET' || !guard.isSigned(code, until, url.searchParams.get('signature') ?? '')) return forbidden;
  const file = createReadStream(world.code.zip(Buffer.from(code, 'hex').toString('base64')));
  file.once('open', () => response.writeHead(200, { 'content-type': 'application/zip' }));
  return new Promise((resolve) => {
    pipeline(file, response, (error) => resolve(error && !response.headersSent ? { status: 404, body: { message: 'No such package' } } : undefined));
  });
}
