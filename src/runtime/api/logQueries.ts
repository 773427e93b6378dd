import { findFields } from '../insights/fields';
import { parseQuery } from '../insights/query';
import type { QueryState, RunningQuery } from '../insights/queries';
import { EventRow } from '../insights/row';
import type { LogGroup } from '../store/logGroup';
import { account, type Input, type World } from './call';
import { validation } from './errors';
import { numberOf, textOf } from './input';
import { groupOf, invalidParameter, missing } from './logGroups';

const forever = Number.MAX_SAFE_INTEGER;

/** https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_StartQuery.html */
export async function startQuery(input: Input, world: World): Promise<object> {
  const text = textOf(input, 'queryString');
  if (!text) throw validation(text, 'queryString', 'Member must not be null');
  const [start, end] = [timeOf(input, 'startTime'), timeOf(input, 'endTime')];
  if (start > end) throw invalidParameter('End time should not be less than start time.');
  const asked = { text, query: parseQuery(text), groups: groupsOf(input, world), start, end, limit: numberOf(input, 'limit', 1, 10_000) ?? 10_000 };
  const { id } = await world.queries.start(asked, (line) => world.warn(line));
  return { queryId: id };
}

/** Their page of results so far. */
export function getQueryResults(input: Input, world: World): object {
  const query = existing(input, world);
  const from = startOf(textOf(input, 'nextToken'));
  const count = numberOf(input, 'maxItems', 1, 10_000) ?? 10_000;
  const page = query.rows.slice(from, from + count);
  return {
    queryLanguage: 'CWLI',
    results: page.map((row) => JSON.parse(row) as object[]),
    statistics: { recordsMatched: query.matched, recordsScanned: query.scanned, bytesScanned: query.bytes },
    status: query.state,
    nextToken: from + count < query.rows.length ? String(from + count) : undefined,
  };
}

export function describeQueries(input: Input, world: World): object {
  const [group, state] = [textOf(input, 'logGroupName'), textOf(input, 'status')];
  const wants = ({ asked, state: is }: RunningQuery) => (group === undefined || asked.groups.some((one) => one.name === group)) && (state === undefined || is === state);
  const found = world.queries.list().filter(wants).slice(0, numberOf(input, 'maxResults', 1, 1000) ?? 1000);
  return { queries: found.map(shape) };
}

const minuteMs = 60_000;

/** https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_GetLogGroupFields.html */
export async function getLogGroupFields(input: Input, world: World): Promise<object> {
  const group = groupOf(input, world);
  const middle = numberOf(input, 'time', 0, forever);
  const [start, end] = middle === undefined ? [Date.now() - 15 * minuteMs, forever] : [msOf(middle) - 8 * minuteMs, msOf(middle) + 8 * minuteMs];
  return { logGroupFields: await findFields(group, start, end) };
}

export function stopQuery(input: Input, world: World): object {
  existing(input, world).state = 'Cancelled' satisfies QueryState;
  return { success: true };
}

/** All that is known of one event that a query found. */
export function getLogRecord(input: Input, world: World): object {
  const [group, name, seq] = readPointer(textOf(input, 'logRecordPointer') ?? '');
  const stream = world.logs.get(group)?.stream(name);
  for (const event of stream?.forward(seq) ?? []) {
    if (!stream || event.seq !== seq) break;
    const row = new EventRow(group, { ...event, stream });
    const fields = ['@ptr', '@timestamp', '@ingestionTime', '@message', '@log', '@logStream'];
    return { logRecord: Object.fromEntries(fields.map((field) => [field, row.get(field)])) };
  }
  throw missing('The specified log record does not exist.');
}

function readPointer(text: string): readonly [string, string, number] {
  const found = /^\["([^"]+)",("(?:[^"\\]|\\.)*"),(\d+)\]$/.exec(Buffer.from(text, 'base64url').toString());
  if (!found) throw invalidParameter('The logRecordPointer is invalid.');
  return [found[1] ?? '', JSON.parse(found[2] ?? '""') as string, Number(found[3])];
}

function shape({ id, asked: { text, groups, start, end }, created, state }: RunningQuery): object {
  const sources = groups.map((group) => `"${group.name}"`).join(', ');
  return { queryLanguage: 'CWLI', queryId: id, queryString: `SOURCE ${sources} START=${start} END=${end} | ${text}`, status: state, createTime: created, logGroupName: groups[0]?.name };
}

function existing(input: Input, world: World): RunningQuery {
  const query = world.queries.get(textOf(input, 'queryId') ?? '');
  if (query) return query;
  throw missing('The specified query does not exist.');
}

// In seconds as documented, or in milliseconds as the console has it; a second ends with its last millisecond.
function timeOf(input: Input, member: 'startTime' | 'endTime'): number {
  const time = numberOf(input, member, 0, forever);
  if (time === undefined) throw validation(undefined, member, 'Member must not be null');
  return msOf(time) + (member === 'endTime' && msOf(time) !== time ? 999 : 0);
}

function msOf(time: number): number {
  return time > 100_000_000_000 ? time : time * 1000;
}

function groupsOf(input: Input, world: World): readonly LogGroup[] {
  const named = [input.logGroupName, input.logGroupNames].flat().filter((one) => one !== undefined);
  const identified = [input.logGroupIdentifiers].flat().filter((one) => one !== undefined);
  if (!named.length === !identified.length) throw invalidParameter('Exactly one of logGroupName, logGroupNames and logGroupIdentifiers must be given.');
  if (named.length + identified.length > 50) throw invalidParameter('A query can be of at most 50 log groups.');
  for (const name of named) if (typeof name === 'string' && !world.logs.get(name)) throw missing(`Log group '${name}' does not exist for account ID '${account}'`);
  return [...named.map((logGroupName) => groupOf({ logGroupName }, world)), ...identified.map((logGroupIdentifier) => groupOf({ logGroupIdentifier }, world))];
}

function startOf(token: string | undefined): number {
  if (token !== undefined && !/^\d{1,6}$/.test(token)) throw invalidParameter('The specified nextToken is invalid.');
  return Number(token ?? 0);
}
