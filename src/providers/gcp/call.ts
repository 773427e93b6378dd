import { setTimeout as sleep } from 'node:timers/promises';
import { isProviderError, ProviderError, throwIfAborted } from '../../core/errors';
import type { CallOptions } from '../../core/provider';
import type { Connection } from './client';
import { isTokenRefused, strangeAnswer, translate } from './errors';
import { host } from './site';

/** What Google's clients answer with, as far as it is looked at. */
export interface Raw<T> {
  readonly data: T;
  readonly headers?: unknown;
  readonly status?: number;
}

/** One request: the permission that it takes, as IAM names it, and the function, service or topic that it is about. */
export interface Request<T> {
  readonly action: string;
  readonly subject?: string;
  readonly deadlineMs?: number;
  /** Whether it changes nothing, so that it may be sent up to three times. */
  readonly repeat?: boolean;
  readonly send: (at: { readonly signal: AbortSignal }) => Promise<Raw<T>>;
}

export interface Answer<T> {
  readonly data: T;
  /** When it was given, by the server's own clock, to the second. */
  readonly serverTime?: Date;
  readonly status: number;
}

/** Sends a request, ends it at its deadline, and throws nothing but `ProviderError` and `AbortError`. */
export async function call<T>(connection: Connection, request: Request<T>, options: CallOptions): Promise<T> {
  return (await answer(connection, request, options)).data;
}

/** The same, with what the answer's head tells. */
export async function answer<T>(connection: Connection, request: Request<T>, options: CallOptions): Promise<Answer<T>> {
  const raw = await inTime(connection, request, options, (signal) => patiently(connection, request, signal));
  if (typeof raw.data !== 'object' || raw.data === null || raw.data instanceof Blob) throw strangeAnswer(connection.access, request.action);
  return { data: raw.data, serverTime: serverTime(raw.headers), status: raw.status ?? 0 };
}

/** A token, under the same rules. */
export async function token(connection: Connection, action: string, get: () => Promise<string | null | undefined>, options: CallOptions): Promise<string> {
  const found = await inTime(connection, { action }, options, get);
  if (typeof found === 'string' && found !== '') return found;
  throw strangeAnswer(connection.access, action);
}

type Asked = Pick<Request<unknown>, 'action' | 'subject' | 'deadlineMs'>;

async function inTime<T>(connection: Connection, asked: Asked, { signal }: CallOptions, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  throwIfAborted(signal);
  const { deadlineMs = connection.access.patience.readMs } = asked;
  const end = new AbortController();
  const giveUp = (): void => end.abort();
  const timer = setTimeout(giveUp, deadlineMs);
  signal.addEventListener('abort', giveUp, { once: true });
  try {
    // The race, because what fetches tokens knows nothing of signals.
    return await Promise.race([work(end.signal), aborted(end.signal)]);
  } catch (error) {
    throwIfAborted(signal);
    if (end.signal.aborted) throw tooLate(connection, asked.action, deadlineMs, error);
    throw translate(error, connection.access, asked);
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', giveUp);
  }
}

const pauses = [150, 500];

/** Sends again what was turned away for its old token, and, where that is allowed, what failed by chance. */
async function patiently<T>(connection: Connection, request: Request<T>, signal: AbortSignal): Promise<Raw<T>> {
  let renewed = false;
  for (let failures = 0; ; ) {
    try {
      return await request.send({ signal });
    } catch (error) {
      const isOld = !renewed && isTokenRefused(error) && connection.renewToken();
      if (isOld) renewed = true;
      else if (!isPassing(error, connection, request) || failures >= pauses.length) throw error;
      else await sleep((pauses[failures++] ?? 0) * (0.5 + Math.random()), undefined, { signal });
    }
  }
}

function isPassing(error: unknown, { access }: Connection, request: Request<unknown>): boolean {
  if (!request.repeat) return false;
  const found = translate(error, access, request);
  // What no Google service answers stays so.
  return isProviderError(found) && (found.kind === 'throttled' || found.kind === 'unknown' || (found.kind === 'network' && !/did not answer as/.test(found.message)));
}

function serverTime(headers: unknown): Date | undefined {
  const value = headers instanceof Headers ? headers.get('date') : (Object(headers) as { readonly date?: unknown }).date;
  const at = new Date(typeof value === 'string' ? value : NaN);
  return Number.isNaN(at.getTime()) ? undefined : at;
}

function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    signal.addEventListener('abort', () => reject(new DOMException('The operation was cancelled.', 'AbortError')), { once: true });
  });
}

function tooLate(connection: Connection, action: string, ms: number, cause: unknown): ProviderError {
  const message = `${host(connection.access, action)} did not answer ${action} within ${Math.round(ms / 1000)} s; check the network connection and try again.`;
  return new ProviderError('network', message, { cause });
}
