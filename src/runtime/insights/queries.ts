import { randomUUID } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';
import type { LogGroup } from '../store/logGroup';
import { queryEvents, type Cursor } from '../store/logQuery';
import type { Query } from './query';
import { EventRow, type Row } from './row';

export type QueryState = 'Running' | 'Complete' | 'Cancelled' | 'Failed' | 'Timeout';

export interface Asked {
  readonly text: string;
  readonly query: Query;
  readonly groups: readonly LogGroup[];
  /** Milliseconds since 1970, both included. */
  readonly start: number;
  readonly end: number;
  readonly limit: number;
}

/** A query that was started, with what it found so far. */
export interface RunningQuery {
  readonly id: string;
  readonly asked: Asked;
  readonly created: number;
  state: QueryState;
  rows: readonly Row[];
  scanned: number;
  matched: number;
  bytes: number;
}

const kept = 100;
const mostScanned = 500_000;

/** The queries of Logs Insights, the last hundred of them: their results are forgotten when the runtime ends. */
export class Queries {
  readonly #queries = new Map<string, RunningQuery>();

  get(id: string): RunningQuery | undefined {
    return this.#queries.get(id);
  }

  /** The newest first. */
  list(): readonly RunningQuery[] {
    return [...this.#queries.values()].reverse();
  }

  /** Resolves once it has ended, or has looked through a first page; then it goes on. `warn` is told why it failed. */
  async start(asked: Asked, warn: (line: string) => void): Promise<RunningQuery> {
    const query: RunningQuery = { id: randomUUID(), asked, created: Date.now(), state: 'Running', rows: [], scanned: 0, matched: 0, bytes: 0 };
    this.#queries.set(query.id, query);
    for (const id of [...this.#queries.keys()].slice(0, -kept)) this.#queries.delete(id);
    const run = this.#run(query).catch((error: unknown) => {
      query.state = 'Failed';
      warn(`A query of logs failed: ${String(error)}`);
    });
    await Promise.race([run, setImmediate()]);
    return query;
  }

  async #run(query: RunningQuery): Promise<void> {
    const found: EventRow[] = [];
    for (const group of query.asked.groups) await this.#search(query, group, found);
    if (query.state !== 'Running' && query.state !== 'Timeout') return;
    found.sort((a, b) => a.event.timestamp - b.event.timestamp);
    query.rows = query.asked.query.run(found).slice(0, query.asked.limit);
    if (query.state === 'Running') query.state = 'Complete';
  }

  // Between two pages whatever else there is to do has its turn.
  async #search(query: RunningQuery, group: LogGroup, found: EventRow[]): Promise<void> {
    const { start, end } = query.asked;
    const range = { start: Math.max(start, group.oldest), end, limit: 10_000, wants: () => true, matches: () => true };
    let after: Cursor | undefined;
    do {
      if (after) await setImmediate();
      if (query.state !== 'Running') return;
      const page = queryEvents(group, { ...range, after });
      for (const event of page.events) look(query, new EventRow(group.name, event), found);
      after = page.next;
      if (query.scanned >= mostScanned) query.state = 'Timeout';
    } while (after);
  }
}

function look(query: RunningQuery, row: EventRow, found: EventRow[]): void {
  query.scanned += 1;
  query.bytes += row.event.message.length;
  if (!query.asked.query.fits(row)) return;
  query.matched += 1;
  found.push(row);
}
