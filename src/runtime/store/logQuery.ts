import type { LogGroup } from './logGroup';
import type { StoredEvent } from './logSegment';
import type { LogStream } from './logStream';

/** A place in a group's events, which are ordered by time, then by stream, then by position. */
export interface Cursor {
  readonly timestamp: number;
  readonly stream: string;
  readonly seq: number;
}

export interface FoundEvent extends StoredEvent {
  readonly stream: LogStream;
}

export interface LogQuery {
  readonly start: number;
  readonly end: number;
  readonly limit: number;
  /** Only events behind this one. */
  readonly after?: Cursor;
  wants(stream: LogStream): boolean;
  matches(message: string): boolean;
}

const pageBytes = 1024 * 1024;
const scanBytes = 8 * 1024 * 1024;

/** One page of matching events in order; `next` is where the next page starts, and is left out at the end. */
export function queryEvents(group: LogGroup, query: LogQuery): { events: FoundEvent[]; next?: Cursor } {
  const events: FoundEvent[] = [];
  let bytes = 0;
  let scanned = 0;
  let last: Cursor | undefined;
  for (const event of ordered(group, query)) {
    if (events.length >= query.limit || bytes >= pageBytes || scanned >= scanBytes) return { events, next: last };
    last = cursorOf(event);
    scanned += event.message.length + 26;
    if (!query.matches(event.message)) continue;
    events.push(event);
    bytes += Buffer.byteLength(event.message) + 26;
  }
  return { events };
}

/** Each reads some of a group's events, all together all of a time; they come in about the order of their times. */
export function eventReaders(group: LogGroup, range: Pick<LogQuery, 'start' | 'end'>): readonly (() => FoundEvent[])[] {
  return findBlocks(group, { ...range, wants: () => true }).map(({ read }) => read);
}

function cursorOf(event: FoundEvent): Cursor {
  return { timestamp: event.timestamp, stream: event.stream.id, seq: event.seq };
}

export function compareCursors(a: Cursor, b: Cursor): number {
  return a.timestamp - b.timestamp || compareText(a.stream, b.stream) || a.seq - b.seq;
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

// Blocks are opened in the order of their oldest event, and an event leaves once no unopened block can hold an older one.
function* ordered(group: LogGroup, query: LogQuery): Generator<FoundEvent> {
  const blocks = findBlocks(group, query);
  let waiting: FoundEvent[] = [];
  for (const [index, { read }] of blocks.entries()) {
    waiting = waiting.concat(read()).sort((a, b) => compareCursors(cursorOf(a), cursorOf(b)));
    const horizon = blocks[index + 1]?.lowest;
    const ready = horizon ? waiting.findIndex((event) => compareCursors(cursorOf(event), horizon) >= 0) : -1;
    const count = ready < 0 ? waiting.length : ready;
    yield* waiting.slice(0, count);
    waiting = waiting.slice(count);
  }
}

function findBlocks(group: LogGroup, query: Pick<LogQuery, 'start' | 'end' | 'after' | 'wants'>): { lowest: Cursor; read: () => FoundEvent[] }[] {
  const start = Math.max(query.start, query.after?.timestamp ?? 0);
  const inRange = (event: FoundEvent) =>
    event.timestamp >= start && event.timestamp <= query.end && (!query.after || compareCursors(cursorOf(event), query.after) > 0);
  const blocks: { lowest: Cursor; read: () => FoundEvent[] }[] = [];
  for (const stream of group.streams().filter((one) => query.wants(one))) {
    for (const { segment, block } of stream.blocks()) {
      if (block.newest < start || block.oldest > query.end) continue;
      const read = () => segment.read(block).map((event) => ({ ...event, stream })).filter(inRange);
      blocks.push({ lowest: { timestamp: block.oldest, stream: stream.id, seq: block.firstSeq }, read });
    }
  }
  return blocks.sort((a, b) => compareCursors(a.lowest, b.lowest));
}

/** 56 digits, the same at every read: the stream's number and the event's position in it. */
export function eventId(stream: LogStream, event: Pick<StoredEvent, 'seq'>): string {
  return `${stream.id}${String(event.seq).padStart(12, '0')}`.padStart(56, '0');
}
