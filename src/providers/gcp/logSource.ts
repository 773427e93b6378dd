import type { logging_v2 } from 'googleapis/build/src/apis/logging/v2';
import { isProviderError } from '../../core/errors';
import type { CallOptions, FunctionRef } from '../../core/provider';
import type { Connection } from './client';
import { describe, type Found, generation } from './describe';
import { placeOf, serviceName } from './names';
import { members } from './raw';
import { text } from './values';

type Entry = logging_v2.Schema$LogEntry;

/** What writes a function's log: a Cloud Run service, or a first-generation function itself. */
export interface LogSource {
  readonly kind: 'service' | 'function';
  readonly location: string;
  readonly name: string;
}

/** https://cloud.google.com/logging/docs/api/v2/resource-list */
const resources = {
  service: { type: 'cloud_run_revision', location: 'location', name: 'service_name' },
  function: { type: 'cloud_function', location: 'region', name: 'function_name' },
} as const;

/** Where a function logs to; as a second-generation function when nobody may or can tell. */
export async function findLogSource(connection: Connection, ref: FunctionRef, options: CallOptions): Promise<LogSource> {
  try {
    return logSource(ref, await describe(connection, ref, options));
  } catch (error) {
    if (isProviderError(error) && error.kind === 'denied') return logSource(ref, undefined);
    throw error;
  }
}

export function logSource(ref: FunctionRef, found: Found | undefined): LogSource {
  const { location } = placeOf(ref);
  if (found?.kind === 'function' && generation(found.raw) === 1) return { kind: 'function', location, name: ref.name };
  const service = found?.kind === 'function' ? text(members(found.raw.serviceConfig)['service']) : undefined;
  return { kind: 'service', location, name: lastPart(service ?? serviceName(ref)) };
}

function lastPart(name: string): string {
  return name.slice(name.lastIndexOf('/') + 1);
}

/** The same text for a source and for the entries that it writes. */
export function sourceKey({ kind, location, name }: LogSource): string {
  return `${kind} ${location} ${name}`;
}

/** Who wrote an entry; empty for what is none of a function's. */
export function entryKey({ resource }: Entry): string {
  const { type, labels } = members(resource);
  const kind = type === resources.service.type ? 'service' : type === resources.function.type ? 'function' : undefined;
  if (!kind) return '';
  const { location, name } = resources[kind];
  return sourceKey({ kind, location: String(members(labels)[location]), name: String(members(labels)[name]) });
}

/**
 * The part of a filter that admits only what these wrote, for each location once. The log's name is left open: with a
 * logging library functions write to logs of any name. https://cloud.google.com/logging/docs/view/logging-query-language
 */
export function sourcesFilter(sources: readonly LogSource[]): string {
  const groups = new Map<string, LogSource[]>();
  for (const source of sources) {
    const key = `${source.kind} ${source.location}`;
    groups.set(key, [...(groups.get(key) ?? []), source]);
  }
  const parts = [...groups.values()].map(groupFilter);
  return parts.length === 1 ? parts.join('') : `(${parts.map((part) => `(${part})`).join(' OR ')})`;
}

function groupFilter(group: readonly LogSource[]): string {
  const { kind = 'service', location = '' } = group[0] ?? {};
  const resource = resources[kind];
  const names = [...new Set(group.map(({ name }) => quoted(name)))].sort();
  const named = names.length === 1 ? names.join('') : `(${names.join(' OR ')})`;
  return `resource.type="${resource.type}" AND resource.labels.${resource.location}=${quoted(location)} AND resource.labels.${resource.name}=${named}`;
}

/** A range of time, both ends included; entries are timed to the nanosecond, `Date`s to the millisecond. */
export function timeFilter(since: Date, until: Date | undefined): string {
  const end = until ? ` AND timestamp<"${new Date(until.getTime() + 1).toISOString()}"` : '';
  return `timestamp>="${since.toISOString()}"${end}`;
}

export function quoted(value: string): string {
  return `"${value.replace(/[\\"]/g, '\\$&')}"`;
}
