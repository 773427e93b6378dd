import { type ErrorKind, isAbort, isProviderError, ProviderError } from '../../core/errors';
import type { Access } from './client';
import { disabledPage, disabledService, type Sentence, sentences } from './errorSentences';
import { examine, type Failure } from './failure';
import { linkSentence, notTaken, strange } from './linkErrors';
import { host } from './site';

/** What was asked: the permission that it takes, and the function, service or topic that it was about. */
export interface Asked {
  readonly action: string;
  readonly subject?: string;
}

/** Turns whatever Google's clients throw into a `ProviderError`; an abort passes untouched. */
export function translate(error: unknown, access: Access, asked: Asked): Error {
  if (error instanceof Error && (isAbort(error) || isProviderError(error))) return error;
  const own = providerErrorIn(error);
  if (own) return own;
  const failure = examine(error);
  const [kind, message] = judge(failure, access, asked);
  const signIn = kind === 'auth' ? access.signInProgram : undefined;
  return new ProviderError(kind, message, { cause: error, untaken: notTaken(failure), signIn, page: disabledPage(failure) });
}

/** A refusal of our own on the way out, which the client wraps. */
function providerErrorIn(error: unknown): Error | undefined {
  const { cause } = Object(error) as { readonly cause?: unknown };
  return isProviderError(cause) ? cause : undefined;
}

function judge(failure: Failure, access: Access, asked: Asked): [ErrorKind, string] {
  const link = linkSentence(failure, access, asked.action);
  if (link !== undefined) return ['network', link];
  const kind = kindOf(failure);
  const sentence: Sentence = disabledService(failure) === undefined ? sentences[kind] : sentences.denied;
  return [kind, sentence(failure, access, asked)];
}

/** https://cloud.google.com/apis/design/errors#handling_errors */
const kinds: Readonly<Record<string, ErrorKind>> = {
  INVALID_ARGUMENT: 'invalid',
  FAILED_PRECONDITION: 'invalid',
  OUT_OF_RANGE: 'invalid',
  UNAUTHENTICATED: 'auth',
  PERMISSION_DENIED: 'denied',
  NOT_FOUND: 'notFound',
  ALREADY_EXISTS: 'conflict',
  ABORTED: 'conflict',
  RESOURCE_EXHAUSTED: 'throttled',
  UNIMPLEMENTED: 'unsupported',
};

const kindsByStatus: Readonly<Record<number, ErrorKind>> = {
  400: 'invalid', 401: 'auth', 403: 'denied', 404: 'notFound', 409: 'conflict', 412: 'conflict', 413: 'invalid', 415: 'invalid', 429: 'throttled', 501: 'unsupported',
};

function kindOf({ oauth, reason = '', status = 0, sent, name, details }: Failure): ErrorKind {
  if (oauth !== undefined) return status >= 500 ? 'unknown' : 'auth';
  // Thrown before anything was sent: by what makes tokens, unless it is a fault of the program itself.
  if (!sent) return name === 'TypeError' || name === 'RangeError' ? 'unknown' : 'auth';
  if (details.some((one) => one.reason === 'ACCESS_TOKEN_SCOPE_INSUFFICIENT')) return 'auth';
  // A stale etag, under whatever name.
  if (status === 412) return 'conflict';
  return kinds[reason] ?? kindsByStatus[status] ?? 'unknown';
}

/** Whether the API turned the request away because of the token that came with it. */
export function isTokenRefused(error: unknown): boolean {
  const { status, forToken } = examine(error);
  return status === 401 && !forToken;
}

export function strangeAnswer(access: Access, action: string): ProviderError {
  return new ProviderError('network', strange(host(access, action)));
}

export function noIdToken({ identity, signIn, signInProgram }: Access): ProviderError {
  return new ProviderError('auth', `${identity} cannot prove who calls a function; ${signIn} with an account that can, or use a service account.`, { signIn: signInProgram, untaken: true });
}
