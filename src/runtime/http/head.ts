/** The head of an HTTP/1.1 request. */
export interface Head {
  readonly method: string;
  /** The address as it was asked for, with its query. */
  readonly url: string;
  readonly httpVersion: string;
  /** Names in lower case. Of two of a name the last counts, and of those that frame a request or name its host there are no two. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  /** The length of the body; nothing is known of it when it comes in chunks. */
  readonly length: number;
  readonly isChunked: boolean;
}

/** A head that is none, or that has two readings. */
export class MalformedHead extends Error {
  override readonly name = 'MalformedHead';
}

/** Two of one of these are read in one way here and in another there. */
const single = new Set(['content-length', 'host', 'transfer-encoding']);

const isFraming = (name: string): boolean => single.has(name);

/** Reads a head, given without the empty line behind it; `isSingle` names what must not come twice. Throws `MalformedHead`. */
export function parseHead(text: string, isSingle = isFraming): Head {
  const end = text.indexOf('\r\n');
  const line = end < 0 ? text : text.slice(0, end);
  const afterMethod = line.indexOf(' ');
  const afterUrl = line.indexOf(' ', afterMethod + 1);
  const headers = end < 0 ? {} : parseHeaders(text, end + 2, isSingle);
  const length = headers['content-length'] ?? '0';
  const isChunked = /chunked/i.test(headers['transfer-encoding'] ?? '');
  if (afterMethod < 0 || afterUrl < 0) throw new MalformedHead('The request has no method, address and version.');
  if (!/^\d{1,15}$/.test(length) || (isChunked && headers['content-length'] !== undefined)) throw new MalformedHead('The request has no usable length.');
  return { method: line.slice(0, afterMethod), url: line.slice(afterMethod + 1, afterUrl), httpVersion: line.slice(afterUrl + ' HTTP/'.length), headers, length: Number(length), isChunked };
}

/** Reads the lines of headers, from a place in the text on. */
export function parseHeaders(text: string, from = 0, isSingle = isFraming): Record<string, string | undefined> {
  // Names come from outside, and `__proto__` is one like any other.
  const headers: Record<string, string | undefined> = Object.create(null) as Record<string, string | undefined>;
  for (let start = from, end = 0; start < text.length; start = end + 2) {
    end = text.indexOf('\r\n', start);
    if (end < 0) end = text.length;
    const colon = text.indexOf(':', start);
    if (colon <= start || colon > end) continue;
    const name = text.slice(start, colon).toLowerCase();
    if (headers[name] !== undefined && isSingle(name)) throw new MalformedHead(`The request has two of ${name}.`);
    headers[name] = trim(text, colon + 1, end);
  }
  return headers;
}

// Of blanks and tabs alone, as the standard has it.
function trim(text: string, from: number, to: number): string {
  while (isBlank(text.charCodeAt(from)) && from < to) from += 1;
  while (isBlank(text.charCodeAt(to - 1)) && to > from) to -= 1;
  return text.slice(from, to);
}

function isBlank(code: number): boolean {
  return code === 32 || code === 9;
}
