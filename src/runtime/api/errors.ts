import type { ApiReply } from './call';

/** A refusal that the caller is told of. */
export class ApiError extends Error {
  override readonly name = 'ApiError';

  constructor(
    readonly status: number,
    readonly type: string,
    message: string,
    readonly details: Readonly<Record<string, string | undefined>> = {},
  ) {
    super(message);
  }
}

export const notFound = (message: string) => new ApiError(404, 'ResourceNotFoundException', message);
export const functionNotFound = (arn: string) => notFound(`Function not found: ${arn}`);
export const conflict = (message: string) => new ApiError(409, 'ResourceConflictException', message);
export const invalid = (message: string) => new ApiError(400, 'InvalidParameterValueException', message);
/** As `invalid`, of the older kind that leaves out whose fault it was. */
export const invalidLimit = (message: string) => new ApiError(400, 'InvalidParameterValueException', message, { Type: undefined });
export const invalidContent = (message: string) => new ApiError(400, 'InvalidRequestContentException', message);
export const staleRevision = () =>
  new ApiError(412, 'PreconditionFailedException', 'The Revision Id provided does not match the latest Revision Id. Call the GetFunction/GetAlias API to retrieve the latest Revision Id');
export const stalePolicy = () =>
  new ApiError(412, 'PreconditionFailedException', 'The Revision Id provided does not match the latest Revision Id. Call the GetPolicy API to retrieve the latest Revision Id');
/** What is of another account is not there for this one, and not told of either: it comes without a message, as recorded. */
export const denied = (message = '') => new ApiError(403, 'AccessDeniedException', message);
export const tooMany = (reason: string) => new ApiError(429, 'TooManyRequestsException', 'Rate Exceeded.', { Reason: reason });
export const tooLarge = (limit: number) =>
  new ApiError(413, 'RequestTooLargeException', `Request must be smaller than ${limit} bytes for the InvokeFunction operation`);
export const tooLargeEvent = (size: number, limit: number) =>
  new ApiError(413, 'RequestTooLargeException', `${size} byte payload is too large for the Event invocation type (limit ${limit} bytes)`);
export const unknownOperation = (what: string) =>
  new ApiError(404, 'UnknownOperationException', `The local runtime does not know ${what}.`);

export function validation(value: string | number | null | undefined, member: string, constraint: string): ApiError {
  return validations([violation(value, member, constraint)]);
}

/** Several members that are not as they must be, each as `violation` says it. */
export function validations(found: readonly string[]): ApiError {
  const errors = found.length === 1 ? 'error' : 'errors';
  return new ApiError(400, 'ValidationException', `${found.length} validation ${errors} detected: ${found.join('; ')}`);
}

export function violation(value: string | number | null | undefined, member: string, constraint: string): string {
  const shown = value === undefined || value === null ? 'null' : `'${value}'`;
  return `Value ${shown} at '${member}' failed to satisfy constraint: ${constraint}`;
}

// As recorded: these two spell the member with a capital.
const capital = new Set(['ResourceNotFoundException', 'ServiceException']);

export function lambdaError(error: ApiError): ApiReply {
  const key = capital.has(error.type) ? 'Message' : 'message';
  const retry: Record<string, string> = error.status === 429 ? { 'retry-after': '1' } : {};
  return {
    status: error.status,
    headers: { 'x-amzn-errortype': error.type, ...retry },
    body: { Type: error.status < 500 ? 'User' : 'Service', [key]: error.message, ...error.details },
  };
}

export function logsError(error: ApiError): ApiReply {
  const status = error.status >= 500 ? error.status : 400;
  return { status, headers: { 'x-amzn-errortype': error.type }, body: { __type: error.type, message: error.message } };
}
