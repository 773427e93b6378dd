import type { IncomingMessage } from 'node:http';

/** A body was longer than is taken. */
export class BodyTooLarge extends Error {
  override readonly name = 'BodyTooLarge';

  constructor(readonly limit: number) {
    super(`Request must be smaller than ${limit} bytes`);
  }
}

const maxPackage = 70_167_211;
const maxPayload = 6_291_456;

/** What a path takes at most. */
export function bodyLimit(path: string): number {
  if (/\/(invocations|invoke-async|response-streaming-invocations)\/?$/.test(path)) return maxPayload;
  return /^\/2015-03-31\/functions(\/[^/]+\/code)?\/?$/.test(path) ? maxPackage : 2 * 1024 * 1024;
}

export async function readBody(request: IncomingMessage, limit: number): Promise<Buffer> {
  if (Number(request.headers['content-length'] ?? 0) > limit) throw new BodyTooLarge(limit);
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of request as AsyncIterable<Buffer>) {
    size += part.length;
    if (size > limit) throw new BodyTooLarge(limit);
    parts.push(part);
  }
  return parts.length === 1 && parts[0] ? parts[0] : Buffer.concat(parts);
}
