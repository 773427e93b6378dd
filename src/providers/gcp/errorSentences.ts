import type { ErrorKind } from '../../core/errors';
import { oneLine } from '../../core/link';
import type { Access } from './client';
import type { Asked } from './errors';
import type { Detail, Failure } from './failure';
import { host } from './site';

export type Sentence = (failure: Failure, access: Access, asked: Asked) => string;

export const sentences: Readonly<Record<ErrorKind, Sentence>> = {
  auth: authSentence,
  denied: deniedSentence,
  notFound: (failure, access, { subject, action }) =>
    subject
      ? `There is no "${subject}" in ${access.project}; refresh the list and choose again.${said(failure)}`
      : `${host(access, action)} does not know what ${action} is about; check the project and the location.${said(failure)}`,
  conflict: (failure, _access, { subject, action }) =>
    `${subject ? `"${subject}"` : 'It'} was changed by somebody else or is still being changed (${action}); refresh and try again.${said(failure)}`,
  invalid: (failure, access, { action }) => `${host(access, action)} refused ${action}: ${words(failure)}; correct it and try again.`,
  throttled: (failure, access, { action }) => `${host(access, action)} is limiting requests of project ${access.project} (${action}); wait a minute and try again.${said(failure)}`,
  network: (failure, access, { action }) => `${host(access, action)} cannot be reached: ${failure.message}; try again.`,
  unsupported: (failure, access, { action }) => `${host(access, action)} cannot do ${action}; update what answers there.${said(failure)}`,
  unknown: (failure, access, { action }) => {
    const status = failure.status === undefined ? failure.name : `HTTP ${failure.status}`;
    const there = failure.forToken ? 'The server that gives tokens' : host(access, action);
    return `${there} failed at ${action} (${status}); try again in a moment.${failure.reason === undefined && failure.status !== undefined ? '' : said(failure)}`;
  },
};

function authSentence(failure: Failure, access: Access): string {
  const { oauth = '', details } = failure;
  const identity = lower(access.identity);
  if (oauth.startsWith('invalid_grant') && /\b(iat|exp|clock|time ?frame)\b/i.test(failure.message)) {
    return `Google says that this machine's clock is wrong; set the clock and try again.${said(failure)}`;
  }
  if (/^invalid_(grant|rapt)/.test(oauth)) return `The sign-in of ${identity} has expired or was revoked; ${access.signIn} and try again.${said(failure)}`;
  if (details.some((one) => one.reason === 'ACCESS_TOKEN_SCOPE_INSUFFICIENT')) return `${access.identity} signed in for less than this takes; ${access.signIn} and try again.`;
  if (!failure.sent) return `${access.identity} has no usable credentials; ${access.signIn} and try again.${said(failure)}`;
  return `Google does not accept the credentials of ${identity}; ${access.signIn} and try again.${said(failure)}`;
}

function deniedSentence(failure: Failure, access: Access, { action }: Asked): string {
  const service = disabledService(failure);
  const { project } = access;
  if (service !== undefined) return `The API ${service} is not enabled in project ${project}; run "gcloud services enable ${service} --project ${project}", wait a minute and try again.`;
  const reason = info(failure)?.reason;
  if (reason === 'BILLING_DISABLED') return `Project ${project} has no billing account; link one in the console and try again.${said(failure)}`;
  if (reason === 'CONSUMER_INVALID') return `There is no project "${project}" that ${lower(access.identity)} may see; run Configure and choose another.${said(failure)}`;
  if (reason === 'USER_PROJECT_DENIED') {
    return `${access.identity} may not use its quota project; run "gcloud auth application-default set-quota-project ${project}" and try again.${said(failure)}`;
  }
  const location = /locations\/([a-z0-9-]+)'? \(or it may not exist\)/.exec(failure.message)?.[1];
  if (location !== undefined) return `There is no location "${location}" that project ${project} may use; choose another one.`;
  const permission = info(failure)?.metadata['permission'] ?? /Permission '?([\w.]+)'? denied/.exec(failure.message)?.[1] ?? action;
  return `${access.identity} is not allowed to do ${oneLine(permission)}; ask for that permission or choose another project.${said(failure)}`;
}

function info({ details }: Failure): Detail | undefined {
  return details.find(({ type }) => type === 'ErrorInfo');
}

/** The API that the project has not enabled, if that is what is wrong. */
export function disabledService(failure: Failure): string | undefined {
  const found = info(failure);
  if (found?.reason !== 'SERVICE_DISABLED') return undefined;
  const service = found.metadata['service'] ?? '';
  return /^[a-z0-9-]+\.googleapis\.com$/.test(service) ? service : undefined;
}

/** Where such an API is enabled. */
export function disabledPage(failure: Failure): string | undefined {
  const url = info(failure)?.metadata['activationUrl'];
  return disabledService(failure) !== undefined && url !== undefined && /^https:\/\/[\w.-]+\.google\.com\//.test(url) ? url : undefined;
}

/** The other side's own words: what it finds wrong in particular, else its message. */
function words({ details, message, name }: Failure): string {
  const violations = details.flatMap((one) => one.violations);
  return violations.length > 0 ? oneLine(violations.join(', ')) : message || name;
}

/** The same in brackets behind the sentence's cure. */
function said(failure: Failure): string {
  return failure.message ? ` (${words(failure)})` : '';
}

/** Within a sentence; the name of an account keeps its case. */
export function lower(identity: string): string {
  return identity.charAt(0).toLowerCase() + identity.slice(1);
}
