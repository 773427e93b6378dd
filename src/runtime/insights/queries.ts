import { randomUUID } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';
import { Turns } from '../../core/packaging/turns';
import { errorCode } from '../store/files';
import type { LogGroup } from '../store/logGroup';
import { eventReaders, type FoundEvent } from '../store/logQuery';
import type { Answer, Query } from './query';
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
  /** What is shown of each row, as JSON: that takes the least memory. */
  rows: readonly string[];
  /** Of all rows together. */
  length: number;
  scanned: number;
  matched: number;
  bytes: number;
}

const kept = 100;
const mostScanned = 500_000;
/** How long the results of one query may be, and those of all that are kept. */
const longest = 16 * 1024 * 1024;
const longestOfAll = 64 * 1024 * 1024;

/** The queries of Logs Insights, the last hundred of them, or fewer if they found much: their results are forgotten when the runtime ends. */
export class Queries {
  readonly #queries = new Map<string, RunningQuery>();
  /** One after the other, or many would take a part of the thread each. */
  #last = Promise.resolve();

  get(id: string): RunningQuery | undefined {
    return this.#queries.get(id);
  }

  /** The newest first. */
  list(): readonly RunningQuery[] {
    return [...this.#queries.values()].reverse();
  }

  /** Resolves once it has ended, or has begun; then it goes on. `warn` is told why it failed. */
  async start(asked: Asked, warn: (line: string) => void): Promise<RunningQuery> {
    const query: RunningQuery = { id: randomUUID(), asked, created: Date.now(), state: 'Running', rows: [], length: 0, scanned: 0, matched: 0, bytes: 0 };
    this.#queries.set(query.id, query);
    this.#forget();
    const run = this.#last.then(() => this.#run(query)).catch((error: unknown) => {
      query.state = 'Failed';
      warn(`A query of logs failed: ${String(error)}`);
    });
    this.#last = run;
    await Promise.race([run, setImmediate()]);
    return query;
  }

  async #run(query: RunningQuery): Promise<void> {
    const [turns, answer] = [new Turns(), query.asked.query.start()];
    for (const group of query.asked.groups) await search(query, group, answer, turns);
    const rows = await show(query, await answer.rows(turns), turns);
    if (query.state !== 'Running') return;
    const state = query.scanned >= mostScanned ? 'Timeout' : 'Complete';
    Object.assign(query, { rows, length: lengthOf(rows), state } satisfies Partial<RunningQuery>);
    this.#forget();
  }

  #forget(): void {
    let length = 0;
    for (const [i, query] of this.list().entries()) {
      length += query.length;
      if (i >= kept || (i > 0 && length > longestOfAll)) this.#queries.delete(query.id);
    }
  }
}

// Every few milliseconds whatever else there is to do has its turn.
async function search(query: RunningQuery, group: LogGroup, answer: Answer, turns: Turns): Promise<void> {
  const { start, end } = query.asked;
  for (const read of eventReaders(group, { start: Math.max(start, group.oldest), end })) {
    for (const event of there(read)) {
      if (query.state !== 'Running' || query.scanned >= mostScanned) return;
      look(query, new EventRow(group.name, event), answer);
      if (turns.isOver) await turns.give();
    }
  }
}

// A stream may have been deleted in the meantime.
function there(read: () => FoundEvent[]): FoundEvent[] {
  try {
    return read();
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return [];
    throw error;
  }
}

function look(query: RunningQuery, row: EventRow, answer: Answer): void {
  query.scanned += 1;
  query.bytes += row.event.message.length;
  if (answer.add(row)) query.matched += 1;
}

async function show({ asked: { query, limit } }: RunningQuery, rows: Iterable<Row>, turns: Turns): Promise<readonly string[]> {
  const fields = query.isOfEvents ? [...query.fields.filter((field) => field !== '@ptr'), '@ptr'] : query.fields;
  const shown: string[] = [];
  let length = 0;
  for (const row of rows) {
    const text = JSON.stringify(fields.flatMap((field) => cell(field, row.get(field))));
    row.rest();
    length += text.length;
    if (shown.length >= limit || length > longest) break;
    shown.push(text);
    if (turns.isOver) await turns.give();
  }
  return shown;
}

function lengthOf(rows: readonly string[]): number {
  return rows.reduce((sum, row) => sum + row.length, 0);
}

function cell(field: string, value: string | undefined): readonly object[] {
  return value === undefined ? [] : [{ field, value }];
}
