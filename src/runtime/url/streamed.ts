import { Readable } from 'node:stream';
import type { Streaming } from '../api/streaming';
import { preludeResponse, type UrlResponse } from './response';

const withPrelude = 'application/vnd.awslambda.http-integration-response';
const maxPrelude = 64 * 1024;

/** A response whose body goes out as it comes. */
export interface StreamedResponse extends Omit<UrlResponse, 'body'> {
  readonly body: Readable;
}

/** The response of a function that answers bit by bit; `undefined` when it began with a head that cannot be one. */
export async function streamedResponse({ contentType = 'application/octet-stream', outcome, pieces }: Streaming): Promise<StreamedResponse | undefined> {
  const iterator = (pieces as AsyncIterable<Buffer>)[Symbol.asyncIterator]();
  const head = contentType === withPrelude ? await readHead(iterator) : { status: 200, headers: { 'content-type': contentType }, body: Buffer.alloc(0) };
  if (!head) return undefined;
  return { ...head, body: Readable.from(rest(head.body, iterator, outcome), { objectMode: false }) };
}

async function readHead(iterator: AsyncIterator<Buffer>): Promise<UrlResponse | undefined> {
  let bytes = Buffer.alloc(0);
  while (bytes.length < maxPrelude) {
    const next = await iterator.next();
    if (next.done) return undefined;
    bytes = Buffer.concat([bytes, next.value]);
    const head = preludeResponse(bytes);
    if (head) return head;
  }
  return undefined;
}

// A function that failed in the midst leaves a body without an end, which is how HTTP says so.
async function* rest(first: Buffer, iterator: AsyncIterator<Buffer>, outcome: Streaming['outcome']): AsyncGenerator<Buffer> {
  try {
    if (first.length) yield first;
    for (let next = await iterator.next(); !next.done; next = await iterator.next()) yield next.value;
    if (!(await outcome).ok) throw new Error('The function failed before its answer had come to its end.');
  } finally {
    await iterator.return?.();
  }
}
