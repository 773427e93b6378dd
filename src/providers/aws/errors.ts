import { type ErrorKind, isAbort, isProviderError, ProviderError } from '../../core/errors';
import type { Access } from './client';
import { examine, type Failure } from './failure';
import { linkSentence, notTaken } from './linkErrors';
import { host } from './site';

/** What was asked: the action as policies name it, and the function, role or log that it was about. */
export interface Asked {
  readonly action: string;
  readonly subject?: string;
}

/** Turns whatever the SDK throws into a `ProviderError`; an abort passes untouched. */
export function translate(error: unknown, access: Access, asked: Asked): Error {
  if (error instanceof Error && (isAbort(error) || isProviderError(error))) return error;
  const failure = examine(error);
  const [kind, message] = judge(failure, access, asked);
  return new ProviderError(kind, message, { cause: error, untaken: notTaken(failure), signIn: kind === 'auth' ? access.signInProgram : undefined });
}

function judge(failure: Failure, access: Access, asked: Asked): [ErrorKind, string] {
  const link = linkSentence(failure, access, asked.action);
  if (link !== undefined) return ['network', link];
  const kind = kindOf(failure);
  return [kind, sentences[kind](failure, access, asked)];
}

const kinds: readonly (readonly [RegExp, ErrorKind])[] = [
  [/^(Expired|UnrecognizedClient|InvalidClientTokenId|InvalidAccessKey|Signature|InvalidSignature|IncompleteSignature|MissingAuthentication)/, 'auth'],
  [/^(CredentialsProviderError|TokenProviderError|TokenRefreshRequired|Unauthorized(Exception|SSO)|InvalidToken|InvalidGrant|RequestTimeTooSkewed)/, 'auth'],
  [/^(AccessDenied|Authorization|UnauthorizedOperation|OptInRequired|NotAuthorized|KMSAccessDenied|Forbidden)/, 'denied'],
  [/^(TooManyRequests|Throttl|RequestLimitExceeded|RequestThrottled|SlowDown|PriorRequestNotComplete|BandwidthLimit)/, 'throttled'],
  [/(NotFound|NoSuchEntity)/, 'notFound'],
  [/(Conflict|PreconditionFailed|AlreadyExists|ResourceInUse|ResourceNotReady|ConcurrentModification|OperationAborted)/, 'conflict'],
  [/^(Invalid|Validation|RequestTooLarge|UnsupportedMedia|CodeStorage|CodeVerification|Malformed|LimitExceeded|Serialization|EntityTooLarge)/, 'invalid'],
];

const kindsByStatus: Readonly<Record<number, ErrorKind>> = {
  400: 'invalid', 401: 'auth', 403: 'denied', 404: 'notFound', 409: 'conflict', 412: 'conflict', 413: 'invalid', 415: 'invalid', 429: 'throttled',
};

function kindOf({ name, status = 0 }: Failure): ErrorKind {
  if (status >= 500) return 'unknown';
  return kinds.find(([pattern]) => pattern.test(name))?.[1] ?? kindsByStatus[status] ?? 'unknown';
}

type Sentence = (failure: Failure, access: Access, asked: Asked) => string;

const sentences: Readonly<Record<ErrorKind, Sentence>> = {
  auth: authSentence,
  denied: (failure, { identity }, { action }) => {
    const denied = /not authorized to perform:? ([a-z0-9-]+:[A-Za-z0-9]+)/.exec(failure.message)?.[1] ?? action;
    return `${identity} is not allowed to do ${denied}; ask for that permission or choose another scope.${said(failure)}`;
  },
  notFound: (failure, access, { subject, action }) =>
    subject
      ? `There is no "${subject}" in ${access.scope}; refresh the list and choose again.`
      : `${host(access, action)} does not know ${action}; check the address and the region.${said(failure)}`,
  conflict: (failure, _access, { subject, action }) =>
    `${subject ? `"${subject}"` : 'It'} was changed by somebody else or is still being changed (${action}); refresh and try again.${said(failure)}`,
  invalid: (failure, { system }, { action }) => `${system} refused ${action}: ${failure.message || failure.name}; correct it and try again.`,
  throttled: (_failure, access, { action }) => `${host(access, action)} is limiting requests (${action}); wait a moment and try again.`,
  network: (failure, access, { action }) => `${host(access, action)} cannot be reached: ${failure.message}; try again.`,
  unsupported: (failure, access, { action }) => `${host(access, action)} cannot do ${action}: ${failure.message}.`,
  unknown: (failure, access, { action }) => {
    const status = failure.status === undefined ? failure.name : `HTTP ${failure.status}`;
    return `${host(access, action)} failed at ${action} (${status}); try again in a moment.${said(failure)}`;
  },
};

function authSentence(failure: Failure, { identity, signIn, system }: Access): string {
  const { name, message } = failure;
  if (name === 'RequestTimeTooSkewed' || /signature (expired|not yet current)/i.test(message)) {
    return `${system} says that this machine's clock is wrong; set the clock and try again.${said(failure)}`;
  }
  if (/multi-factor|MFA/.test(message)) {
    return `${identity} needs a multi-factor code, which cannot be asked for here; put session credentials into a profile and choose that one.`;
  }
  if (name.startsWith('Expired') || /expired/i.test(message)) return `The sign-in of ${lower(identity)} has expired; ${signIn} and try again.`;
  if (/^(CredentialsProvider|TokenProvider)Error$/.test(name)) return `${identity} has no usable credentials; ${signIn} and try again.${said(failure)}`;
  return `${system} does not accept the credentials of ${lower(identity)}; ${signIn} and try again.${said(failure)}`;
}

/** The other side's own words, in brackets behind the sentence's cure. */
function said({ name, message }: Failure): string {
  return message && name !== 'SyntaxError' ? ` (${message})` : '';
}

function lower(identity: string): string {
  return identity.charAt(0).toLowerCase() + identity.slice(1);
}
