import type { logging_v2 } from 'googleapis/build/src/apis/logging/v2';
import { setTimeout as wait } from 'node:timers/promises';
import { isAbort, isProviderError, throwIfAborted } from '../../core/errors';
import type { CallOptions } from '../../core/provider';
import { entryId, isRequest } from './logEntry';
import type { LogReader } from './logReader';
import { type LogSource, quoted, sourcesFilter, timeFilter } from './logSource';

type Entry = logging_v2.Schema$LogEntry;

/** What the entries of one call have in common. */
export interface CallMarks {
  readonly project: string;
  readonly source: LogSource;
  /** https://cloud.google.com/run/docs/logging: the framework puts it on every line that the function writes. */
  readonly executionId: string;
  readonly traceId: string;
  /** A time by the service's clock before the call. */
  readonly since: Date;
  /** Whether what the platform says of the instance belongs to it: why it was killed carries no trace. */
  readonly hasFailed: boolean;
}

/** The longest that anybody waits for a log. */
const patienceMs = 12_000;
const pauses = [250, 750, 1_000, 1_500, 2_000];
/** After the call's own entry in the request log, this long without anything new is the end. */
const quietMs = 1_000;
const mostPages = 3;

/** A call's entries in the order of time, as far as they came in time. Throws nothing but `AbortError`. */
export async function readCallLog(reader: LogReader, marks: CallMarks, { signal }: CallOptions): Promise<readonly Entry[]> {
  const end = AbortSignal.any([signal, AbortSignal.timeout(patienceMs)]);
  const found = new Map<string, Entry>();
  let heardAt = performance.now();
  try {
    for (let i = 0; !(isWhole(found) && performance.now() - heardAt >= quietMs); i += 1) {
      await wait(isWhole(found) ? quietMs : (pauses[i] ?? 2_000), undefined, { signal: end });
      const size = found.size;
      await addEntries(reader, callFilter(marks), found, end);
      if (found.size > size) heardAt = performance.now();
    }
  } catch (error) {
    throwIfAborted(signal);
    if (!isAbort(error) && !isProviderError(error)) throw error;
  }
  return [...found.values()].sort((a, b) => (entryId(a) < entryId(b) ? -1 : 1));
}

function isWhole(found: ReadonlyMap<string, Entry>): boolean {
  return [...found.values()].some(isRequest);
}

async function addEntries(reader: LogReader, filter: string, found: Map<string, Entry>, signal: AbortSignal): Promise<void> {
  let next: string | undefined;
  for (let pages = 0; pages < mostPages && (pages === 0 || next !== undefined); pages += 1) {
    const page = await unlessPassing(reader.read({ filter, next }, { signal }));
    for (const entry of page?.entries ?? []) found.set(entryId(entry), entry);
    next = page?.next;
  }
}

/** What passes by itself is tried again by the next look. */
async function unlessPassing<T>(read: Promise<T>): Promise<T | undefined> {
  try {
    return await read;
  } catch (error) {
    if (isProviderError(error) && ['throttled', 'network', 'unknown'].includes(error.kind)) return undefined;
    throw error;
  }
}

function callFilter({ project, source, executionId, traceId, since, hasFailed }: CallMarks): string {
  const own = [`labels.execution_id=${quoted(executionId)}`, `trace=${quoted(`projects/${project}/traces/${traceId}`)}`];
  const system = `(logName=${quoted(`projects/${project}/logs/run.googleapis.com%2Fvarlog%2Fsystem`)} AND severity>=ERROR)`;
  return `${sourcesFilter([source])} AND ${timeFilter(since, undefined)} AND (${[...own, ...(hasFailed ? [system] : [])].join(' OR ')})`;
}
