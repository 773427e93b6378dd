import { request as send } from 'node:http';
import { text } from 'node:stream/consumers';
import { type ErrorKind, ProviderError } from '../../core/errors';
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
export async function askRuntime(live: Live, { method, path, body }: OwnRequest, { signal }: CallOptions): Promise<unknown> {
  const { status, content } = await new Promise<{ status: number; content: string }>((resolve, reject) => {
    const headers = { authorization: `Bearer ${live.accessKeyId}`, 'content-type': 'application/json' };
    const request = send(new URL(`/function-deck/${path}`, live.endpoint), { method, headers, signal }, (response) => {
      text(response).then((content) => resolve({ status: response.statusCode ?? 0, content }), reject);
    });
    request.on('error', reject).end(body === undefined ? undefined : JSON.stringify(body));
  }).catch((cause: unknown) => {
    if (signal.aborted) throw cause;
    throw new ProviderError('network', 'The local runtime has ended; try again, which starts it anew.', { cause });
  });
  const answer: unknown = content ? JSON.parse(content) : undefined;
  if (status < 400) return answer;
  const message = typeof answer === 'object' && answer !== null && 'message' in answer ? String(answer.message) : `The local runtime answered ${status}; its log says why.`;
  throw new ProviderError(kinds[status] ?? 'unknown', message);
}
