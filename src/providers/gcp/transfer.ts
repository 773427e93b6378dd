import { type ClientRequest, type IncomingMessage, request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { ProviderError } from '../../core/errors';
import { oneLine } from '../../core/link';
import { isSafe } from './endpoints';

/** What goes to, or comes from, an address in Google's storage that is signed: whoever has it may use it, and nothing else is sent along. */
export interface Transfer {
  readonly url: URL;
  /** Begins a sentence: `The package of hello`. */
  readonly what: string;
  /** Sent with PUT; without them it is a GET. */
  readonly bytes?: Uint8Array;
  readonly sent?: (bytes: number) => void;
  /** How many bytes an answer may have. */
  readonly mostBytes: number;
}

const pieceBytes = 256 * 1024;

/** The address, if a package may travel there. Throws `ProviderError`. */
export function checkUrl(address: unknown, what: string): URL {
  const url = typeof address === 'string' && URL.canParse(address) ? new URL(address) : undefined;
  if (url && isSafe(url)) return url;
  throw new ProviderError('invalid', `${what} would travel over an unprotected connection (${url?.host ?? 'no address was given'}); check the endpoint and try again.`);
}

/** What the other side answered. A redirect is refused like every other status that is no success. */
export async function transfer(given: Transfer, signal: AbortSignal): Promise<Buffer> {
  try {
    const response = await open(given, signal);
    const body = await readAll(response, given);
    const { statusCode = 0 } = response;
    if (statusCode < 200 || statusCode >= 300) throw refusal(given, statusCode, body);
    return body;
  } catch (error) {
    // As errors of Google's clients look once something was sent, so that a broken connection is known as one.
    throw error instanceof ProviderError ? error : Object.assign(error instanceof Error ? error : new Error(String(error)), { config: { url: given.url } });
  }
}

/** The signature of an upload covers its type alone: any header that storage looks at beside it makes it refuse. */
function open(given: Transfer, signal: AbortSignal): Promise<IncomingMessage> {
  const { url, bytes } = given;
  return new Promise((resolve, reject) => {
    const send = url.protocol === 'https:' ? httpsRequest : httpRequest;
    const headers = bytes ? { 'content-type': 'application/zip', 'content-length': bytes.length } : {};
    const request = send(url, { method: bytes ? 'PUT' : 'GET', headers, signal, agent: false });
    request.on('error', reject);
    let isAnswered = false;
    request.on('response', (response) => {
      isAnswered = true;
      resolve(response);
    });
    if (bytes) write(request, given, bytes, () => isAnswered);
    else request.end();
  });
}

/** In pieces, so that the user sees it move, until there is an answer: nobody reads on then. */
function write(request: ClientRequest, given: Transfer, bytes: Uint8Array, isAnswered: () => boolean, from = 0): void {
  const end = Math.min(from + pieceBytes, bytes.length);
  request.write(bytes.subarray(from, end), (error) => {
    if (error || isAnswered()) return;
    given.sent?.(end);
    if (end < bytes.length) write(request, given, bytes, isAnswered, end);
    else request.end();
  });
}

async function readAll(response: IncomingMessage, given: Transfer): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  if (Number(response.headers['content-length']) > given.mostBytes) {
    response.destroy();
    throw tooLarge(given);
  }
  for await (const chunk of response as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > given.mostBytes) throw tooLarge(given);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function tooLarge({ what, mostBytes }: Transfer): ProviderError {
  return new ProviderError('invalid', `${what} is larger than a package can be (${Math.round(mostBytes / 1e6)} MB); look at it in the console.`);
}

function refusal({ what }: Transfer, status: number, body: Buffer): Error {
  if (status >= 500 || status === 429 || status === 408) return Object.assign(new Error(`HTTP ${status}`), { response: { status } });
  const why = /<Code>([^<]*)<\/Code>/.exec(body.toString('utf8', 0, 4096))?.[1] ?? '';
  return new ProviderError(status === 403 ? 'denied' : 'invalid', `${what} was refused by Google's storage (${oneLine(`HTTP ${status} ${why}`)}); try again.`);
}
