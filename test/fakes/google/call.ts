import type { IncomingHttpHeaders } from 'node:http';
import { badRequest } from './errors';
import { isObject, type Json } from './json';
import type { Identity, World } from './world';

export interface Call {
  readonly world: World;
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
  readonly caller: Identity | undefined;
  /** Numbers instead of names for enums, as Google's own REST clients ask with `$alt=json;enum-encoding=int`. */
  readonly intEnums: boolean;
}

export interface Reply {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly json?: Json;
  readonly body?: Uint8Array | string;
}

export type Parts = Readonly<Record<string, string>>;

export interface Route {
  readonly method: string;
  readonly path: string;
  /** The API it belongs to; without one it is no API (a signed URL, a token endpoint, a function's own URL), and no bearer is asked for. */
  readonly service?: string;
  readonly permission?: string;
  readonly handle: (call: Call, parts: Parts) => Reply | Promise<Reply>;
}

export function jsonBody(call: Call): Json {
  const text = call.body.toString('utf8');
  if (text.trim() === '') return {};
  const value = parse(text);
  if (!isObject(value)) throw badRequest('', 'Invalid JSON payload received. Expected a JSON object.');
  return value;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    throw badRequest('', `Invalid JSON payload received. ${(error as Error).message}`);
  }
}

const system = new Set(['$alt', 'alt', '$.xgafv', 'key', 'prettyPrint', 'fields', 'quotaUser', 'access_token', 'callback', 'uploadType', 'upload_protocol', '$prettyPrint']);

/** Google refuses a query parameter that the request's message does not have. */
export function allowQuery(call: Call, ...names: readonly string[]): void {
  for (const name of call.query.keys()) {
    if (system.has(name) || names.includes(name)) continue;
    throw badRequest(name, `Invalid JSON payload received. Unknown name "${name}": Cannot bind query parameter. Field '${name}' could not be found in request message.`);
  }
}

/** A page's size: absent, 0 and more than the service's most all mean the most. */
export function pageSize(call: Call, most: number): number {
  const size = Number(call.query.get('pageSize') ?? 0);
  if (!Number.isInteger(size) || size < 0) throw badRequest('page_size', `Invalid value at 'page_size' (TYPE_INT32), "${call.query.get('pageSize') ?? ''}"`);
  return size === 0 ? most : Math.min(size, most);
}

/** One page of a list, by an opaque token that says where it goes on. */
export function page<T>(items: readonly T[], size: number, token: string | null): { items: T[]; next?: string } {
  const start = token ? readToken(token, items.length) : 0;
  const end = start + size;
  return { items: items.slice(start, end), next: end < items.length ? Buffer.from(`page:${end}`).toString('base64url') : undefined };
}

function readToken(token: string, length: number): number {
  const start = Number(/^page:(\d+)$/.exec(Buffer.from(token, 'base64url').toString('utf8'))?.[1]);
  if (!Number.isInteger(start) || start > length) throw badRequest('page_token', 'The page token is invalid.');
  return start;
}
