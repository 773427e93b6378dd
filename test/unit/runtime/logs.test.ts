import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import {
  CreateLogGroupCommand, CreateLogStreamCommand, DeleteLogGroupCommand, DeleteLogStreamCommand, DeleteRetentionPolicyCommand, DescribeLogGroupsCommand, DescribeLogStreamsCommand,
  FilterLogEventsCommand, GetLogEventsCommand, ListTagsForResourceCommand, PutLogEventsCommand, PutRetentionPolicyCommand, PutTransformerCommand, TagResourceCommand, UntagResourceCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import { LogStore } from '../../../src/runtime/store/logs';
import { RunningRuntime } from './harness';

const logGroupName = '/test/group';
const t0 = Date.now() - 3600_000;
const dayMs = 86_400_000;

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
    const newest = await send(new DescribeLogStreamsCommand({ logGroupIdentifier: groups.logGroups?.[0]?.logGroupArn, orderBy: 'LastEventTime', descending: true, limit: 1 }));
    assert.deepEqual([newest.logStreams?.[0]?.logStreamName, newest.logStreams?.[0]?.lastEventTimestamp], ['late', t0 + 1000]);
  });

  it('names each mistake', async () => {
    await assert.rejects(send(new FilterLogEventsCommand({ logGroupName: '/none' })), { name: 'ResourceNotFoundException', message: 'The specified log group does not exist.' });
    await assert.rejects(send(new GetLogEventsCommand({ logGroupName, logStreamName: 'none' })), { name: 'ResourceNotFoundException' });
    await assert.rejects(send(new CreateLogGroupCommand({ logGroupName })), { name: 'ResourceAlreadyExistsException' });
    await assert.rejects(send(new DescribeLogGroupsCommand({ logGroupNamePrefix: 'a', logGroupNamePattern: 'b' })), { name: 'InvalidParameterException', message: 'LogGroup name prefix and LogGroup name pattern are mutually exclusive parameters.' });
    await assert.rejects(send(new DescribeLogStreamsCommand({ logGroupName, logGroupIdentifier: logGroupName })), { name: 'ValidationException', message: 'LogGroup name and LogGroup ARN are mutually exclusive parameters.' });
    await assert.rejects(send(new CreateLogGroupCommand({ logGroupName: 'x'.repeat(513) })), { name: 'InvalidParameterException', message: 'Invalid LogGroup or LogStream, both must have length less than or equal to 512.' });
    await assert.rejects(send(new FilterLogEventsCommand({ logGroupName, limit: 10_001 })), { name: 'InvalidParameterException', message: "1 validation error detected: Value '10001' at 'limit' failed to satisfy constraint: Member must have value less than or equal to 10000" });
    await assert.rejects(send(new PutRetentionPolicyCommand({ logGroupName, retentionInDays: 2 })), { name: 'InvalidParameterException', message: /Value '2' at 'retentionInDays'/ });
    await assert.rejects(send(new DescribeLogStreamsCommand({ logGroupIdentifier: `arn:aws:logs:eu-west-1:000000000000:log-group:${logGroupName}:*` })), { name: 'InvalidParameterException', message: /at 'logGroupIdentifier' failed/ });
    await assert.rejects(send(new PutTransformerCommand({ logGroupIdentifier: logGroupName, transformerConfig: [] })), { name: 'UnknownOperationException', message: /does not know PutTransformer/ });
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

  it('leaves out what is too old or too new, and says so', async () => {
    await send(new CreateLogStreamCommand({ logGroupName, logStreamName: 'times' }));
    const write = async (...times: number[]) =>
      (await send(new PutLogEventsCommand({ logGroupName, logStreamName: 'times', logEvents: times.map((timestamp) => ({ timestamp, message: `at ${timestamp}` })) }))).rejectedLogEventsInfo;
    const now = Date.now();
    assert.equal(await write(now, now + 1), undefined);
    assert.deepEqual(await write(now, now + 3 * 3600_000), { tooNewLogEventStartIndex: 1 });
    assert.deepEqual(await write(now - 14 * dayMs - 5000, now - 14 * dayMs + 60_000), { tooOldLogEventEndIndex: 1 });
    assert.deepEqual(await write(now - 30 * dayMs), { tooOldLogEventEndIndex: 1 });
    const page = await send(new GetLogEventsCommand({ logGroupName, logStreamName: 'times', startFromHead: true }));
    assert.deepEqual(page.events?.map((event) => event.timestamp), [now, now + 1, now, now - 14 * dayMs + 60_000]);
    await assert.rejects(write(now, now - 1), { message: 'Log events in a single PutLogEvents request must be in chronological order.' });
    await assert.rejects(write(now - 2 * dayMs, now), { message: /cannot span more than 24 hours/ });
    await send(new DeleteLogStreamCommand({ logGroupName, logStreamName: 'times' }));
  });

  it('keeps tags', async () => {
    const resourceArn = 'arn:aws:logs:eu-west-1:000000000000:log-group:/test/tagged';
    await send(new CreateLogGroupCommand({ logGroupName: '/test/tagged', tags: { env: 'testing' } }));
    await send(new TagResourceCommand({ resourceArn, tags: { test1: 'val1', test2: 'val2' } }));
    await send(new UntagResourceCommand({ resourceArn, tagKeys: ['env'] }));
    assert.deepEqual((await send(new ListTagsForResourceCommand({ resourceArn }))).tags, { test1: 'val1', test2: 'val2' });
  });

  it('shows nothing that is out of retention, and tells of its disk use', async () => {
    const old = { logGroupName: '/test/old', logStreamName: 's' };
    await send(new CreateLogGroupCommand({ logGroupName: '/test/old' }));
    await send(new CreateLogStreamCommand(old));
    for (const age of [3, 0]) await send(new PutLogEventsCommand({ ...old, logEvents: [{ timestamp: Date.now() - age * dayMs, message: `${age} days` }] }));
    const shown = async () => [
      (await send(new FilterLogEventsCommand({ logGroupName: '/test/old' }))).events?.map((event) => event.message),
      (await send(new GetLogEventsCommand({ ...old, startFromHead: true }))).events?.map((event) => event.message),
    ];
    await send(new PutRetentionPolicyCommand({ logGroupName: '/test/old', retentionInDays: 1 }));
    assert.deepEqual(await shown(), [['0 days'], ['0 days']]);
    const [described] = (await send(new DescribeLogGroupsCommand({ logGroupNamePrefix: '/test/old' }))).logGroups ?? [];
    assert.equal(described?.retentionInDays, 1);
    const health = await fetch(`${runtime.line.endpoint}/function-deck/health`, { headers: { authorization: `Bearer ${runtime.line.accessKeyId}` } });
    const { logBytes } = (await health.json()) as { logBytes: number };
    assert.ok(logBytes > (described?.storedBytes ?? Infinity) && (described?.storedBytes ?? 0) > 0);
    await send(new DeleteRetentionPolicyCommand({ logGroupName: '/test/old' }));
    assert.deepEqual((await shown())[0], ['3 days', '0 days']);
  });

  it('writes on where its log was deleted under a warm function', async () => {
    await runtime.node('again', 'exports.handler = async (e) => { console.log("call", e.n); return 1; };');
    await runtime.call('again', { n: 1 });
    await send(new DeleteLogGroupCommand({ logGroupName: '/aws/lambda/again' }));
    const { log } = await runtime.call('again', { n: 2 });
    assert.doesNotMatch(log, /INIT_START/);
    const events = (await runtime.events('again')).map((event) => event.message ?? '');
    assert.deepEqual([events.some((message) => message.includes('call 1')), events.filter((message) => message.includes('call 2')).length], [false, 1]);
    assert.deepEqual(runtime.stderr, []);
  });

  it('has the same ids, times and tokens after a restart', async () => {
    const first = await RunningRuntime.start();
    await first.node('kept', 'exports.handler = async () => { console.log("one"); console.log("two"); };');
    await first.call('kept');
    const group = { logGroupName: '/aws/lambda/kept' };
    const look = async (one: RunningRuntime) => {
      const [stream] = (await one.logs.send(new DescribeLogStreamsCommand(group))).logStreams ?? [];
      const page = await one.logs.send(new GetLogEventsCommand({ ...group, logStreamName: stream?.logStreamName, startFromHead: true }));
      return [await one.events('kept'), stream, page.events, page.nextForwardToken];
    };
    const before = await look(first);
    await first.stop('SIGTERM', true);
    const second = await RunningRuntime.start(first.data);
    const after = await look(second);
    await second.stop();
    assert.deepEqual(after, before);
  });
});

