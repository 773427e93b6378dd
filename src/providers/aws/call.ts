import { ProviderError, throwIfAborted } from '../../core/errors';
import type { CallOptions } from '../../core/provider';
import type { Connection } from './client';
import { translate } from './errors';
import { host } from './site';

/** One request: the action as AWS's policies name it, and the function, role or log that it is about. */
export interface Request<T> {
  readonly action: string;
  readonly subject?: string;
  readonly deadlineMs?: number;
  readonly send: (options: { readonly abortSignal: AbortSignal }) => Promise<T>;
}

/** Sends a request, ends it at its deadline, and throws nothing but `ProviderError` and `AbortError`. */
export async function call<T>(connection: Connection, request: Request<T>, { signal }: CallOptions): Promise<T> {
  throwIfAborted(signal);
  const { deadlineMs = connection.access.patience.readMs, send } = request;
  const end = new AbortController();
  const giveUp = (): void => end.abort();
  const timer = setTimeout(giveUp, deadlineMs);
  signal.addEventListener('abort', giveUp, { once: true });
  try {
    // The race, because a program that fetches credentials knows nothing of signals.
    return await Promise.race([send({ abortSignal: end.signal }), aborted(end.signal)]);
  } catch (error) {
    throwIfAborted(signal);
    if (end.signal.aborted) throw tooLate(connection, request.action, deadlineMs, error);
    throw translate(error, connection.access, request);
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', giveUp);
  }
}

function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    signal.addEventListener('abort', () => reject(new DOMException('The operation was cancelled.', 'AbortError')), { once: true });
  });
}

function tooLate(connection: Connection, action: string, ms: number, cause: unknown): ProviderError {
  const { access } = connection;
  const where = host(access, action);
  const message = `${where} did not answer ${action} within ${Math.round(ms / 1000)} s; check the network connection and try again.`;
  return new ProviderError('network', message, { cause });
}
