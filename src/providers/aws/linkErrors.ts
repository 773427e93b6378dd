import { isUnsent, linkProblem } from '../../core/link';
import type { Access } from './client';
import type { Failure } from './failure';
import { host, serviceOf } from './site';

/** Whether the failure proves that the other side did not act: it never saw the request, or turned it away. */
export function notTaken(failure: Failure): boolean {
  const { status, name } = failure;
  if (status !== undefined) return status >= 300 && status < 500;
  return isUnsent(failure) || /^CredentialsProviderError$|^TokenProviderError$/.test(name);
}

/** What went wrong between here and there, if that is where it went wrong. */
export function linkSentence(failure: Failure, access: Access, action: string): string | undefined {
  const there = host(access, action);
  switch (linkProblem(failure)) {
    case 'unknownHost':
      return `The address of ${withinSentence(there)} cannot be found; check the network connection${chosen(access, action) ?? ' and the name of the region'}.`;
    case 'silent':
      return `Nothing answers as ${withinSentence(there)}; ${access.unreachable}.`;
    case 'distrusted':
      return `The certificate of ${withinSentence(there)} is not trusted (${failure.code}); add the certificate authority of your proxy to the system or to NODE_EXTRA_CA_CERTS.`;
    case 'broken':
      return `The connection to ${withinSentence(there)} broke before the whole answer was there; ${access.broken ?? 'check the network connection and try again'}.`;
    default:
      return isNoAnswer(failure) ? strange(there) : undefined;
  }
}

/** For an answer that no AWS service gives. */
export function strange(there: string): string {
  return `${there} did not answer as AWS does (a proxy or a sign-in page in between?); open the address in a browser or check the endpoint.`;
}

function withinSentence(there: string): string {
  return there.replace(/^The /, 'the ');
}

function isNoAnswer({ name, status = 0, error }: Failure): boolean {
  if (status >= 300 && status < 400) return true;
  if (status >= 500) return false;
  // What the SDK throws when a body is not what the service's model says.
  return name === 'SyntaxError' || (error instanceof TypeError && status > 0);
}

function chosen(access: Access, action: string): string | undefined {
  const origin = access.endpoint(serviceOf(action))?.origin;
  return origin && ` or ${origin}`;
}