describe('the log store’s use of the disk', () => {
  let folder: string;
  beforeEach(() => (folder = mkdtempSync(path.join(tmpdir(), 'logs-test-'))));
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const files = () => readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.log'));
  const open = (maxBytes?: number) => new LogStore(folder, (line) => assert.fail(line), maxBytes);

  it('gives back what is out of retention, and keeps what is not or is written to', () => {
    const store = open();
    const group = store.ensure('/g');
    const days = (count: number) => Date.now() - count * dayMs;
    for (const age of [9, 1]) {
      const stream = group.create(`${age} days`);
      stream.append(['text'], days(age));
      stream.close();
    }
    group.create('in use').append(['text'], days(9));
    group.create('new').open();
    store.write(group, { ...group.facts, retentionInDays: 7 });
    store.sweep();
    assert.deepEqual([group.streams().map((stream) => stream.name), files().length], [['1 days', 'in use', 'new'], 3]);
    store.close();
    open().sweep();
    assert.equal(files().length, 2);
  });

  it('stays below its limit, the oldest streams first, never one that is written to', () => {
    const store = open(20_000);
    const group = store.ensure('/g');
    const used = group.create('used');
    used.append(['x'.repeat(5000)]);
    for (const name of ['a', 'b', 'c', 'd', 'e']) {
      const stream = group.create(name);
      stream.append(['x'.repeat(5000)]);
      stream.close();
    }
    assert.ok(store.bytes > 30_000);
    store.sweep();
    assert.ok(store.bytes <= 20_000);
    assert.ok(group.stream('used') && group.stream('e') && !group.stream('a'));
    assert.equal(files().length, group.streams().length);
    const again = open();
    assert.equal(again.bytes, store.bytes);
    store.close();
    again.close();
  });

  it('comes back below its limit as soon as much was written, without waiting for its turn', async () => {
    const store = open(20_000);
    const group = store.ensure('/g');
    for (let n = 0; n < 30; n++) {
      const stream = group.create(String(n));
      stream.append(['x'.repeat(1000)]);
      stream.close();
      // As between two requests.
      await new Promise(setImmediate);
      assert.ok(store.bytes <= 25_000, `${store.bytes} bytes after ${n + 1} streams`);
    }
    store.close();
  });
});
