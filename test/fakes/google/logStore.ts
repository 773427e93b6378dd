import { randomBytes } from 'node:crypto';
import { badRequest, ApiError, errorInfo } from './errors';
import { parseFilter } from './filter';
import { nanos } from './filterTests';
import type { Json } from './json';
import { writeSchema } from './discovery';
import { numberOf, stamp, type World } from './world';

/** An entry as logging v2 has it; what is left out is filled in. */
export interface LogEntry extends Json {
  logName?: string;
  timestamp?: string;
  severity?: string;
  textPayload?: string;
  jsonPayload?: Json;
  insertId?: string;
  labels?: Readonly<Record<string, string>>;
  resource?: { readonly type: string; readonly labels?: Readonly<Record<string, string>> };
}

export interface WriteOptions {
  /** How long it cannot be found; the fake's own lag by default. */
  readonly lagMs?: number;
}

interface Stored {
  readonly entry: LogEntry;
  readonly at: bigint;
  readonly visibleAt: number;
}

export interface LogQuery {
  readonly filter: string;
  readonly newestFirst: boolean;
  readonly size: number;
  readonly token?: string;
}

export interface LogPage {
  readonly entries: LogEntry[];
  readonly next?: string;
}

/** One project's log. A token says after which entry to go on, so what comes late before that place is missed, as in the real service. */
export class LogStore {
  readonly #stored: Stored[] = [];
  readonly #reads: number[] = [];
  /** So many of the next pages come empty, with a token to go on. */
  emptyPages = 0;

  constructor(
    readonly project: string,
    readonly world: World,
  ) {}

  get entries(): readonly LogEntry[] {
    return this.#stored.map(({ entry }) => entry);
  }

  write(given: LogEntry, options: WriteOptions = {}): LogEntry {
    const now = stamp();
    const defaults = {
      logName: `projects/${this.project}/logs/run.googleapis.com%2Fstdout`,
      resource: { type: 'global', labels: { project_id: this.project } },
      timestamp: now,
      receiveTimestamp: now,
      insertId: randomBytes(9).toString('hex'),
    };
    const entry = writeSchema('logging/v2', 'LogEntry', { ...defaults, ...given }) as LogEntry;
    const lag = options.lagMs ?? this.world.logLagMs;
    this.#stored.push({ entry, at: nanos(entry.timestamp ?? now), visibleAt: Date.now() + lag });
    return entry;
  }

  list(query: LogQuery): LogPage {
    this.#count();
    const matches = parseFilter(query.filter);
    if (this.emptyPages > 0) {
      this.emptyPages -= 1;
      return { entries: [], next: query.token ?? tokenOf(query, undefined) };
    }
    const sorted = this.#visible().filter(({ entry }) => matches(entry)).sort(byTime);
    if (query.newestFirst) sorted.reverse();
    const after = readToken(query);
    const rest = after ? sorted.filter((one) => (query.newestFirst ? byTime(after, one) : byTime(one, after)) > 0) : sorted;
    const entries = rest.slice(0, query.size);
    return { entries: entries.map(({ entry }) => entry), next: rest.length > query.size ? tokenOf(query, entries.at(-1)) : undefined };
  }

  #visible(): Stored[] {
    const now = Date.now();
    return this.#stored.filter((one) => one.visibleAt <= now);
  }

  /** https://cloud.google.com/logging/quotas: entries.list, per project. */
  #count(): void {
    const { count, windowMs } = this.world.logReads;
    const now = Date.now();
    while (this.#reads.length > 0 && (this.#reads[0] ?? 0) <= now - windowMs) this.#reads.shift();
    if (this.#reads.length >= count) throw exhausted(this.project, count);
    this.#reads.push(now);
  }
}

type Place = Pick<Stored, 'at'> & { readonly entry: Pick<LogEntry, 'insertId'> };

function byTime(left: Place, right: Place): number {
  if (left.at !== right.at) return left.at < right.at ? -1 : 1;
  const [a, b] = [left.entry.insertId ?? '', right.entry.insertId ?? ''];
  return a < b ? -1 : a > b ? 1 : 0;
}

function tokenOf(query: LogQuery, last: Stored | undefined): string {
  return Buffer.from(JSON.stringify([query.filter, query.newestFirst, last ? [String(last.at), last.entry.insertId] : null])).toString('base64url');
}

function readToken(query: LogQuery): Place | undefined {
  if (!query.token) return undefined;
  const [filter, newestFirst, place] = parseToken(query.token);
  if (filter !== query.filter || newestFirst !== query.newestFirst) throw badRequest('page_token', 'page_token doesn\'t match arguments from the request');
  return place ? { at: BigInt(place[0]), entry: { insertId: place[1] } } : undefined;
}

function parseToken(token: string): [string, boolean, [string, string] | null] {
  try {
    return JSON.parse(Buffer.from(token, 'base64url').toString('utf8')) as [string, boolean, [string, string] | null];
  } catch (error) {
    throw badRequest('page_token', `page_token is invalid (${(error as Error).name})`);
  }
}

function exhausted(project: string, count: number): ApiError {
  const number = numberOf(project);
  const message = `Quota exceeded for quota metric 'Read requests' and limit 'Read requests per minute' of service 'logging.googleapis.com' for consumer 'project_number:${number}'.`;
  const info = errorInfo('RATE_LIMIT_EXCEEDED', 'googleapis.com', {
    service: 'logging.googleapis.com',
    consumer: `projects/${number}`,
    quota_metric: 'logging.googleapis.com/read_requests',
    quota_limit: 'ReadRequestsPerMinutePerProject',
    quota_limit_value: String(count),
    quota_location: 'global',
  });
  const failure = { '@type': 'type.googleapis.com/google.rpc.QuotaFailure', violations: [{ subject: `project_number:${number}`, description: message }] };
  return new ApiError('RESOURCE_EXHAUSTED', message, [info, failure]);
}
