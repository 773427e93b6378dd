import { mayHaveRun } from '../../core/change';
import { isProviderError, ProviderError } from '../../core/errors';
import { toCloudEvent } from '../../core/invocation/cloudEvent';
import { type HttpRequest, toHttpRequest } from '../../core/invocation/httpRequest';
import type { CallOptions, FunctionRef, HttpResponse, InvokeFacts, InvokeRequest, InvokeResult } from '../../core/provider';
import { call } from './call';
import { readCallFacts } from './callFacts';
import { type CallIds, identify } from './callIds';
import type { Connection } from './client';
import { toFunctionError } from './functionError';
import { logReader } from './logReaders';
import { refusal } from './refusal';
import { sendOnce } from './sendOnce';
import { findTarget, type Target } from './target';

const action = 'run.routes.invoke';
/** https://cloud.google.com/run/docs/configuring/request-timeout: the longest that a function may take. */
const longestSeconds = 3_600;

/** Sends once, and waits longer than the function may run. */
export async function invoke(connection: Connection, ref: FunctionRef, request: InvokeRequest, options: CallOptions): Promise<InvokeResult> {
  if (request.mode !== undefined && request.mode !== 'sync') throw new ProviderError('unsupported', 'Google calls functions only to wait for their answer; invoke it that way.', { untaken: true });
  const target = await findTarget(connection, ref, options);
  const event = target.takes === 'http' ? toHttpRequest(request.payload) : eventRequest(request.payload);
  const { request: marked, ids } = identify(event);
  const { request: proven, problem } = await prove(connection, marked, target, options);
  const sent = new Date();
  const began = performance.now();
  const response = await send(connection, ref, { request: proven, target, timeoutSeconds: request.timeoutSeconds, sent }, options);
  const durationMs = performance.now() - began;
  const refused = refusal(response, { access: connection.access, problem }, ref, target);
  if (refused) throw refused;
  return toResult(connection, target, { response, durationMs, ids, since: before(response, sent, durationMs) });
}

/** https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/bindings/http-protocol-binding.md#32-structured-content-mode */
function eventRequest(payload: Uint8Array): HttpRequest {
  return { method: 'POST', path: '/', query: [], headers: [['content-type', 'application/cloudevents+json']], body: toCloudEvent(payload) };
}

interface Proven {
  readonly request: HttpRequest;
  /** Why there is no proof: whoever calls a public function needs none. */
  readonly problem?: ProviderError;
}

/** Adds the proof of who calls, where Cloud Run looks when the other header is taken, unless the event brings its own. */
async function prove(connection: Connection, request: HttpRequest, { url }: Target, options: CallOptions): Promise<Proven> {
  const has = (wanted: string): boolean => request.headers.some(([name]) => name.toLowerCase() === wanted);
  if (has('x-serverless-authorization')) return { request };
  try {
    const token = await connection.idToken(new URL(url).href.replace(/\/$/, ''), options);
    const name = has('authorization') ? 'x-serverless-authorization' : 'authorization';
    return { request: { ...request, headers: [...request.headers, [name, `Bearer ${token}`]] } };
  } catch (error) {
    if (isProviderError(error)) return { request, problem: error };
    throw error;
  }
}

interface Sending {
  readonly request: HttpRequest;
  readonly target: Target;
  readonly timeoutSeconds?: number | undefined;
  readonly sent: Date;
}

async function send(connection: Connection, ref: FunctionRef, { request, target, timeoutSeconds, sent }: Sending, options: CallOptions): Promise<HttpResponse> {
  const seconds = timeoutSeconds ?? target.timeoutSeconds ?? longestSeconds;
  const deadlineMs = seconds * 1000 + connection.access.patience.invokeMs;
  try {
    return await call(connection, { action, subject: ref.name, deadlineMs, send: async ({ signal }) => ({ data: await sendOnce(target.url, request, signal) }) }, options);
  } catch (error) {
    throw mayHaveRun(error, ref.name, sent);
  }
}

/** A time before the call that is so by the service's clock and by this one: the log is asked from then on. */
function before({ headers }: HttpResponse, sent: Date, durationMs: number): Date {
  const told = Date.parse(headers.find(([name]) => name.toLowerCase() === 'date')?.[1] ?? '');
  const at = Number.isNaN(told) ? sent.getTime() : Math.min(sent.getTime(), told - durationMs);
  return new Date(at - 10_000);
}

interface Outcome {
  readonly response: HttpResponse;
  readonly durationMs: number;
  readonly ids: CallIds;
  readonly since: Date;
}

function toResult(connection: Connection, target: Target, { response, durationMs, ids, since }: Outcome): InvokeResult {
  const error = toFunctionError(response);
  const marks = { ...ids, project: connection.project, source: target.source, since, hasFailed: error !== undefined };
  const facts: InvokeFacts = {
    status: response.status,
    requestId: ids.executionId,
    durationMs,
    memoryMb: target.memoryMb,
    response,
    later: (options) => readCallFacts(logReader(connection), marks, target, options),
  };
  return error ? { ...facts, ok: false, error } : { ...facts, ok: true, payload: response.body };
}
