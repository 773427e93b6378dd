import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { isSimple } from './address';

/** A request as far as it tells who asks. */
type Asked = Pick<IncomingMessage, 'headers' | 'httpVersion' | 'url'>;

/** Who may use the server: whoever knows the token, from this machine, and no web page. */
export class Guard {
  readonly #token: string;
  readonly #tokenBytes: Buffer;
  readonly #hosts = new Set<string>();

  constructor(token: string) {
    this.#token = token;
    this.#tokenBytes = Buffer.from(token, 'latin1');
  }

  set port(port: number) {
    this.#hosts.clear();
    for (const host of ['127.0.0.1', 'localhost']) this.#hosts.add(`${host}:${port}`);
  }

  /** Whether a request, with so many headers that name its host, can come from a program on this machine. A web page sends these headers and cannot leave them out. */
  isLocal(request: Asked, hosts: number): boolean {
    const { headers } = request;
    const site = headers['sec-fetch-site'];
    const fromPage = headers.origin !== undefined || (site !== undefined && site !== 'none');
    return hosts === 1 && this.#hosts.has(headers.host ?? '') && !fromPage && isPlain(request);
  }

  /** The region of a signed request whose access key is the token. */
  regionOf({ headers }: Pick<Asked, 'headers'>): string | undefined {
    const pattern = /^AWS4-HMAC-SHA256 Credential=([^/,\s]+)\/\d{8}\/([a-z0-9-]{1,40})\/[a-z0-9-]+\/aws4_request\b/;
    const [, key = '', region] = pattern.exec(headers.authorization ?? '') ?? [];
    return this.#isToken(key) ? region : undefined;
  }

  hasBearer({ headers }: Pick<Asked, 'headers'>): boolean {
    return this.#isToken((headers.authorization ?? '').replace(/^Bearer /, ''));
  }

  /** A proof that whoever shows it was given this text by us, until a time in milliseconds. */
  sign(text: string, until: number): string {
    return createHmac('sha256', this.#token).update(`${text}\n${until}`).digest('hex');
  }

  isSigned(text: string, until: number, signature: string): boolean {
    return until > Date.now() && timingSafeEqual(digest(signature), digest(this.sign(text, until)));
  }

  // A length tells nothing: every token that is made here has the same.
  #isToken(text: string): boolean {
    return text.length === this.#tokenBytes.length && timingSafeEqual(Buffer.from(text, 'latin1'), this.#tokenBytes);
  }
}

/** HTTP of this century, with a path of this server that means what it says: none with `..`, and no other server's. */
function isPlain({ httpVersion, url = '' }: Asked): boolean {
  const path = url.split('?', 1)[0] ?? '';
  if (httpVersion === '1.1' && isSimple(url)) return true;
  return httpVersion.startsWith('1.') && url.startsWith('/') && new URL(`http://127.0.0.1${url}`).pathname === path;
}

/** How many headers name a host. Names and values take turns. */
export function countHosts({ rawHeaders }: IncomingMessage): number {
  return rawHeaders.filter((name, index) => index % 2 === 0 && name.length === 4 && name.toLowerCase() === 'host').length;
}

// Digests are of equal length, and comparing them takes the same time wherever the texts differ.
function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
