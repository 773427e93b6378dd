import type { Answer } from './process';

/** A function's failure as its caller sees it. */
export interface Failure {
  readonly type: string;
  readonly payload: Uint8Array;
}

/** `undefined` for an answer that is no failure. `folder` is where the code lies. */
export function failureOf(answer: Answer, requestId: string, folder: string): Failure | undefined {
  if (answer.kind === 'error') return { type: answer.type ?? errorType(answer.body), payload: answer.body };
  if (answer.kind === 'tooLarge') {
    return failure('Function.ResponseSizeTooLarge', 'Response payload size exceeded maximum allowed payload size (6291556 bytes).');
  }
  if (answer.kind === 'exit') {
    const how = answer.reason ? `exited with error: ${answer.reason}` : 'exited without providing a reason';
    return failure('Runtime.ExitError', `RequestId: ${requestId} Error: Runtime ${how}`);
  }
  return answer.kind === 'notStarted' ? notStarted(answer.error, requestId, folder) : undefined;
}

export function timeoutFailure(requestId: string, seconds: number): Failure {
  return failure('Sandbox.Timedout', `RequestId: ${requestId} Error: Task timed out after ${seconds.toFixed(2)} seconds`);
}

/** Its code was still being loaded when its time was up. */
export function loadTimeoutFailure(requestId: string, seconds: number): Failure {
  return failure('Sandbox.Timedout', `RequestId: ${requestId} Error: Task timed out after ${seconds.toFixed(2)} seconds, before its code was loaded`);
}

/** The process had grown over its limit and was killed. */
export function memoryFailure(requestId: string, memoryMb: number): Failure {
  const why = `it needed more than its ${memoryMb} MB of memory`;
  return failure('Runtime.OutOfMemory', `RequestId: ${requestId} Error: Runtime exited with error: signal: killed, because ${why}`);
}

function notStarted(error: Error, requestId: string, folder: string): Failure {
  if (error.name === 'MissingInterpreter') return failure('Runtime.InterpreterNotFound', `RequestId: ${requestId} Error: ${error.message}`);
  if (error.name === 'MissingFolder') return failure('Runtime.InvalidEntrypoint', `RequestId: ${requestId} Error: ${error.message}`);
  const message = /ENOENT/.test(error.message) ? `Couldn't find valid bootstrap(s): [${folder}/bootstrap]` : error.message;
  return failure('Runtime.InvalidEntrypoint', `RequestId: ${requestId} Error: ${message}`);
}

function failure(errorType: string, errorMessage: string): Failure {
  return { type: errorType, payload: Buffer.from(JSON.stringify({ errorType, errorMessage })) };
}

function errorType(body: Buffer): string {
  return /"errorType"\s*:\s*"([^"]{1,200})"/.exec(body.toString('utf8'))?.[1] ?? 'Unhandled';
}
