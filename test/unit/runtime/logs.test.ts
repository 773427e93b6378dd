import assert from 'node:assert/strict';
import {
  CreateLogGroupCommand, CreateLogStreamCommand, DeleteLogGroupCommand, DescribeLogGroupsCommand, DescribeLogStreamsCommand,
  FilterLogEventsCommand, GetLogEventsCommand, PutLogEventsCommand, StartQueryCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import { RunningRuntime } from './harness';

const logGroupName = '/test/group';
const t0 = Date.UTC(2026, 0, 1);

describe('the local runtime: logs', () => {
  let runtime: RunningRuntime;
  before(async () => {
    runtime = await RunningRuntime.start();
    await send(new CreateLogGroupCommand({ logGroupName }));
    await put('a/one', [[t0, 'ERROR alpha'], [t0 + 10, 'beta'], [t0 + 30, 'ERROR gamma delta']]);
    await put('a/two', [[t0, 'twin'], [t0 + 20, 'WARN alpha']]);
    await put('b', [[t0 + 5, 'other']]);
  });
  after(() => runtime.stop());

  const send: RunningRuntime['logs']['send'] = ((command: never) => runtime.logs.send(command)) as never;
  async function put(logStreamName: string, events: readonly (readonly [number, string])[]): Promise<void> {
    await send(new CreateLogStreamCommand({ logGroupName, logStreamName })).catch((error: Error) => assert.equal(error.name, 'ResourceAlreadyExistsException'));
    await send(new PutLogEventsCommand({ logGroupName, logStreamName, logEvents: events.map(([timestamp, message]) => ({ timestamp, message })) }));
  }
  async function filter(more: object = {}): Promise<string[]> {
    const page = await send(new FilterLogEventsCommand({ logGroupName, ...more }));
    return (page.events ?? []).map((event) => event.message ?? '');
  }

  it('merges streams by time', async () => {
    assert.deepEqual(await filter(), ['ERROR alpha', 'twin', 'other', 'beta', 'WARN alpha', 'ERROR gamma delta']);
  });

  it('filters by time, both ends included, by stream and by prefix', async () => {
    assert.deepEqual(await filter({ startTime: t0 + 5, endTime: t0 + 20 }), ['other', 'beta', 'WARN alpha']);
    assert.deepEqual(await filter({ logStreamNames: ['b', 'a/two'] }), ['twin', 'other', 'WARN alpha']);
    assert.deepEqual(await filter({ logStreamNamePrefix: 'a/' }), ['ERROR alpha', 'twin', 'beta', 'WARN alpha', 'ERROR gamma delta']);
  });

  it('filters by patterns and refuses what is none', async () => {
    const table: readonly (readonly [string, string[]])[] = [
      ['ERROR', ['ERROR alpha', 'ERROR gamma delta']],
      ['ERROR alpha', ['ERROR alpha']],
      ['alpha -WARN', ['ERROR alpha']],
      ['?WARN ?other', ['other', 'WARN alpha']],
      ['"gamma delta"', ['ERROR gamma delta']],
      ['"delta gamma"', []],
      ['%^[EW].*a$%', ['ERROR alpha', 'WARN alpha', 'ERROR gamma delta']],
      ['[level, word = alpha]', ['ERROR alpha', 'WARN alpha']],
      ['{ $.x = 1 }', []],
      ['', await filter()],
    ];
    for (const [filterPattern, expected] of table) assert.deepEqual(await filter({ filterPattern }), expected, filterPattern);
    for (const filterPattern of ['{ x }', '[a, b', '%(x)%', '"']) await assert.rejects(filter({ filterPattern }), { name: 'InvalidParameterException' });
  });

  it('pages without loss or repetition, with ids that stay', async () => {
    const ids: string[] = [];
    const messages: string[] = [];
    for (let nextToken: string | undefined, first = true; first || nextToken; first = false) {
      const page = await send(new FilterLogEventsCommand({ logGroupName, limit: 2, nextToken }));
      ids.push(...(page.events ?? []).map((event) => event.eventId ?? ''));
      messages.push(...(page.events ?? []).map((event) => event.message ?? ''));
      nextToken = page.nextToken;
    }
    assert.deepEqual(messages, await filter());
    assert.equal(new Set(ids).size, 6);
    assert.ok(ids.every((id) => /^\d{56}$/.test(id)));
    const all = await send(new FilterLogEventsCommand({ logGroupName }));
    assert.deepEqual(all.events?.map((event) => event.eventId), ids);
    await assert.rejects(send(new FilterLogEventsCommand({ logGroupName, nextToken: 'nonsense' })), { name: 'InvalidParameterException' });
  });

  it('merges what comes late and out of order', async () => {
    await put('late', [[t0 + 1000, 'late 1000']]);
    await put('late', [[t0 + 1, 'late 1']]);
    assert.deepEqual((await filter()).slice(0, 4), ['ERROR alpha', 'twin', 'late 1', 'other']);
  });

  it('reads one stream forth and back by tokens', async () => {
    const read = (more: object) => send(new GetLogEventsCommand({ logGroupName, logStreamName: 'a/one', ...more }));
    const text = (page: { events?: { message?: string }[] }) => page.events?.map((event) => event.message);
    const head = await read({ startFromHead: true, limit: 2 });
    assert.deepEqual(text(head), ['ERROR alpha', 'beta']);
    const next = await read({ nextToken: head.nextForwardToken });
    assert.deepEqual(text(next), ['ERROR gamma delta']);
    const end = await read({ nextToken: next.nextForwardToken });
    assert.deepEqual([text(end), end.nextForwardToken], [[], next.nextForwardToken]);
    const tail = await read({ limit: 1 });
    assert.deepEqual(text(tail), ['ERROR gamma delta']);
    assert.deepEqual(text(await read({ nextToken: tail.nextBackwardToken })), ['ERROR alpha', 'beta']);
    await put('a/one', [[t0 + 40, 'fresh']]);
    assert.deepEqual(text(await read({ nextToken: end.nextForwardToken })), ['fresh']);
  });

  it('describes groups and streams', async () => {
    const groups = await send(new DescribeLogGroupsCommand({ logGroupNamePrefix: '/test' }));
    assert.equal(groups.logGroups?.[0]?.arn, `arn:aws:logs:eu-west-1:000000000000:log-group:${logGroupName}:*`);
    const byName = await send(new DescribeLogStreamsCommand({ logGroupName, limit: 2 }));
    assert.deepEqual(byName.logStreams?.map((stream) => stream.logStreamName), ['a/one', 'a/two']);
    const more = await send(new DescribeLogStreamsCommand({ logGroupName, nextToken: byName.nextToken }));
    assert.deepEqual(more.logStreams?.map((stream) => stream.logStreamName), ['b', 'late']);
    const newest = await send(new DescribeLogStreamsCommand({ logGroupIdentifier: groups.logGroups?.[0]?.arn, orderBy: 'LastEventTime', descending: true, limit: 1 }));
    assert.deepEqual([newest.logStreams?.[0]?.logStreamName, newest.logStreams?.[0]?.lastEventTimestamp], ['late', t0 + 1000]);
  });

  it('names each mistake', async () => {
    await assert.rejects(send(new FilterLogEventsCommand({ logGroupName: '/none' })), { name: 'ResourceNotFoundException', message: 'The specified log group does not exist.' });
    await assert.rejects(send(new GetLogEventsCommand({ logGroupName, logStreamName: 'none' })), { name: 'ResourceNotFoundException' });
    await assert.rejects(send(new CreateLogGroupCommand({ logGroupName })), { name: 'ResourceAlreadyExistsException' });
    await assert.rejects(send(new StartQueryCommand({ logGroupName, startTime: 1, endTime: 2, queryString: 'x' })), { name: 'UnknownOperationException', message: /does not know StartQuery/ });
  });

  it('shows a line to a reader at once, and takes 10,000 events as one page', async () => {
    await send(new CreateLogGroupCommand({ logGroupName: '/test/many' }));
    await send(new CreateLogStreamCommand({ logGroupName: '/test/many', logStreamName: 's' }));
    const logEvents = Array.from({ length: 10_000 }, (_, index) => ({ timestamp: t0 + index, message: `event ${index}` }));
    await send(new PutLogEventsCommand({ logGroupName: '/test/many', logStreamName: 's', logEvents }));
    const page = await send(new FilterLogEventsCommand({ logGroupName: '/test/many' }));
    assert.deepEqual([page.events?.length, page.nextToken], [10_000, undefined]);
    await send(new DeleteLogGroupCommand({ logGroupName: '/test/many' }));
    await assert.rejects(send(new FilterLogEventsCommand({ logGroupName: '/test/many' })), { name: 'ResourceNotFoundException' });
  });
});
