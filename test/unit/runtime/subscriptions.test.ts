import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import { CreateLogGroupCommand, PutSubscriptionFilterCommand } from '@aws-sdk/client-cloudwatch-logs';
import type { World } from '../../../src/runtime/api/call';
import { Deliveries, type FoundLines } from '../../../src/runtime/deliveries';
import { EventQueue } from '../../../src/runtime/queue';
import type { QueuedEvent } from '../../../src/runtime/queuedEvent';
import { eventually, RunningRuntime } from './harness';

const arn = (name: string) => `arn:aws:lambda:eu-west-1:000000000000:function:${name}`;
const filter = { name: 'f', pattern: '', destination: arn('sink'), distribution: 'ByLogStream', created: 0 };

describe('what subscriptions found', () => {
  let events: QueuedEvent[];
  let warnings: string[];
  let isThere: boolean;
  let deliveries: Deliveries;
  beforeEach(() => {
    [events, warnings, isThere] = [[], [], true];
    const functions = { get: (name: string) => (isThere ? { region: 'eu-west-1', latest: { logGroup: name === 'back' ? 'g' : `/aws/lambda/${name}` }, versions: [] } : undefined) };
    const queue = { add: (event: QueuedEvent) => Promise.resolve(void events.push(event)) };
    const logs = { get: (name: string) => ({ facts: { subscriptions: name === '/aws/lambda/sink' ? [{ ...filter, destination: arn('back') }] : [] } }) };
    const world = { functions, queue, logs, warn: (line: string) => void warnings.push(line) };
    deliveries = new Deliveries(() => world as unknown as World);
  });
  const found = (messages: readonly string[], hops = 0): FoundLines => ({ group: 'g', stream: 's', filter, hops, lines: messages.map((message, index) => ({ id: String(index), timestamp: 0, message })) });
  const deliver = async (...messages: string[]) => {
    deliveries.add(found(messages));
    await deliveries.done();
  };
  const linesOf = ({ call }: QueuedEvent) => {
    const { awslogs } = JSON.parse(Buffer.from(call.payload).toString()) as { awslogs: { data: string } };
    return (JSON.parse(gunzipSync(Buffer.from(awslogs.data, 'base64')).toString()) as { logEvents: { message: string }[] }).logEvents.map((line) => line.message);
  };

  it('comes in events of at most 1 MB, in order, and counts one function more', async () => {
    const messages = Array.from({ length: 12 }, () => randomBytes(150_000).toString('latin1'));
    deliveries.add(found(messages, 3));
    await deliver('small');
    assert.ok(events.length > 3);
    assert.ok(events.every(({ call }) => call.payload.length <= 1_048_576), String(events.map(({ call }) => call.payload.length)));
    assert.deepEqual(events.flatMap(linesOf), [...messages, 'small']);
    assert.deepEqual([events[0]?.call.hops, events.at(-1)?.call.hops], [4, 1]);
    await deliver(...Array.from({ length: 1500 }, String));
    assert.deepEqual(events.slice(-2).map((event) => linesOf(event).length), [1000, 500]);
  });

  it('is missed with one warning until the function is back', async () => {
    isThere = false;
    for (const message of ['a', 'b']) await deliver(message);
    assert.deepEqual(warnings, [`The subscription f of g goes nowhere: there is no ${arn('sink')}.`]);
    isThere = true;
    await deliver('c');
    isThere = false;
    await deliver('d');
    assert.deepEqual([events.flatMap(linesOf), warnings.length], [['c'], 2]);
  });

  it('takes no more memory than it may, and says once that lines are missed', async () => {
    const message = 'x'.repeat(1_000_000);
    const taken = Array.from({ length: 100 }, () => deliveries.admit({ group: 'g', filter }, message)).filter(Boolean);
    assert.equal(taken.length, 68);
    assert.deepEqual(warnings, [`The subscription f of g misses lines: they come faster than they can be kept for ${arn('sink')}.`]);
    await deliver(...taken.map(() => message));
    assert.equal(deliveries.admit({ group: 'g', filter }, message), true);
  });

  it('goes round 16 times at most, however many pieces there are', async () => {
    for (let count = 0; count < 40; count++) deliveries.add(found(['from a subscription'], 1));
    await deliver('from somebody');
    assert.deepEqual([events.length, events.at(-1)?.call.hops], [17, 1]);
    assert.deepEqual(warnings, ['The subscription f of g stops here: functions call each other with what they log, which would go on without end.']);
  });

  it('waits on disk, not in memory', async () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'queue-test-'));
    const seen: string[] = [];
    const run = (event: QueuedEvent) => {
      seen.push(Buffer.from(event.call.payload).toString());
      const file = path.join(folder, readdirSync(folder)[0] ?? '');
      writeFileSync(file, readFileSync(file, 'utf8').replace(Buffer.from('first').toString('base64'), Buffer.from('other').toString('base64')));
      return Promise.resolve(seen.length < 2 ? { event, afterMs: 1 } : undefined);
    };
    const queue = new EventQueue(folder, run, assert.fail);
    await queue.add({ name: 'f', call: { requestId: 'r', arn: '', traceId: '', payload: Buffer.from('first') } });
    await queue.resume();
    await eventually(() => !readdirSync(folder).length, 'the event is done with');
    assert.deepEqual(seen, ['first', 'other']);
    queue.close();
    await queue.add({ name: 'f', call: { requestId: 'late', arn: '', traceId: '', payload: Buffer.from('first') } });
    assert.deepEqual([seen.length, readdirSync(folder)], [2, ['late.json']]);
    rmSync(folder, { recursive: true });
  });

  it('ends after 16 functions when they read the logs of each other', async () => {
    const runtime = await RunningRuntime.start();
    for (const name of ['ping', 'pong']) await runtime.node(name, 'exports.handler = async () => console.log("called");');
    for (const [name, other] of [['ping', 'pong'], ['pong', 'ping']] as const) {
      const logGroupName = `/aws/lambda/${name}`;
      await runtime.logs.send(new CreateLogGroupCommand({ logGroupName }));
      await runtime.logs.send(new PutSubscriptionFilterCommand({ logGroupName, filterName: 'f', filterPattern: 'called', destinationArn: arn(other) }));
    }
    await runtime.call('ping');
    await eventually(() => runtime.stderr.join('').includes('stops here'), 'the circle is stopped', 10_000);
    const all = [...(await runtime.events('ping')), ...(await runtime.events('pong'))];
    assert.equal(all.filter((event) => event.message?.includes('called')).length, 16);
    assert.deepEqual(readdirSync(path.join(runtime.data, 'events')), []);
    await runtime.stop();
  });
});
