import { FilterLogEventsCommand, type FilterLogEventsCommandOutput, type FilteredLogEvent } from '@aws-sdk/client-cloudwatch-logs';
import { isProviderError, ProviderError } from '../../core/errors';
import type { CallOptions, FunctionRef, LogEvent, TailOptions } from '../../core/provider';
import { type Clock, follow, type LogPage, type ReadLogs } from '../../core/tail';
import { call } from './call';
import type { Connection } from './client';
import { describe } from './describe';
import { strange } from './linkErrors';
import { serverTime } from './serverTime';
import { host } from './site';

/** How to read one function's log. */
export interface Source {
  readonly ref: FunctionRef;
  /** Asked at each read, so that a tail outlives fresh credentials and a restarted server. */
  readonly connect: (options: CallOptions) => Promise<Connection>;
  /** The pause between two reads. */
  readonly pollMs: number;
  /** Makes pauses that end early when the log has grown; what it holds for that is let go when the signal is aborted. */
  readonly watch?: (signal: AbortSignal) => Clock['sleep'];
}

const action = 'logs:FilterLogEvents';

export async function* tail({ ref, connect, pollMs, watch }: Source, since: Date, options: TailOptions): AsyncGenerator<readonly LogEvent[]> {
  let group: string | undefined;
  const read: ReadLogs = async (range, next, at) => {
    const connection = await connect(at);
    group ??= await logGroup(connection, ref, at);
    return readPage(connection, group, range, next, at);
  };
  const done = new AbortController();
  try {
    yield* follow(read, since, { ...options, pollMs, pause: watch?.(done.signal) });
  } finally {
    done.abort();
  }
}

/** Where the function logs to; the customary place when nobody may or can tell. */
async function logGroup(connection: Connection, ref: FunctionRef, options: CallOptions): Promise<string> {
  const usual = `/aws/lambda/${ref.name}`;
  try {
    return (await describe(connection, ref, options))?.LoggingConfig?.LogGroup ?? usual;
  } catch (error) {
    if (isProviderError(error) && error.kind === 'denied') return usual;
    throw error;
  }
}

type Range = Parameters<ReadLogs>[0];

async function readPage(connection: Connection, group: string, range: Range, next: string | undefined, options: CallOptions): Promise<LogPage> {
  const command = new FilterLogEventsCommand({
    logGroupName: group,
    startTime: range.since.getTime(),
    endTime: range.until?.getTime(),
    nextToken: next,
    // Without effect on AWS, which always mixes the streams in order of time; older emulators do so only when asked.
    interleaved: true,
  });
  // Without the group this is "not found", which the tail takes for a log that is not there yet: it comes with the first line.
  const answer = await call(connection, { action, subject: group, send: (at) => connection.logs.send(command, at) }, options);
  return toPage(connection, answer);
}

function toPage(connection: Connection, answer: FilterLogEventsCommandOutput): LogPage {
  const rows: unknown = answer.events ?? [];
  if (!Array.isArray(rows)) throw new ProviderError('network', strange(host(connection.access, action)));
  const events = (rows as FilteredLogEvent[]).map(toEvent).filter((event) => event !== undefined);
  return { events, next: answer.nextToken || undefined, serverTime: serverTime(answer) };
}

function toEvent(row: FilteredLogEvent | null): LogEvent | undefined {
  if (typeof row?.eventId !== 'string' || typeof row.timestamp !== 'number') return undefined;
  const { ingestionTime } = row;
  const message = typeof row.message === 'string' ? row.message : '';
  return {
    id: row.eventId,
    at: new Date(row.timestamp),
    message,
    origin: isPlatform(message) ? 'platform' : 'function',
    ingestedAt: typeof ingestionTime === 'number' ? new Date(ingestionTime) : undefined,
    stream: row.logStreamName,
  };
}

/** https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-view.html and, for JSON, the Telemetry API's event types. */
function isPlatform(message: string): boolean {
  return /^(?:INIT_START|START|END|REPORT|INIT_REPORT|RESTORE_START|RESTORE_REPORT|EXTENSION|TELEMETRY|LOGS)\b[ \t]+\w+/.test(message) || /^\{.{0,200}?"type"\s*:\s*"platform\./s.test(message);
}
