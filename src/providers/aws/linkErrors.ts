import type { Access } from './client';
import type { Failure } from './failure';
import { host, serviceOf } from './site';

/** Node's codes for a request of which nothing left this machine. */
const unsent = ['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'ENETUNREACH', 'EHOSTUNREACH', 'ENETDOWN'];
const cut = ['ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'ECONNABORTED', 'ERR_STREAM_PREMATURE_CLOSE', 'ERR_STREAM_DESTROYED', 'HPE_'];
const distrust = /CERT|SELF_SIGNED|UNABLE_TO_|ERR_TLS|SSL|EPROTO/;

/** Whether the failure proves that the other side did not act: it never saw the request, or turned it away. */
export function notTaken({ code, message, name, status }: Failure): boolean {
  if (status !== undefined) return status >= 300 && status < 500;
  return unsent.includes(code) || distrust.test(code) || /^CredentialsProviderError$|^TokenProviderError$/.test(name) || connectTimeout(name, message);
}

/** What went wrong between here and there, if that is where it went wrong. */
export function linkSentence(failure: Failure, access: Access, action: string): string | undefined {
  const there = host(access, action);
  const { code, name, message } = failure;
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') {
    return `The address of ${withinSentence(there)} cannot be found; check the network connection${chosen(access, action) ?? ' and the name of the region'}.`;
  }
  if (unsent.includes(code) || connectTimeout(name, message)) {
    return `Nothing answers as ${withinSentence(there)}; ${access.unreachable}.`;
  }
  if (distrust.test(code)) {
    return `The certificate of ${withinSentence(there)} is not trusted (${code}); add the certificate authority of your proxy to the system or to NODE_EXTRA_CA_CERTS.`;
  }
  if (cut.some((start) => code.startsWith(start)) || name === 'TimeoutError' || message === 'aborted') {
    return `The connection to ${withinSentence(there)} broke before the whole answer was there; ${access.broken ?? 'check the network connection and try again'}.`;
  }
  return isNoAnswer(failure) ? strange(there) : undefined;
}

/** For an answer that no AWS service gives. */
export function strange(there: string): string {
  return `${there} did not answer as AWS does (a proxy or a sign-in page in between?); open the address in a browser or check the endpoint.`;
}

function withinSentence(there: string): string {
  return there.replace(/^The /, 'the ');
}

function connectTimeout(name: string, message: string): boolean {
  return name === 'TimeoutError' && /establish a connection|connect/i.test(message);
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
