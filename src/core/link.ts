/** What is looked at in an error of a connection. */
export interface LinkFailure {
  readonly name: string;
  /** Node's or OpenSSL's code; empty when there is none. */
  readonly code: string;
  readonly message: string;
}

/** What went wrong between here and there. */
export type LinkProblem = 'unknownHost' | 'silent' | 'distrusted' | 'broken';

const unsent = ['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'ENETUNREACH', 'EHOSTUNREACH', 'ENETDOWN'];
const cut = ['ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'ECONNABORTED', 'ERR_STREAM_PREMATURE_CLOSE', 'ERR_STREAM_DESTROYED', 'HPE_', 'UND_ERR_SOCKET'];
const distrust = /CERT|SELF_SIGNED|UNABLE_TO_|ERR_TLS|SSL|EPROTO/;

/** `undefined` when it went wrong elsewhere. */
export function linkProblem(failure: LinkFailure): LinkProblem | undefined {
  const { code, name, message } = failure;
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return 'unknownHost';
  if (unsent.includes(code) || isConnectTimeout(failure)) return 'silent';
  if (distrust.test(code)) return 'distrusted';
  const isCut = cut.some((start) => code.startsWith(start)) || name === 'TimeoutError' || message === 'aborted';
  return isCut ? 'broken' : undefined;
}

/** Whether nothing of the request left this machine. */
export function isUnsent(failure: LinkFailure): boolean {
  return unsent.includes(failure.code) || distrust.test(failure.code) || isConnectTimeout(failure);
}

function isConnectTimeout({ name, message }: LinkFailure): boolean {
  return name === 'TimeoutError' && /establish a connection|connect/i.test(message);
}

/** Remote text made fit for one line: no controls, no marks that turn the reading direction, at most 300 characters. */
export function oneLine(value: string): string {
  const clean = value.replace(/[\s\p{C}]+/gu, ' ').trim().replace(/\.$/, '');
  return clean.length > 300 ? `${clean.slice(0, 299)}…` : clean;
}
