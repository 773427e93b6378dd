import { FilterLogEventsCommand, type FilterLogEventsCommandOutput, type FilteredLogEvent } from '@aws-sdk/client-cloudwatch-logs';
import { isProviderError, ProviderError } from '../../core/errors';
import type { CallOptions, FunctionRef, LogEvent, TailOptions } from '../../core/provider';
import { follow, type LogPage, type ReadLogs } from '../../core/tail';
import { call } from './call';
import type { Connection } from './client';
import { describe } from './describe';
import { strange } from './linkErrors';
import { serverTime } from './serverTime';
import { host } from './site';

/** Gives the connection for each read, so that a tail outlives fresh credentials and a restarted server. */
export type Connect = (options: CallOptions) => Promise<Connection>;

const action = 'logs:FilterLogEvents';

export async function* tail(connect: Connect, ref: FunctionRef, since: Date, options: TailOptions): AsyncGenerator<readonly LogEvent[]> {
  const connection = await connect(options);
  const group = await logGroup(connection, ref, options);
  const read: ReadLogs = async (range, next, at) => readPage(await connect(at), group, range, next, at);
  yield* follow(read, since, { ...options, pollMs: connection.access.pollMs() });
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
  try {
    const answer = await call(connection, { action, subject: group, send: (at) => connection.logs.send(command, at) }, options);
    return toPage(connection, answer);
  } catch (error) {
    // The group comes into being with the function's first line.
    if (isProviderError(error) && error.kind === 'notFound') return { events: [] };
    throw error;
  }
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
  return {
    id: row.eventId,
    at: new Date(row.timestamp),
    message: typeof row.message === 'string' ? row.message : '',
    ingestedAt: typeof ingestionTime === 'number' ? new Date(ingestionTime) : undefined,
    stream: row.logStreamName,
  };
}
