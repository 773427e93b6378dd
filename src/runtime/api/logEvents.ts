import { eventId, queryEvents, type Cursor } from '../store/logQuery';
import type { LogStream } from '../store/logStream';
import type { StoredEvent } from '../store/logSegment';
import type { Input, World } from './call';
import { parsePattern } from './filterPattern';
import { numberOf, textOf } from './input';
import { groupOf, invalidParameter, streamOf } from './logGroups';

const forever = Number.MAX_SAFE_INTEGER;
const pageBytes = 1024 * 1024;

export function filterLogEvents(input: Input, world: World): object {
  const group = groupOf(input, world);
  const matches = parsePattern(textOf(input, 'filterPattern') ?? '');
  const wants = streamFilter(input);
  const start = Math.max(group.oldest, numberOf(input, 'startTime', 0, forever) ?? 0);
  const end = numberOf(input, 'endTime', 0, forever) ?? forever;
  const limit = numberOf(input, 'limit', 1, 10_000) ?? 10_000;
  const after = parseToken(textOf(input, 'nextToken'));
  const page = queryEvents(group, { start, end, limit, after, wants, matches });
  const events = page.events.map((event) => ({
    logStreamName: event.stream.name,
    timestamp: event.timestamp,
    message: event.message,
    ingestionTime: event.ingestion,
    eventId: eventId(event.stream, event),
  }));
  return { events, searchedLogStreams: [], nextToken: page.next && makeToken(page.next) };
}

function streamFilter(input: Input): (stream: LogStream) => boolean {
  const prefix = textOf(input, 'logStreamNamePrefix');
  const names = input.logStreamNames;
  if (names !== undefined && prefix !== undefined) throw invalidParameter('Give logStreamNames or logStreamNamePrefix, not both.');
  if (names === undefined) return (stream) => stream.name.startsWith(prefix ?? '');
  if (!Array.isArray(names) || !names.length || names.length > 100) throw invalidParameter('logStreamNames must be a list of 1 to 100 names.');
  const wanted = new Set(names);
  return (stream) => wanted.has(stream.name);
}

function makeToken(cursor: Cursor): string {
  return Buffer.from(JSON.stringify([cursor.timestamp, cursor.stream, cursor.seq])).toString('base64url');
}

function parseToken(token: string | undefined): Cursor | undefined {
  if (token === undefined) return undefined;
  const found = /^\[(\d+),"(\d+)",(\d+)\]$/.exec(Buffer.from(token, 'base64url').toString());
  if (!found) throw invalidParameter('The specified nextToken is invalid.');
  return { timestamp: Number(found[1]), stream: found[2] ?? '', seq: Number(found[3]) };
}

/** Tokens are positions in the stream, so an event that comes later is neither skipped nor shown twice. */
export function getLogEvents(input: Input, world: World): object {
  const group = groupOf(input, world);
  const stream = streamOf(group, textOf(input, 'logStreamName'));
  const limit = numberOf(input, 'limit', 1, 10_000) ?? 10_000;
  const { seq, forward } = position(stream, input);
  const events = collect(stream, { seq, forward, limit, oldest: group.oldest }, input);
  const first = events[0]?.seq ?? seq;
  const next = events.length ? (events.at(-1)?.seq ?? seq) + 1 : seq;
  return {
    events: events.map((event) => ({ timestamp: event.timestamp, message: event.message, ingestionTime: event.ingestion })),
    nextForwardToken: `f/${String(next).padStart(56, '0')}/s`,
    nextBackwardToken: `b/${String(first).padStart(56, '0')}/s`,
  };
}

function position(stream: LogStream, input: Input): { seq: number; forward: boolean } {
  const token = textOf(input, 'nextToken');
  if (token === undefined) return input.startFromHead === true ? { seq: 0, forward: true } : { seq: stream.nextSeq, forward: false };
  const found = /^([fb])\/(\d{56})\/s$/.exec(token);
  if (!found) throw invalidParameter('The specified nextToken is invalid.');
  return { seq: Number(found[2]), forward: found[1] === 'f' };
}

interface Look {
  readonly seq: number;
  readonly forward: boolean;
  readonly limit: number;
  readonly oldest: number;
}

function collect(stream: LogStream, { seq, forward, limit, oldest }: Look, input: Input): StoredEvent[] {
  const start = Math.max(oldest, numberOf(input, 'startTime', 0, forever) ?? 0);
  const end = numberOf(input, 'endTime', 0, forever) ?? forever;
  const events: StoredEvent[] = [];
  let bytes = 0;
  for (const event of forward ? stream.forward(seq) : stream.backward(seq)) {
    if (events.length >= limit || bytes >= pageBytes) break;
    if (event.timestamp < start || event.timestamp >= end) continue;
    events.push(event);
    bytes += Buffer.byteLength(event.message) + 26;
  }
  return forward ? events : events.reverse();
}
