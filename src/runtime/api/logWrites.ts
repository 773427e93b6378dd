import type { LogGroup } from '../store/logGroup';
import type { Input, World } from './call';
import { isObject, numberOf, textOf } from './input';
import { groupOf, invalidParameter, streamOf } from './logGroups';

const batchBytes = 1024 * 1024;
const hourMs = 3600_000;
const dayMs = 24 * hourMs;

interface GivenEvent {
  readonly timestamp: number;
  readonly message: string;
}

/** Events that are too old or too new are left out, as the answer then says; the others are written. */
export function putLogEvents(input: Input, world: World): object {
  const group = groupOf(input, world);
  const stream = streamOf(group, textOf(input, 'logStreamName'));
  const given = readEvents(input);
  const rejected = rejectedOf(given, group);
  const from = Math.max(rejected?.tooOldLogEventEndIndex ?? 0, rejected?.expiredLogEventEndIndex ?? 0);
  const taken = given.slice(from, rejected?.tooNewLogEventStartIndex);
  stream.append(taken.map((event) => event.message), taken.map((event) => event.timestamp));
  // Whoever writes to many streams does not say when it is done with one.
  stream.close();
  return { nextSequenceToken: String(stream.nextSeq).padStart(56, '0'), rejectedLogEventsInfo: rejected };
}

function readEvents(input: Input): GivenEvent[] {
  const given = Array.isArray(input.logEvents) ? input.logEvents.filter(isObject) : [];
  if (!given.length || given.length > 10_000) throw invalidParameter('logEvents must have 1 to 10,000 events.');
  const events = given.map((event, index) => ({ timestamp: numberOf(event, 'timestamp', 0, Number.MAX_SAFE_INTEGER) ?? 0, message: messageOf(event, index) }));
  const bytes = events.reduce((sum, event) => sum + Buffer.byteLength(event.message) + 26, 0);
  if (bytes > batchBytes) throw invalidParameter(`Upload too large: ${bytes} bytes exceeds limit of ${batchBytes}`);
  if (events.some((event, index) => event.timestamp < (events[index - 1]?.timestamp ?? 0))) throw invalidParameter('Log events in a single PutLogEvents request must be in chronological order.');
  if ((events.at(-1)?.timestamp ?? 0) - (events[0]?.timestamp ?? 0) > dayMs) throw invalidParameter('The batch of log events in a single PutLogEvents request cannot span more than 24 hours.');
  return events;
}

function messageOf(event: Input, index: number): string {
  const message = textOf(event, 'message');
  if (message) return message;
  throw invalidParameter(`1 validation error detected: Value '${message ?? 'null'}' at 'logEvents.${index + 1}.member.message' failed to satisfy constraint: Member must have length greater than or equal to 1`);
}

interface Rejected {
  readonly tooNewLogEventStartIndex?: number;
  readonly tooOldLogEventEndIndex?: number;
  readonly expiredLogEventEndIndex?: number;
}

// The events are in order, so each kind is one run at an end.
function rejectedOf(events: readonly GivenEvent[], group: LogGroup): Rejected | undefined {
  const now = Date.now();
  const before = (time: number) => events.filter((event) => event.timestamp < time).length || undefined;
  const tooNew = events.findIndex((event) => event.timestamp > now + 2 * hourMs);
  const rejected = { tooOldLogEventEndIndex: before(now - 14 * dayMs), expiredLogEventEndIndex: before(group.oldest), tooNewLogEventStartIndex: tooNew < 0 ? undefined : tooNew };
  return Object.values(rejected).some((index) => index !== undefined) ? rejected : undefined;
}
