import type { IncomingMessage } from 'node:http';

/** A body was longer than is taken. */
export class BodyTooLarge extends Error {
  override readonly name = 'BodyTooLarge';

  constructor(readonly limit: number, readonly isPackage: boolean) {
    super(`Request must be smaller than ${limit} bytes for the ${isPackage ? 'CreateFunction' : 'InvokeFunction'} operation`);
  }
}

const maxPackage = 70_167_211;
const maxPayload = 6_291_456;

/** What a path takes at most. */
export function bodyLimit(path: string): number {
  if (/\/(invocations|invoke-async|response-streaming-invocations)\/?$/.test(path)) return maxPayload;
  // A message of the greatest size, with all its letters escaped.
  if (/^\/(\d{12}\/[\w.-]+)?\/?$/.test(path)) return maxPayload;
  const isPackage = /^\/2015-03-31\/functions(\/[^/]+\/code)?\/?$|^\/2018-10-31\/layers\/[^/]+\/versions\/?$/.test(path);
  return isPackage ? maxPackage : 2 * 1024 * 1024;
}

export async function readBody(request: IncomingMessage, limit: number): Promise<Buffer> {
  if (Number(request.headers['content-length'] ?? 0) > limit) throw new BodyTooLarge(limit, limit === maxPackage);
  const isPackage = limit === maxPackage;
  const parts: Buffer[] = [];
  let size = 0;
  // By hand, because it is done for every call, and an iterator costs several times as much.
  return new Promise((resolve, reject) => {
    request.on('data', (part: Buffer) => {
      size += part.length;
      if (size <= limit) parts.push(part);
      else reject(new BodyTooLarge(limit, isPackage));
    });
    request.once('end', () => resolve(parts.length === 1 && parts[0] ? parts[0] : Buffer.concat(parts)));
    request.once('error', reject).once('close', () => request.complete || reject(new Error('The request ended before its body did.')));
  });
}
