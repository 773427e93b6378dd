import { isUnsent, linkProblem } from '../../core/link';
import type { Access } from './client';
import type { Failure } from './failure';
import { host, serviceOf } from './site';

/** Whether the failure proves that the other side did not act: it never saw the request, or turned it away. */
export function notTaken(failure: Failure): boolean {
  const { status, sent, forToken } = failure;
  if (!sent || forToken) return true;
  if (status !== undefined) return status >= 300 && status < 499 && status !== 408;
  return isUnsent(failure);
}

/** What went wrong between here and there, if that is where it went wrong. */
export function linkSentence(failure: Failure, access: Access, action: string): string | undefined {
  if (!failure.sent) return undefined;
  const there = failure.forToken ? 'The server that gives tokens' : host(access, action);
  const chosen = access.endpoint(serviceOf(action));
  const inside = there.replace(/^The /, 'the ');
  switch (linkProblem(failure)) {
    case 'unknownHost':
      return `The address of ${inside} cannot be found; check the network connection${chosen ? ` or ${chosen.origin}` : ''}.`;
    case 'silent':
      return `Nothing answers as ${inside}; ${chosen ? `start the server there or correct ${chosen.origin}` : 'check the network connection'}.`;
    case 'distrusted':
      return `The certificate of ${inside} is not trusted (${failure.code}); add the certificate authority of your proxy to the system or to NODE_EXTRA_CA_CERTS.`;
    case 'broken':
      return `The connection to ${inside} broke before the whole answer was there; check the network connection and try again.`;
    default:
      return isNoAnswer(failure) ? strange(there) : undefined;
  }
}

/** For an answer that no Google service gives. */
export function strange(there: string): string {
  return `${there} did not answer as Google does (a proxy or a sign-in page in between?); open the address in a browser or check the endpoint.`;
}

function isNoAnswer({ status = 0, reason, oauth }: Failure): boolean {
  return status >= 300 && status < 500 && status !== 429 && reason === undefined && oauth === undefined;
}
