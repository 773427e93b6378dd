import type { CallOptions } from '../../core/provider';
import { answer } from './call';
import type { Connection } from './client';
import { strangeAnswer } from './errors';
import type { EntryPage, ListRequest } from './logBatch';
import { LogBudget } from './logBudget';
import { LogReader } from './logReader';

const action = 'logging.logEntries.list';
/** The most that Google admits. */
const pageSize = 1_000;

const readers = new WeakMap<Connection, LogReader>();
const budgets = new Map<string, LogBudget>();

/** The one reader of a project's logs. */
export function logReader(connection: Connection): LogReader {
  const known = readers.get(connection);
  if (known) return known;
  const made = new LogReader((request, options) => list(connection, request, options), budget(connection));
  readers.set(connection, made);
  return made;
}

/** Outlives the connection: what was asked for through the one before counts on. */
function budget({ access, project }: Connection): LogBudget {
  const key = `${project} ${access.endpoint('logging')?.url ?? ''}`;
  const found = budgets.get(key) ?? new LogBudget();
  budgets.set(key, found);
  return found;
}

/** Sent once: the tail itself asks again, and knows how long it has been out of touch. */
async function list(connection: Connection, { filter, pageToken }: ListRequest, options: CallOptions): Promise<EntryPage> {
  const requestBody = { resourceNames: [`projects/${connection.project}`], filter, orderBy: 'timestamp asc', pageSize, ...(pageToken && { pageToken }) };
  const { data, serverTime } = await answer(connection, { action, send: (at) => connection.logging.entries.list({ requestBody }, at) }, options);
  const entries: unknown = data.entries ?? [];
  if (!Array.isArray(entries)) throw strangeAnswer(connection.access, action);
  return { entries: entries as EntryPage['entries'], next: data.nextPageToken || undefined, serverTime };
}
