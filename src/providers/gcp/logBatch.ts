import type { logging_v2 } from 'googleapis/build/src/apis/logging/v2';
import { date, members } from './raw';
import { entryKey, type LogSource, sourceKey, sourcesFilter, timeFilter } from './logSource';

type Entry = logging_v2.Schema$LogEntry;

/** One page of one function's log, or of what a filter of its own admits. */
export type Ask = { readonly next?: string | undefined } & (
  | { readonly source: LogSource; readonly since: Date; readonly until?: Date | undefined }
  | { readonly filter: string }
);

export interface ListRequest {
  readonly filter: string;
  readonly pageToken?: string;
}

/** Entries oldest first. */
export interface EntryPage {
  readonly entries: readonly Entry[];
  readonly next?: string;
  /** The service's clock when it answered. */
  readonly serverTime?: Date;
}

/** https://cloud.google.com/logging/quotas#logs-limits: 20,000 characters, of which some are for the range of time. */
const longestFilter = 19_000;
/** A read that begins long before another would have it wait for old entries. */
const nearMs = 2 * 60_000;

/** Those of the waiting asks, in the order of arrival, that one request can answer: the first, and what goes with it. */
export function together(asks: readonly Ask[]): readonly Ask[] {
  const [first, ...others] = asks;
  if (!first) return [];
  if (first.next !== undefined) return asks.filter(({ next }) => next === first.next);
  if (!('source' in first)) return [first];
  const chosen: Ask[] = [first];
  for (const ask of others) {
    if (!isNear(ask, first.since)) continue;
    if (toRequest([...chosen, ask]).filter.length > longestFilter) break;
    chosen.push(ask);
  }
  return chosen;
}

function isNear(ask: Ask, since: Date): boolean {
  return ask.next === undefined && 'source' in ask && Math.abs(ask.since.getTime() - since.getTime()) <= nearMs;
}

/** The request for asks that belong together. What follows a page is asked for with the very filter of that page. */
export function toRequest(asks: readonly Ask[]): ListRequest {
  const [first] = asks;
  if (first?.next !== undefined) return JSON.parse(first.next) as ListRequest;
  const reads = asks.filter((ask) => 'source' in ask);
  if (reads.length === 0) return { filter: first && 'filter' in first ? first.filter : '' };
  const since = new Date(Math.min(...reads.map((ask) => ask.since.getTime())));
  const ends = reads.map(({ until }) => until?.getTime() ?? Infinity);
  const last = Math.max(...ends);
  return { filter: `${sourcesFilter(reads.map(({ source }) => source))} AND ${timeFilter(since, last === Infinity ? undefined : new Date(last))}` };
}

/** What of a page belongs to one of those who asked for it, and how that one asks for the page after. */
export function own({ entries, next, serverTime }: EntryPage, ask: Ask, { filter }: ListRequest): EntryPage {
  const following = next === undefined ? undefined : JSON.stringify({ filter, pageToken: next } satisfies ListRequest);
  if (!('source' in ask)) return { entries, next: following, serverTime };
  const key = sourceKey(ask.source);
  const mine = entries.filter((entry) => entryKey(members(entry)) === key && isWithin(entry, ask));
  return { entries: mine, next: isPast(entries.at(-1), ask.until) ? undefined : following, serverTime };
}

function isWithin(entry: Entry, { since, until }: { readonly since: Date; readonly until?: Date | undefined }): boolean {
  const at = date(entry.timestamp);
  return at !== undefined && at >= since && (until === undefined || at <= until);
}

function isPast(last: Entry | undefined, until: Date | undefined): boolean {
  const at = date(members(last)['timestamp']);
  return until !== undefined && at !== undefined && at > until;
}
