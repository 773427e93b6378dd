import assert from 'node:assert/strict';
import {
  CreateLogGroupCommand, CreateLogStreamCommand, DescribeQueriesCommand, GetLogRecordCommand, GetQueryResultsCommand, PutLogEventsCommand, StartQueryCommand, StopQueryCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import { Turns } from '../../../src/core/packaging/turns';
import { Best } from '../../../src/runtime/insights/best';
import { parseQuery } from '../../../src/runtime/insights/query';
import type { Row } from '../../../src/runtime/insights/row';
import { eventually, refused, RunningRuntime } from './harness';

const rowOf = (values: Record<string, string>): Row => ({ get: (field) => values[field], size: 100, rest: () => undefined });

/** What a query makes of some rows, oldest first: the fields that it shows. */
async function ask(text: string, rows: Iterable<Record<string, string>>): Promise<(string | undefined)[][]> {
  const query = parseQuery(text);
  const answer = query.start();
  for (const row of rows) answer.add(rowOf(row));
  return Array.from(await answer.rows(new Turns()), (row) => query.fields.map((field) => row.get(field)));
}

const rows: readonly Record<string, string>[] = [
  { '@timestamp': '2026-01-01 10:00:10.000', '@message': 'first ERROR', level: 'error', size: '9' },
  { '@timestamp': '2026-01-01 10:04:59.000', '@message': 'second', level: 'info', size: '10' },
  { '@timestamp': '2026-01-01 10:05:00.000', '@message': 'third error', level: 'error' },
];

describe('queries of Logs Insights', () => {
  const messages = async (filter: string) => (await ask(`fields @message | filter ${filter} | sort @timestamp asc`, rows)).flat();

  it('keep what fits', async () => {
    const table: readonly (readonly [filter: string, found: readonly string[]])[] = [
      ['@message like /error/', ['third error']], ['@message like /(?i)error/', ['first ERROR', 'third error']], ['@message not like "r"', ['second']], ["level = 'info' or @message like 'third'", ['second', 'third error']],
      ['size > 9', ['second']], ['size >= 9 and not level = "info"', ['first ERROR']], ['ispresent(size)', ['first ERROR', 'second']], ['level in ["info", "debug"]', ['second']], ['level not in ["info"]', ['first ERROR', 'third error']],
      ['level != "error"', ['second']], ['toMillis(@timestamp) >= 1767261900000', ['third error']], ['(level = "error" and size = 9) or @message =~ /^sec/', ['first ERROR', 'second']],
    ];
    for (const [filter, found] of table) assert.deepEqual(await messages(filter), found, filter);
  });

  it('sort, limit and count', async () => {
    assert.deepEqual((await ask('display @message', rows)).flat(), ['third error', 'second', 'first ERROR']);
    assert.deepEqual(await ask('fields size | filter ispresent(size) | sort size desc | limit 1', rows), [['10']]);
    assert.deepEqual(await ask('stats count(*) as n, max(size), avg(size) by level | sort n desc', rows), [['error', '2', '9', '9'], ['info', '1', '10', '10']]);
    assert.deepEqual(await ask('stats count() by bin(5m)', rows), [['2026-01-01 10:00:00.000', '2'], ['2026-01-01 10:05:00.000', '1']]);
    assert.deepEqual(await ask('stats sum(size)', []), [['0']]);
    assert.deepEqual(await ask('stats count(*) by level | filter level = "info"', rows), [['info', '1']]);
  });

  it('take the steps in their order', async () => {
    assert.deepEqual(await ask('fields size | sort size desc | filter level = "info" | limit 1', rows), [['10']]);
    assert.deepEqual(await ask('fields size | limit 2 | filter ispresent(size) | sort size asc', rows), [['10']]);
    assert.deepEqual(await ask('sort @timestamp asc | limit 2 | stats count(*) by level', rows), [['error', '1'], ['info', '1']]);
    assert.deepEqual(await ask('fields @message | sort size desc | sort level desc', rows), [['second'], ['first ERROR'], ['third error']]);
    assert.deepEqual(await ask('stats count(*) as n by level | limit 1', rows), [['error', '2']]);
  });

  it('keep only the first of many rows', async () => {
    const many = Array.from({ length: 30_000 }, (_, i) => ({ '@timestamp': '', n: String((i * 7919) % 30_000) }));
    assert.deepEqual(await ask('fields n | sort n desc | limit 3', many), [['29999'], ['29998'], ['29997']]);
    const all = (await ask('fields n | sort n asc', many)).flat();
    assert.deepEqual([all.length, all[0], all.at(-1)], [10_000, '0', '9999']);
    // Those that are long are fewer.
    const best = new Best([{ name: 'n', sign: 1 }], 100);
    for (const row of many.slice(0, 300)) best.add({ ...rowOf(row), size: 10 * 1024 * 1024 });
    const found = Array.from(best.rows(), (row) => Number(row.get('n')));
    assert.deepEqual(found, many.slice(0, 300).map(({ n }) => Number(n)).sort((a, b) => a - b).slice(0, 3));
  });

  it('leave turns to others while many rows are shown and counted', async () => {
    let turns = 0;
    const counting = Object.assign(new Turns(), { give: () => Promise.resolve(void turns++) });
    Object.defineProperty(counting, 'isOver', { value: true });
    const answer = parseQuery('limit 3 | stats count(*)').start();
    for (const row of rows) answer.add(rowOf(row));
    assert.deepEqual([Array.from(await answer.rows(counting), (row) => row.get('count(*)')), turns], [['3'], 4]);
  });

  it('are refused when they cannot be answered', () => {
    for (const text of ['parse @message "a *" as x', 'fields', 'filter @message', 'filter @message like', 'limit x', 'stats median(x)', 'stats count(*) by bin(x)', 'fields a | ', 'filter a = 1)', 'filter a like /(b)/', `filter ${'('.repeat(20_000)}a = 1`, `filter ${'not '.repeat(20_000)}a = 1`]) {
      assert.throws(() => parseQuery(text), { name: 'ApiError', type: 'MalformedQueryException' }, text);
    }
  });

  describe('of a log group', () => {
    let runtime: RunningRuntime;
    before(async () => (runtime = await RunningRuntime.start()));
    after(() => runtime.stop());
    const send: RunningRuntime['logs']['send'] = ((command: never) => runtime.logs.send(command)) as never;
    const range = () => ({ startTime: Math.floor(Date.now() / 1000) - 60, endTime: Math.floor(Date.now() / 1000) + 60 });
    async function results(queryString: string, logGroupName: string) {
      const { queryId } = await send(new StartQueryCommand({ logGroupName, queryString, ...range() }));
      await eventually(async () => (await send(new GetQueryResultsCommand({ queryId }))).status === 'Complete', 'the query is complete');
      const found = await send(new GetQueryResultsCommand({ queryId }));
      return { queryId, ...found, rows: (found.results ?? []).map((row) => Object.fromEntries(row.map(({ field, value }) => [field ?? '', value]))) };
    }

    it('find events by members of JSON, and an event again', async () => {
      const group = { logGroupName: '/queries/json', logStreamName: 's' };
      await send(new CreateLogGroupCommand(group));
      await send(new CreateLogStreamCommand(group));
      await send(new PutLogEventsCommand({ ...group, logEvents: ['{"a":{"b":1}}', '{"a":{"b":2}}', 'plain'].map((message) => ({ timestamp: Date.now(), message })) }));
      const { rows: found, statistics, queryId } = await results('fields @message, a.b, @log | filter a.b > 1', '/queries/json');
      assert.deepEqual(found.map((row) => [row['@message'], row['a.b'], row['@log']]), [['{"a":{"b":2}}', '2', '000000000000:/queries/json']]);
      assert.deepEqual([statistics?.recordsScanned, statistics?.recordsMatched], [3, 1]);
      const { logRecord } = await send(new GetLogRecordCommand({ logRecordPointer: found[0]?.['@ptr'] }));
      assert.deepEqual([logRecord?.['@message'], logRecord?.['@logStream']], ['{"a":{"b":2}}', 's']);
      const [told] = (await send(new DescribeQueriesCommand({ logGroupName: '/queries/json', status: 'Complete' }))).queries ?? [];
      assert.equal(told?.queryId, queryId);
      assert.match(told?.queryString ?? '', /^SOURCE "\/queries\/json" START=\d+000 END=\d+999 \| fields @message, a\.b, @log \| filter a\.b > 1$/);
      assert.equal((await send(new StopQueryCommand({ queryId }))).success, true);
    });

    it('know the reports of calls', async () => {
      await runtime.node('counted', 'exports.handler = async () => 1;');
      for (let n = 0; n < 2; n += 1) await runtime.call('counted');
      await eventually(async () => (await runtime.events('counted')).filter((event) => event.message?.startsWith('REPORT')).length === 2, 'both reports');
      const { rows: found } = await results('filter @type = "REPORT" | stats count(*) as calls, max(@duration) as slowest', '/aws/lambda/counted');
      assert.equal(found[0]?.calls, '2');
      assert.ok(Number(found[0].slowest) > 0);
    });

    it('are refused in the words of AWS', async () => {
      await refused(send(new StartQueryCommand({ logGroupName: '/none', queryString: 'fields @message', ...range() })), 'ResourceNotFoundException', 400, /^Log group '\/none' does not exist for account ID '000000000000'/);
      await refused(send(new StartQueryCommand({ logGroupName: '/queries/json', queryString: 'dedup x', ...range() })), 'MalformedQueryException', 400, /a command must be fields, display, filter, sort, limit or stats/);
      await refused(send(new GetLogRecordCommand({ logRecordPointer: 'nothing' })), 'InvalidParameterException', 400, /^The logRecordPointer is invalid\.$/);
    });
  });
});
