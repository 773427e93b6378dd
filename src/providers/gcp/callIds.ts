import { randomBytes, randomInt } from 'node:crypto';
import type { HttpRequest } from '../../core/invocation/httpRequest';

/** What finds the log of one call. */
export interface CallIds {
  readonly executionId: string;
  readonly traceId: string;
}

/** The framework puts it on what the function logs: https://github.com/GoogleCloudPlatform/functions-framework-nodejs */
const executionHeader = 'function-execution-id';
/** https://cloud.google.com/trace/docs/trace-context#legacy-http-header */
const traceHeader = 'x-cloud-trace-context';
const letters = 'abcdefghijklmnopqrstuvwxyz0123456789';

/** The request with marks of its own, unless the event brings them, and what they are. */
export function identify(request: HttpRequest): { request: HttpRequest; ids: CallIds } {
  const value = (wanted: string): string | undefined => request.headers.find(([name]) => name.toLowerCase() === wanted)?.[1];
  const given = /^([0-9a-f]{32})/.exec(value(traceHeader) ?? '')?.[1] ?? /^00-([0-9a-f]{32})-/.exec(value('traceparent') ?? '')?.[1];
  const executionId = value(executionHeader) || newExecutionId();
  const traceId = given ?? randomBytes(16).toString('hex');
  const added: (readonly [string, string])[] = [];
  if (value(executionHeader) === undefined) added.push([executionHeader, executionId]);
  if (given === undefined && value(traceHeader) === undefined) added.push([traceHeader, `${traceId}/${newSpan()};o=1`]);
  return { request: { ...request, headers: [...request.headers, ...added] }, ids: { executionId, traceId } };
}

/** As the framework makes them: twelve letters and digits. */
function newExecutionId(): string {
  return Array.from({ length: 12 }, () => letters[randomInt(letters.length)]).join('');
}

/** A number of 16 digits. */
function newSpan(): string {
  return `${randomInt(1, 10)}${Array.from({ length: 15 }, () => randomInt(10)).join('')}`;
}
