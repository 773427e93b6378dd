import { ProviderError } from '../errors';

type Pair = readonly [name: string, value: string];

/** What an event of the format `http` stands for, ready to be sent. */
export interface HttpRequest {
  readonly method: string;
  /** Begins with a slash, is percent-encoded, and has no `.` or `..` segments, so that it stays below any address. */
  readonly path: string;
  readonly query: readonly Pair[];
  /** Without those that belong to the connection rather than to the request. */
  readonly headers: readonly Pair[];
  readonly body: Uint8Array;
}

const members = ['method', 'path', 'query', 'headers'];
const json: Pair = ['content-type', 'application/json'];

/**
 * The request that an event stands for: `{ method?, path?, query?, headers?, body?, isBase64Encoded? }`. An event without
 * any of the first four is itself the JSON body of a POST. Throws `ProviderError` for what HTTP cannot carry.
 */
export function toHttpRequest(event: Uint8Array): HttpRequest {
  const text = Buffer.from(event).toString('utf8');
  const value = parse(text);
  if (!isObject(value) || !members.some((member) => member in value)) {
    // As it was written: numbers beyond double precision stay what they are.
    return { method: 'POST', path: '/', query: [], headers: [json], body: event };
  }
  const headers = readHeaders(value['headers']);
  const body = readBody(value['body'], value['isBase64Encoded']);
  const { path, query } = readPath(value['path']);
  const isTyped = headers.some(([name]) => name.toLowerCase() === 'content-type');
  return {
    method: readMethod(value['method'], body.bytes),
    path,
    query: [...query, ...readQuery(value['query'])],
    headers: body.isJson && !isTyped ? [...headers, json] : headers,
    body: body.bytes ?? new Uint8Array(),
  };
}

/** The path and query to ask a server for, when the function is at `url`. */
export function requestTarget(url: string, { path, query }: HttpRequest): string {
  const at = new URL(url);
  const all = new URLSearchParams([...at.searchParams, ...query.map(([name, value]): [string, string] => [name, value])]).toString();
  return `${at.pathname.replace(/\/+$/, '')}${path}${all === '' ? '' : `?${all}`}`;
}

/** Headers as Node's HTTP client takes them: each name once, with all its values. */
export function headerValues(headers: readonly Pair[]): Record<string, string[]> {
  const found = new Map<string, string[]>();
  for (const [name, value] of headers) found.set(name.toLowerCase(), [...(found.get(name.toLowerCase()) ?? []), value]);
  return Object.fromEntries(found);
}

/** https://www.rfc-editor.org/rfc/rfc9110#name-tokens */
const token = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;

function readMethod(value: unknown, body: Uint8Array | undefined): string {
  if (value === undefined || value === null) return body === undefined ? 'GET' : 'POST';
  if (typeof value !== 'string' || !token.test(value)) throw wrong('method', value, 'write one of HTTP, for example "GET"');
  const method = value.toUpperCase();
  if (method === 'CONNECT') throw wrong('method', value, 'it asks for a tunnel and calls no function; write another, for example "GET"');
  return method;
}

function readPath(value: unknown): { path: string; query: readonly Pair[] } {
  if (value === undefined || value === null) return { path: '/', query: [] };
  if (typeof value !== 'string') throw wrong('path', value, 'write a text, for example "/"');
  // The leading slash first: what looks like another host or an address of its own is a path all the same.
  const url = new URL(`http://function${value.startsWith('/') ? '' : '/'}${value}`);
  return { path: url.pathname, query: [...url.searchParams] };
}

function readQuery(value: unknown): readonly Pair[] {
  if (value === undefined || value === null) return [];
  if (!isObject(value)) throw wrong('query', value, 'write an object of names and texts');
  return Object.entries(value).flatMap(([name, each]) => [each].flat().map((one): Pair => [name, plain(one) ?? JSON.stringify(one)]));
}

/** They belong to the connection, which is a new one; recorded requests bring them along. */
const ofConnection = new Set(['host', 'content-length', 'transfer-encoding', 'connection', 'keep-alive', 'proxy-connection', 'proxy-authorization', 'te', 'trailer', 'upgrade', 'expect', 'http2-settings']);

function readHeaders(value: unknown): readonly Pair[] {
  if (value === undefined || value === null) return [];
  if (!isObject(value)) throw wrong('headers', value, 'write an object of names and texts');
  const all = Object.entries(value).flatMap(([name, each]) => [each].flat().map((one) => readHeader(name, one)));
  return all.filter(([name]) => !ofConnection.has(name.toLowerCase()));
}

function readHeader(name: string, value: unknown): Pair {
  const text = plain(value)?.trim();
  if (!token.test(name)) throw wrong('headers', name, 'HTTP forbids this name; use letters, digits and hyphens');
  if (text === undefined) throw wrong('headers', name, 'give it a text');
  if (/[^\t\x20-\x7e\x80-\xff]/.test(text)) throw wrong('headers', name, 'its value has characters that HTTP forbids; leave out line breaks and what is not Latin-1');
  return [name, text];
}

function readBody(value: unknown, isBase64: unknown): { bytes?: Uint8Array; isJson?: boolean } {
  if (value === undefined || value === null) return {};
  if (typeof value !== 'string') return { bytes: Buffer.from(JSON.stringify(value), 'utf8'), isJson: true };
  if (isBase64 !== true) return { bytes: Buffer.from(value, 'utf8') };
  const compact = value.replace(/\s+/g, '');
  if (!/^[A-Za-z0-9+/_-]*={0,2}$/.test(compact)) throw wrong('body', value, 'it is not base64; correct it or leave "isBase64Encoded" out');
  return { bytes: Buffer.from(compact, 'base64') };
}

function plain(value: unknown): string | undefined {
  return typeof value === 'string' ? value : typeof value === 'number' || typeof value === 'boolean' ? String(value) : undefined;
}

function wrong(member: string, value: unknown, cure: string): ProviderError {
  const shown = JSON.stringify(value) ?? String(value);
  const short = shown.length > 60 ? `${shown.slice(0, 59)}…` : shown;
  return new ProviderError('invalid', `The event's "${member}" cannot be sent over HTTP as it is (${short}): ${cure}; to send the event itself, make it the "body" of a request.`, { untaken: true });
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new ProviderError('invalid', 'The event is not valid JSON; correct it and try again.', { cause: error, untaken: true });
  }
}
