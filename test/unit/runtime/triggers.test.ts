import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { CreateEventSourceMappingCommand, CreateFunctionUrlConfigCommand, DeleteFunctionCommand, GetFunctionUrlConfigCommand } from '@aws-sdk/client-lambda';
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import type { FunctionRef, Trigger } from '../../../src/core/provider';
import { triggerKinds } from '../../../src/providers/local/triggerKinds';
import { triggers } from '../../../src/providers/local/triggers';
import { eventually, RunningRuntime } from './harness';

const source = 'exports.handler = async (e) => { console.log("woken", JSON.stringify(e)); if (e.Records && e.Records[0].body === "throw") throw new Error("no"); return { method: e.requestContext?.http.method }; };';

describe('the local runtime: triggers', () => {
  let runtime: RunningRuntime;
  let sqs: SQSClient;
  const connect = () => {
    const { endpoint, accessKeyId, secretAccessKey } = runtime.line;
    sqs = new SQSClient({ endpoint, region: 'eu-west-1', credentials: { accessKeyId, secretAccessKey }, maxAttempts: 1 });
  };
  before(async () => {
    runtime = await RunningRuntime.start();
    connect();
    await runtime.node('woken', source, { Timeout: 2 });
    await runtime.node('other', source);
  });
  after(async () => {
    sqs.destroy();
    await runtime.stop();
  });

  const options = { signal: new AbortController().signal };
  const ref = (name: string): FunctionRef => ({ provider: 'local', scope: 'local', name });
  const facet = triggers(async () => runtime.line);
  const list = async (name = 'woken') => facet.list(ref(name), options);
  const add = async (kind: string, texts: Record<string, string> = {}, name = 'woken') => facet.add(ref(name), { kind, ...texts }, options);
  const turn = async ({ id }: Pick<Trigger, 'id'>, isOn: boolean, name = 'woken') => facet.enable(ref(name), id, isOn, options);
  const remove = async ({ id }: Pick<Trigger, 'id'>, name = 'woken') => facet.remove(ref(name), id, options);
  const files = () => readdirSync(path.join(runtime.data, 'triggers'));
  const lines = async (name = 'woken') => (await runtime.events(name).catch(() => [])).map((event) => event.message ?? '');
  const logged = async (text: string, name = 'woken') => eventually(async () => (await lines(name)).some((line) => line.includes(text)), `"${text}" is logged`, 8000);
  const fails = (work: Promise<unknown>, kind: string, message: RegExp) => assert.rejects(work, (error: Error & { kind: string }) => {
    assert.equal(error.kind, kind);
    assert.match(error.message, message);
    return true;
  });

  it('are added off, in all kinds that are offered, with what it takes to make them again', async () => {
    const inbox = path.join(runtime.data, '..', `${path.basename(runtime.data)}-inbox`);
    mkdirSync(inbox);
    const settings: Record<string, Record<string, string>> = { http: { origins: 'https://a.example' }, schedule: { expression: 'cron(0 18 ? * MON-FRI *)', timezone: 'Europe/Berlin' }, file: { folder: inbox, suffix: '.csv' }, queue: { queue: 'orders', maxReceives: '1' } };
    assert.deepEqual(triggerKinds.map(({ id }) => id), Object.keys(settings));
    for (const { id, icon, fields } of triggerKinds) {
      for (const { name, pattern } of fields) if (settings[id]?.[name] !== undefined) assert.match(settings[id][name], pattern);
      const { label, ...added } = await add(id, settings[id]);
      assert.ok(label);
      assert.deepEqual(added, { id: added.id, kind: id, icon, enabled: false, setting: { kind: id, ...(id === 'queue' ? { batchSize: '10' } : {}), ...settings[id] } });
    }
    const all = await list();
    assert.deepEqual(all.map(({ label }) => label), ['Function URL', 'cron(0 18 ? * MON-FRI *) Europe/Berlin', `${path.basename(inbox)}/*.csv`, 'orders']);
    assert.deepEqual(await list('other'), []);
    for (const trigger of all) await remove(trigger);
    assert.deepEqual([await list(), files()], [[], []]);
  });

  it('are refused in one sentence with the cure', async () => {
    await fails(add('mail'), 'invalid', /^There is no kind of trigger "mail"; choose one of http, schedule, file, queue\.$/);
    await fails(add('schedule', { expression: 'daily' }), 'invalid', /^"daily" is no schedule; write rate/);
    await fails(add('schedule', { expression: 'rate(1 hour)', input: '{' }), 'invalid', /must be JSON/);
    await fails(add('file', { folder: 'relative' }), 'invalid', /absolute path/);
    await fails(add('file', { folder: path.join(runtime.data, 'none') }), 'invalid', /There is no folder .*; make it first/);
    await fails(add('file', { folder: runtime.data }), 'invalid', /what the local runtime itself writes; choose another/);
    await fails(add('file', { folder: path.dirname(runtime.data) }), 'invalid', /what the local runtime itself writes/);
    await fails(add('queue', { queue: 'a b' }), 'invalid', /is no name of a queue/);
    await fails(add('queue', { queue: 'q', batchSize: '11' }), 'invalid', /set the window/);
    await fails(add('queue', { queue: 'q', colour: 'red' }), 'invalid', /has no option "colour"/);
    await fails(list('nobody'), 'notFound', /There is no local function nobody any more/);
    await fails(turn({ id: 'x' }, true), 'notFound', /has no such trigger any more/);
    await fails(remove({ id: '../functions/f-woken' }), 'notFound', /has no such trigger any more/);
    const queue = await add('queue', { queue: 'twice' });
    await fails(add('queue', { queue: 'twice' }), 'conflict', /calls woken already/);
    await fails(turn(queue, true, 'other'), 'notFound', /other has no such trigger/);
    await remove(queue);
  });

  it('by HTTP are the function URL, which is at the same place when it is turned on again', async () => {
    const added = await add('http');
    const on = await turn(added, true);
    assert.equal((await (await fetch(on.url ?? '')).json() as { method: string }).method, 'GET');
    assert.equal((await runtime.lambda.send(new GetFunctionUrlConfigCommand({ FunctionName: 'woken' }))).FunctionUrl, on.url);
    const second = await add('http');
    await fails(turn(second, true), 'conflict', /woken has another function URL/);
    await remove(second);
    const off = await turn(on, false);
    assert.deepEqual([off.id, off.enabled, off.url], [added.id, false, undefined]);
    await assert.rejects(fetch(on.url ?? ''));
    assert.equal((await turn(off, true)).url, on.url);
    await remove(off);
    assert.deepEqual(await list(), []);
    // One that was made over the API is a trigger as well.
    const { FunctionUrl } = await runtime.lambda.send(new CreateFunctionUrlConfigCommand({ FunctionName: 'woken', AuthType: 'NONE' }));
    const [made] = await list();
    assert.deepEqual([made?.kind, made?.enabled, made?.url], ['http', true, FunctionUrl]);
    await remove(made as Trigger);
  });

  it('by queue call with what SQS clients send, and keep in a file what fails too often', async () => {
    const trigger = await add('queue', { queue: 'jobs', maxReceives: '1' });
    const QueueUrl = `${runtime.line.endpoint}/000000000000/jobs`;
    await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: 'early' }));
    await turn(trigger, true);
    await logged('"body":"early"');
    await eventually(async () => (await list())[0]?.note?.startsWith('last called at ') === true, 'the note says so');
    const { MessageId } = await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: 'throw' }));
    await logged('of the queue jobs 1 failed with the function');
    // As if its time were over.
    const folder = path.join(runtime.data, 'queues', 'q-jobs', 'messages');
    await runtime.stop('SIGKILL', true);
    sqs.destroy();
    const [name = ''] = readdirSync(folder);
    renameSync(path.join(folder, name), path.join(folder, name.replace(/~\d+\.json$/, '~1.json')));
    runtime = await RunningRuntime.start(runtime.data);
    connect();
    await logged(`The message ${MessageId} of the queue jobs failed too often and is kept in ${path.join(runtime.data, 'letters')}`);
    const letters = path.join(runtime.data, 'letters', 'arn-aws-sqs-eu-west-1-000000000000-jobs');
    const letter = JSON.parse(readFileSync(path.join(letters, readdirSync(letters)[0] ?? ''), 'utf8')) as { body: string; attributes: Record<string, string> };
    assert.deepEqual([letter.body, letter.attributes.ApproximateReceiveCount], ['throw', '1']);
    await turn(trigger, false);
    await remove(trigger);
  });

  it('by schedule call when their time comes, also after a restart, and say what they missed', async () => {
    const trigger = await add('schedule', { expression: 'rate(1 minute)', input: '{"tick":1}' });
    assert.match((await turn(trigger, true)).note ?? '', /^next at \d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC$/);
    await runtime.stop('SIGKILL', true);
    const file = path.join(runtime.data, 'triggers', `${trigger.id}.json`);
    const record = JSON.parse(readFileSync(file, 'utf8')) as { changed: number };
    // As if it had been turned on two minutes ago, all but a second and a half.
    writeFileSync(file, JSON.stringify({ ...record, changed: Date.now() - 118_500 }));
    sqs.destroy();
    runtime = await RunningRuntime.start(runtime.data);
    connect();
    await logged('The schedule every minute missed one time since');
    await logged('woken {"tick":1}');
    await logged('The schedule every minute fired for');
    assert.equal((await lines()).filter((line) => line.includes('"tick"')).length, 1);
    await eventually(() => typeof (JSON.parse(readFileSync(file, 'utf8')) as { fired?: number }).fired === 'number', 'its time is kept');
    await remove(trigger);
  });

  it('that are broken say so and do no harm, and a file that is none stays as it is', async () => {
    const broken = await turn(await add('schedule', { expression: 'rate(1 hour)' }), true);
    const gone = await turn(await add('queue', { queue: 'vanishing' }), true);
    await runtime.stop('SIGTERM', true);
    const file = (id: string) => path.join(runtime.data, 'triggers', `${id}.json`);
    writeFileSync(file(broken.id), readFileSync(file(broken.id), 'utf8').replace('rate(1 hour)', 'rate(1 year)'));
    writeFileSync(path.join(runtime.data, 'triggers', 'junk.json'), '{');
    sqs.destroy();
    runtime = await RunningRuntime.start(runtime.data);
    connect();
    await eventually(async () => (await list())[0]?.note?.includes('is no rate; write') === true, 'the note says what is wrong');
    assert.ok(runtime.stderr.join('').includes('junk.json cannot be read'));
    assert.ok(files().includes('junk.json'));
    const { endpoint, accessKeyId } = runtime.line;
    await fetch(endpoint, { method: 'POST', headers: { authorization: `AWS4-HMAC-SHA256 Credential=${accessKeyId}/20260101/eu-west-1/sqs/aws4_request`, 'x-amz-target': 'AmazonSQS.DeleteQueue' }, body: JSON.stringify({ QueueUrl: 'vanishing' }) });
    await eventually(async () => (await list()).find(({ id }) => id === gone.id)?.note?.startsWith('There is no queue vanishing any more; ') === true, 'the note tells of the queue');
    await remove(broken);
    await remove(gone);
  });

  it('go with their function', async () => {
    await runtime.node('leaving', source);
    await turn(await add('schedule', { expression: 'rate(1 hour)' }, 'leaving'), true, 'leaving');
    await add('queue', { queue: 'left' }, 'leaving');
    await add('http', {}, 'leaving');
    const kept = await runtime.lambda.send(new CreateEventSourceMappingCommand({ EventSourceArn: 'arn:aws:sqs:eu-west-1:000000000000:left', FunctionName: 'other' }));
    await runtime.lambda.send(new DeleteFunctionCommand({ FunctionName: 'leaving' }));
    assert.deepEqual(files().filter((name) => name !== 'junk.json'), [`${kept.UUID}.json`]);
    const [mapping] = await list('other');
    assert.deepEqual([mapping?.id, mapping?.kind, mapping?.label, mapping?.enabled], [kept.UUID, 'queue', 'left', true]);
    await runtime.node('leaving', source);
    assert.deepEqual(await list('leaving'), []);
  });
});
