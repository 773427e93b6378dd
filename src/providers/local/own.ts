import { type IncomingMessage, request as send } from 'node:http';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { type ErrorKind, ProviderError, throwIfAborted } from '../../core/errors';
import type { CallOptions } from '../../core/provider';
import type { Live } from './health';

/** A request for what the runtime offers beyond Lambda's API, below `/function-deck/`. */
export interface OwnRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** Without `/function-deck/`; names in it are encoded. */
  readonly path: string;
  /** Sent as JSON. */
  readonly body?: unknown;
}

const kinds: Readonly<Record<number, ErrorKind>> = { 400: 'invalid', 404: 'notFound', 409: 'conflict', 422: 'unsupported' };

/** The answer's JSON. Throws `ProviderError` with the runtime's own sentence. */
export async function askRuntime(live: Live, request: OwnRequest, options: CallOptions): Promise<unknown> {
  const answer = await open(live, request, options);
  const content = await text(answer).catch((cause: unknown) => lost(cause, options));
  return content ? JSON.parse(content) : undefined;
}

/** The JSON of each line of an answer that comes line by line, until the runtime ends it or the loop is left. */
export async function* followRuntime(live: Live, request: OwnRequest, options: CallOptions): AsyncGenerator<unknown> {
  const answer = await open(live, request, options);
  try {
    for await (const line of createInterface({ input: answer })) yield JSON.parse(line);
  } catch (cause) {
    lost(cause, options);
  } finally {
    answer.destroy();
  }
}

/** The answer, its body still to be read. */
async function open(live: Live, { method, path, body }: OwnRequest, options: CallOptions): Promise<IncomingMessage> {
  const answer = await new Promise<IncomingMessage>((resolve, reject) => {
    const headers = { authorization: `Bearer ${live.accessKeyId}`, 'content-type': 'application/json' };
    const request = send(new URL(`/function-deck/${path}`, live.endpoint), { method, headers, signal: options.signal }, resolve);
    request.on('error', reject).end(body === undefined ? undefined : JSON.stringify(body));
  }).catch((cause: unknown) => lost(cause, options));
  const status = answer.statusCode ?? 0;
  if (status < 400) return answer;
  const content = await text(answer).catch((cause: unknown) => lost(cause, options));
  throw new ProviderError(kinds[status] ?? 'unknown', messageIn(content) ?? `The local runtime answered ${status}; its log says why.`);
}

function messageIn(content: string): string | undefined {
  const answer: unknown = content ? JSON.parse(content) : undefined;
  return typeof answer === 'object' && answer !== null && 'message' in answer ? String(answer.message) : undefined;
}

function lost(cause: unknown, { signal }: CallOptions): never {
  // A stream that is cut off says so in several ways, which mean all the same here.
  throwIfAborted(signal);
  throw new ProviderError('network', 'The local runtime has ended; try again, which starts it anew.', { cause });
}
