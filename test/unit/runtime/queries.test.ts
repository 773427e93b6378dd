import assert from 'node:assert/strict';
import { Queries, type RunningQuery } from '../../../src/runtime/insights/queries';
import { parseQuery } from '../../../src/runtime/insights/query';
import type { LogGroup } from '../../../src/runtime/store/logGroup';
import { eventually } from './harness';

/** A group of one stream, of whose blocks each is what `read` makes. */
function groupOf(blocks: number, read: (block: number) => readonly string[]): LogGroup {
  const event = (message: string, seq: number) => ({ seq, timestamp: 1, ingestion: 1, message });
  const blockOf = (n: number) => ({ segment: { read: () => read(n).map(event) }, block: { oldest: 1, newest: 1, firstSeq: n } });
  const stream = { id: '1', name: 's', blocks: () => Array.from({ length: blocks }, (_, n) => blockOf(n)) };
  return { name: '/g', oldest: 0, streams: () => [stream] } as unknown as LogGroup;
}

describe('queries of Logs Insights that are kept', () => {
  let queries: Queries;
  beforeEach(() => (queries = new Queries()));
  const ask = async (group: LogGroup, text = 'fields @message'): Promise<RunningQuery> => {
    const asked = { text, query: parseQuery(text), groups: [group], start: 0, end: 2, limit: 10_000 };
    const query = await queries.start(asked, (line) => assert.fail(line));
    await eventually(() => query.state !== 'Running', 'the query to end');
    return query;
  };

  it('leave turns to others while they read', async () => {
    const [others, before]: [number[], number[]] = [[], []];
    const group = groupOf(3, (block) => {
      before.push(others.length);
      setImmediate(() => others.push(block));
      // Longer than a turn.
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 12);
      return ['a', 'b'];
    });
    const { state, rows, scanned, matched } = await ask(group);
    assert.deepEqual([state, rows.length, scanned, matched, before], ['Complete', 6, 6, 6, [0, 1, 2]]);
  });

  it('read on where a stream is deleted in the meantime', async () => {
    const group = groupOf(2, (block) => {
      if (!block) throw Object.assign(new Error('gone'), { code: 'ENOENT' });
      return ['a'];
    });
    assert.deepEqual([(await ask(group)).state, (await ask(group)).rows.length], ['Complete', 1]);
  });

  it('hold no more than some texts, of which the oldest go first', async () => {
    const group = groupOf(20, () => ['x'.repeat(1024 * 1024)]);
    const all: RunningQuery[] = [];
    for (let n = 0; n < 5; n++) all.push(await ask(group));
    assert.deepEqual(all.map(({ rows }) => rows.length), [15, 15, 15, 15, 15]);
    assert.deepEqual(all.map(({ id }) => queries.get(id) !== undefined), [false, true, true, true, true]);
  });
});
