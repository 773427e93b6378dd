import { PassThrough, Readable } from 'node:stream';
import type { Call, Outcome } from '../engine/spec';
import type { ApiCall, ApiReply, World } from './call';
import { eventStreamType, streamEvent } from './eventStream';
import { findInvoked, makeCall, maxSync, runNow, wantsLog } from './invoke';
import type { Found } from './names';

/** A call whose answer may come bit by bit. */
export interface Streaming {
  readonly pieces: Readable;
  /** As the function says; missing for an answer that came whole. */
  readonly contentType?: string;
  /** After the last piece. */
  readonly outcome: Promise<Outcome>;
}

/** Resolves when the first piece is there, or the whole; rejects when the function could not be run. */
export async function runStreaming(world: World, found: Found, made: Call): Promise<Streaming> {
  const pieces = new PassThrough();
  let contentType: string | undefined;
  let outcome: Promise<Outcome> | undefined;
  await new Promise<void>((resolve, reject) => {
    const onPiece = (piece: Buffer, type = 'application/octet-stream') => {
      contentType ??= type;
      resolve();
      return pieces.destroyed || pieces.write(piece) ? undefined : drained(pieces);
    };
    outcome = runNow(world, found, { ...made, onPiece });
    const end = (result: Outcome) => pieces.end(result.ok && contentType === undefined ? result.payload : undefined);
    outcome.then(end).then(() => resolve(), (error: Error) => (contentType === undefined ? reject(error) : pieces.destroy(error)));
  });
  return { pieces, contentType, outcome: outcome as unknown as Promise<Outcome> };
}

/** https://docs.aws.amazon.com/lambda/latest/api/API_InvokeWithResponseStream.html */
export async function invokeStreaming(call: ApiCall, world: World, [text = '']: readonly string[]): Promise<ApiReply> {
  const found = findInvoked(call, world, text);
  if (call.headers['x-amz-invocation-type'] === 'DryRun') return { status: 204 };
  const made = makeCall(call, found, maxSync);
  const streaming = await runStreaming(world, found, made);
  const body = Readable.from(events(streaming, wantsLog(call)), { objectMode: false });
  const headers = { 'content-type': eventStreamType, 'x-amzn-requestid': made.requestId, 'x-amz-executed-version': found.version.version, 'x-amzn-trace-id': made.traceId };
  return { status: 200, headers, body };
}

async function* events({ pieces, outcome }: Streaming, withLog: boolean): AsyncGenerator<Buffer> {
  for await (const piece of pieces as AsyncIterable<Buffer>) yield streamEvent('PayloadChunk', piece, 'application/octet-stream');
  const { ok, payload, tail } = await outcome;
  const failure = ok ? {} : { ErrorCode: 'Unhandled', ErrorDetails: Buffer.from(payload).toString('utf8') };
  const log = withLog ? { LogResult: Buffer.from(tail()).toString('base64') } : {};
  yield streamEvent('InvokeComplete', Buffer.from(JSON.stringify({ ...failure, ...log })), 'application/json');
}

// Also when it is closed, because the one who read it went away.
async function drained(pieces: PassThrough): Promise<void> {
  await new Promise<void>((resolve) => pieces.once('drain', resolve).once('close', resolve));
}
