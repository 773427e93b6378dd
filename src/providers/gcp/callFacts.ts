import type { logging_v2 } from 'googleapis/build/src/apis/logging/v2';
import type { CallOptions, FunctionError, LaterFacts } from '../../core/provider';
import { findError } from './callError';
import { type CallMarks, readCallLog } from './callLog';
import { isRequest, latencyMs, messageOf, toLogEvent } from './logEntry';
import type { LogReader } from './logReader';
import { billed, estimateRunCost } from './price';
import { members } from './raw';
import type { Target } from './target';

type Entry = logging_v2.Schema$LogEntry;

/** What the log tells of a call after its answer; `undefined` when nothing came in time. */
export async function readCallFacts(reader: LogReader, marks: CallMarks, target: Target, options: CallOptions): Promise<LaterFacts | undefined> {
  const entries = await readCallLog(reader, marks, options);
  if (entries.length === 0) return undefined;
  const request = entries.find(isRequest);
  const log = entries.filter((entry) => !isRequest(entry)).flatMap(linesOf);
  return {
    log,
    requestId: entries.some((entry) => members(entry.labels)['execution_id'] === marks.executionId) ? marks.executionId : marks.traceId,
    ...price(request, target),
    error: marks.hasFailed ? failure(entries, log, request) : undefined,
  };
}

function linesOf(entry: Entry): readonly string[] {
  return messageOf(entry).trimEnd().split(/\r?\n/);
}

function price(request: Entry | undefined, { memoryMb, cpu, source, costBasis }: Target): Partial<LaterFacts> {
  const ms = latencyMs(members(request?.httpRequest)['latency']);
  const billedMs = ms === undefined ? undefined : billed(ms);
  const isKnown = billedMs !== undefined && memoryMb !== undefined && cpu !== undefined;
  return { memoryMb, billedMs, ...(isKnown && { costUsd: estimateRunCost({ location: source.location, billedMs, memoryMb, cpu }), costBasis }) };
}

/** What the function threw; else why the platform ended it; else what the request log says of it. */
function failure(entries: readonly Entry[], log: readonly string[], request: Entry | undefined): Omit<FunctionError, 'payload'> | undefined {
  const thrown = findError(log);
  if (thrown) return thrown;
  const platform = entries.findLast((entry) => toLogEvent(entry)?.origin === 'platform' && toLogEvent(entry)?.severity === 'error');
  const said = platform ? messageOf(platform) : request?.textPayload;
  if (!said) return undefined;
  const type = /^Memory limit of /.test(said) ? 'OutOfMemory' : /maximum request timeout/.test(said) ? 'Timeout' : '';
  return { type, message: said, stack: [] };
}
