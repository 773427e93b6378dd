import { parseReport } from '../../core/report';
import { account } from '../api/call';
import type { FoundEvent } from '../store/logQuery';

/** What a query works on: an event of a log, or what was counted. */
export interface Row {
  /** `undefined` when it has no such field. */
  get(field: string): string | undefined;
  /** About how much memory it takes. */
  readonly size: number;
  /** Lets go of what can be made anew. */
  rest(): void;
}

/** An event's own fields, those of Lambda's report lines, and those of its JSON: https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CWL_AnalyzeLogData-discoverable-fields.html */
export class EventRow implements Row {
  #json: unknown;
  #isRead = false;

  constructor(readonly group: string, readonly event: FoundEvent) {}

  get(field: string): string | undefined {
    const own = owned[field]?.(this);
    if (own !== undefined || field.startsWith('@')) return own;
    const value = field.split('.').reduce<unknown>((part, name) => (isRecord(part) && Object.hasOwn(part, name) ? part[name] : undefined), this.#read());
    if (value === undefined || value === null) return undefined;
    return typeof value === 'string' ? value : JSON.stringify(value);
  }

  /** Names of its fields in JSON, those within others too: at most 200, as documented. */
  members(): readonly string[] {
    const names: string[] = [];
    collect(this.#read(), '', names);
    return names;
  }

  get size(): number {
    return this.event.message.length;
  }

  rest(): void {
    this.#json = undefined;
    this.#isRead = false;
  }

  /** What finds the event again. */
  get pointer(): string {
    const { stream, seq } = this.event;
    return Buffer.from(JSON.stringify([this.group, stream.name, seq])).toString('base64url');
  }

  #read(): unknown {
    if (!this.#isRead) this.#json = readJson(this.event.message);
    this.#isRead = true;
    return this.#json;
  }
}

const mostMembers = 200;

function collect(value: unknown, path: string, names: string[]): void {
  if (!isRecord(value)) return;
  for (const [name, inner] of Object.entries(value)) {
    if (names.length >= mostMembers) return;
    if (inner === null) continue;
    names.push(path + name);
    collect(inner, `${path}${name}.`, names);
  }
}

/** A time as results have it, in UTC. */
export function shownTime(ms: number): string {
  return new Date(ms).toISOString().replace('T', ' ').replace('Z', '');
}

const owned: Readonly<Record<string, (row: EventRow) => string | undefined>> = {
  '@timestamp': ({ event }) => shownTime(event.timestamp),
  '@ingestionTime': ({ event }) => shownTime(event.ingestion),
  '@message': ({ event }) => event.message,
  '@logStream': ({ event }) => event.stream.name,
  '@log': ({ group }) => `${account}:${group}`,
  '@ptr': (row) => row.pointer,
  '@type': ({ event }) => /^(START|END|REPORT) RequestId: /.exec(event.message)?.[1],
  '@requestId': ({ event }) => /RequestId: ([0-9a-f-]{36})/.exec(event.message)?.[1] ?? /^\S+\t([0-9a-f-]{36})\t/.exec(event.message)?.[1],
  '@duration': ({ event }) => told(parseReport(event.message)?.durationMs),
  '@billedDuration': ({ event }) => told(parseReport(event.message)?.billedMs),
  '@initDuration': ({ event }) => told(parseReport(event.message)?.initMs),
};

/** Those that begin with `@`. */
export const ownFields = Object.keys(owned);

function told(value: number | undefined): string | undefined {
  return value === undefined ? undefined : String(value);
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}

function readJson(message: string): unknown {
  if (!message.trimStart().startsWith('{')) return undefined;
  try {
    return JSON.parse(message);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
