import type { CorsRecord } from '../store/records';

export interface UrlResponse {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string | readonly string[]>>;
  readonly body: Buffer;
}

/** A function's result as an HTTP response; `undefined` for one that cannot be. */
export function urlResponse(payload: Uint8Array): UrlResponse | undefined {
  const whole = preludeResponse(Buffer.from(payload));
  if (whole) return whole;
  const text = Buffer.from(payload).toString('utf8');
  const result = parse(text);
  if (typeof result !== 'object' || result === null || !('statusCode' in result)) {
    return { status: 200, headers: json, body: Buffer.from(typeof result === 'string' ? result : result === undefined ? text : compact(text)) };
  }
  return formed(result);
}

// Without the blanks between its parts; each part as it was written.
function compact(json: string): string {
  return json.replace(/("(?:[^"\\]|\\.)*")|\s+/g, (_, text: string | undefined) => text ?? '');
}

const divider = Buffer.alloc(8);

/**
 * An answer that a function began with its status and headers, as JSON before eight zeros: its head, and as its body
 * what is there of it. `undefined` while the zeros are missing, or when nothing usable stands before them.
 */
export function preludeResponse(bytes: Buffer): UrlResponse | undefined {
  const end = bytes[0] === 0x7b ? bytes.indexOf(divider) : -1;
  const prelude = end < 0 ? undefined : parse(bytes.toString('utf8', 0, end));
  if (typeof prelude !== 'object' || prelude === null) return undefined;
  const head = formed({ statusCode: 200, ...prelude, body: undefined });
  return head && { ...head, body: bytes.subarray(end + divider.length) };
}

export const json = { 'content-type': 'application/json' };

interface Formed {
  readonly statusCode: unknown;
  readonly headers?: unknown;
  readonly cookies?: unknown;
  readonly body?: unknown;
  readonly isBase64Encoded?: unknown;
}

function formed(result: Formed): UrlResponse | undefined {
  const status = typeof result.statusCode === 'object' ? NaN : Number(result.statusCode);
  const headers = headersOf(result.headers);
  const cookies: readonly unknown[] = Array.isArray(result.cookies) ? result.cookies : [];
  if (!Number.isInteger(status) || status < 200 || status > 599 || !headers || !cookies.every(isHeaderText)) return undefined;
  return { status, headers: { ...json, ...headers, ...(cookies.length ? { 'set-cookie': cookies } : {}) }, body: bodyOf(result) };
}

function bodyOf({ body, isBase64Encoded }: Formed): Buffer {
  if (body === undefined || body === null) return Buffer.alloc(0);
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return Buffer.from(text, isBase64Encoded === true ? 'base64' : 'utf8');
}

// What the server itself says of the connection and the length of the body.
const ours = new Set(['connection', 'content-length', 'keep-alive', 'transfer-encoding', 'upgrade', 'trailer', 'te', 'date']);

function headersOf(value: unknown): Record<string, string> | undefined {
  if (value === undefined || value === null) return {};
  if (typeof value !== 'object') return undefined;
  const entries = Object.entries(value as Record<string, unknown>).map(([name, one]) => [name.toLowerCase(), typeof one === 'number' || typeof one === 'boolean' ? String(one) : one] as const);
  if (!entries.every(([name, text]) => /^[!#$%&'*+\-.^_`|~\w]+$/.test(name) && isHeaderText(text))) return undefined;
  return Object.fromEntries(entries.filter(([name]) => !ours.has(name))) as Record<string, string>;
}

function isHeaderText(value: unknown): value is string {
  return typeof value === 'string' && /^[\t\x20-\x7e\x80-\xff]*$/.test(value);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return text;
    throw error;
  }
}

/** The headers that let a web page of this origin read the answer; none when it may not. */
export function corsHeaders(cors: CorsRecord | undefined, origin: string | undefined): Record<string, string> {
  if (!cors || origin === undefined || !allowsOrigin(cors, origin)) return {};
  const any = cors.AllowOrigins?.includes('*') && !cors.AllowCredentials;
  return {
    'access-control-allow-origin': any ? '*' : origin,
    ...(any ? {} : { vary: 'Origin' }),
    ...(cors.AllowCredentials ? { 'access-control-allow-credentials': 'true' } : {}),
    ...(cors.ExposeHeaders?.length ? { 'access-control-expose-headers': cors.ExposeHeaders.join(',') } : {}),
  };
}

/** The answer to a browser that asks whether a web page may send a request; the function is not asked. */
export function preflight(cors: CorsRecord, origin: string, askedHeaders: string | undefined): Record<string, string> {
  const common = corsHeaders(cors, origin);
  if (!Object.keys(common).length) return {};
  const headers = cors.AllowHeaders?.includes('*') ? askedHeaders : cors.AllowHeaders?.join(',');
  return {
    ...common,
    ...(cors.AllowMethods?.length ? { 'access-control-allow-methods': cors.AllowMethods.join(',') } : {}),
    ...(headers ? { 'access-control-allow-headers': headers } : {}),
    ...(cors.MaxAge === undefined ? {} : { 'access-control-max-age': String(cors.MaxAge) }),
  };
}

export function allowsOrigin(cors: CorsRecord | undefined, origin: string): boolean {
  return (cors?.AllowOrigins ?? []).some((allowed) => matches(allowed.toLowerCase(), origin.toLowerCase()));
}

// `*` stands for anything, also inside: `https://*.example.com`.
function matches(pattern: string, text: string): boolean {
  const [first = '', ...rest] = pattern.split('*');
  if (!rest.length) return pattern === text;
  const last = rest.pop() ?? '';
  if (!text.startsWith(first) || text.length < first.length + last.length || !text.endsWith(last)) return false;
  const end = text.length - last.length;
  let at = first.length;
  for (const part of rest) {
    at = text.indexOf(part, at);
    if (at < 0 || at + part.length > end) return false;
    at += part.length;
  }
  return true;
}
