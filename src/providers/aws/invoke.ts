import { InvokeCommand, type InvokeCommandOutput } from '@aws-sdk/client-lambda';
import { mayHaveRun } from '../../core/change';
import { estimateCost } from '../../core/cost';
import { ProviderError } from '../../core/errors';
import type { CallOptions, FunctionRef, InvokeFacts, InvokeMode, InvokeRequest, InvokeResult } from '../../core/provider';
import { parseReport } from '../../core/report';
import { call } from './call';
import type { Connection } from './client';
import { toFunctionError } from './functionError';
import { toHttpResponse } from './httpResponse';
import { strange } from './linkErrors';
import { host } from './site';

const action = 'lambda:InvokeFunction';
const types = { sync: 'RequestResponse', async: 'Event', dryRun: 'DryRun' } as const satisfies Record<InvokeMode, string>;

/** Sends once, and waits longer than the function may run. */
export async function invoke(connection: Connection, ref: FunctionRef, request: InvokeRequest, options: CallOptions): Promise<InvokeResult> {
  await signInFirst(connection, options);
  const sent = new Date();
  try {
    return toResult(connection, ref, await send(connection, ref, request, options));
  } catch (error) {
    throw mayHaveRun(error, ref.name, sent);
  }
}

/** So that whatever goes wrong with the credentials goes wrong before anything is sent. */
async function signInFirst(connection: Connection, options: CallOptions): Promise<void> {
  const { credentials } = connection.writer.config;
  await call(connection, { action, send: () => credentials() }, options);
}

function send(connection: Connection, ref: FunctionRef, request: InvokeRequest, options: CallOptions): Promise<InvokeCommandOutput> {
  const mode = request.mode ?? 'sync';
  const command = new InvokeCommand({
    FunctionName: ref.name,
    Qualifier: ref.qualifier,
    Payload: request.payload,
    InvocationType: types[mode],
    LogType: mode === 'sync' ? 'Tail' : undefined,
  });
  // 900 s is the longest that Lambda lets a function run.
  const runMs = mode === 'sync' ? (request.timeoutSeconds ?? 900) * 1000 : 0;
  const deadlineMs = runMs + connection.access.patience.invokeMs;
  return call(connection, { action, subject: ref.name, deadlineMs, send: (at) => connection.writer.send(command, at) }, options);
}

function toResult(connection: Connection, ref: FunctionRef, answer: InvokeCommandOutput): InvokeResult {
  const payload: Uint8Array = answer.Payload ?? new Uint8Array();
  if (isForeign(answer, payload)) throw new ProviderError('network', strange(host(connection.access, action)));
  const facts = toFacts(connection, ref, answer);
  if (answer.FunctionError === undefined) return { ...facts, ok: true, payload, response: toHttpResponse(payload) };
  return { ...facts, ok: false, error: toFunctionError(answer.FunctionError, payload) };
}

/** An invocation's answer is whatever the function gave, so only what is around it can tell a proxy's page from a result. */
function isForeign(answer: InvokeCommandOutput, payload: Uint8Array): boolean {
  if (answer.ExecutedVersion ?? answer.LogResult ?? answer.FunctionError ?? answer.$metadata.requestId) return false;
  return payload.length > 0 && !isJson(payload);
}

function isJson(bytes: Uint8Array): boolean {
  try {
    JSON.parse(Buffer.from(bytes).toString('utf8'));
    return true;
  } catch (error) {
    if (error instanceof SyntaxError) return false;
    throw error;
  }
}

function toFacts(connection: Connection, ref: FunctionRef, answer: InvokeCommandOutput): InvokeFacts {
  const log = answer.LogResult === undefined ? undefined : lines(answer.LogResult);
  const report = log?.map(parseReport).findLast((found) => found !== undefined);
  return {
    status: answer.StatusCode,
    requestId: report?.requestId ?? answer.$metadata.requestId,
    version: answer.ExecutedVersion,
    durationMs: report?.durationMs,
    billedMs: report?.billedMs,
    memoryMb: report?.memoryMb,
    maxMemoryMb: report?.maxMemoryMb,
    initMs: report?.initMs,
    costUsd: cost(connection, ref, report?.billedMs, report?.memoryMb),
    costBasis: connection.access.costBasis,
    log,
    logCut: log && !log.some((line) => /^START RequestId:|"platform\.start"/.test(line)),
  };
}

function cost(connection: Connection, { name }: FunctionRef, billedMs?: number, memoryMb?: number): number | undefined {
  // The dearer one until an answer has told which it is.
  const price = connection.access.price(connection.architectures.get(name) ?? 'x86_64');
  return price && billedMs !== undefined && memoryMb !== undefined ? estimateCost(price, billedMs, memoryMb) : undefined;
}

function lines(logResult: string): readonly string[] {
  const found = Buffer.from(logResult, 'base64').toString('utf8').split(/\r?\n/);
  return found.at(-1) === '' ? found.slice(0, -1) : found;
}
