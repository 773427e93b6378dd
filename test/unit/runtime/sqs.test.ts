import assert from 'node:assert/strict';
import { execFile, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { connect as connectTo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import {
  AddPermissionCommand, ChangeMessageVisibilityCommand, CreateQueueCommand, DeleteMessageBatchCommand, DeleteMessageCommand, DeleteQueueCommand, GetQueueAttributesCommand, GetQueueUrlCommand,
  ListQueuesCommand, PurgeQueueCommand, ReceiveMessageCommand, RemovePermissionCommand, SendMessageBatchCommand, SendMessageCommand, SetQueueAttributesCommand, SQSClient,
  type Message, type ReceiveMessageCommandInput, type SendMessageCommandInput,
} from '@aws-sdk/client-sqs';
import fc from 'fast-check';
import { md5OfAttributes } from '../../../src/runtime/api/sqsDigest';
import { LetterBox } from '../../../src/runtime/store/letters';
import { QueueStore } from '../../../src/runtime/store/queues';
import { refused, RunningRuntime } from './harness';

const run = promisify(execFile);

describe('the local runtime: queues', () => {
  let runtime: RunningRuntime;
  let client: SQSClient;
  const connect = () => {
    const { endpoint, accessKeyId, secretAccessKey } = runtime.line;
    client = new SQSClient({ endpoint, region: 'eu-west-1', credentials: { accessKeyId, secretAccessKey }, maxAttempts: 1 });
  };
  before(async () => {
    runtime = await RunningRuntime.start();
    connect();
  });
  after(async () => {
    client.destroy();
    await runtime.stop();
  });

  const send: SQSClient['send'] = ((command: never) => client.send(command)) as never;
  const create = async (QueueName: string, Attributes?: Record<string, string>) => (await send(new CreateQueueCommand({ QueueName, Attributes }))).QueueUrl ?? '';
  const put = async (QueueUrl: string, MessageBody: string, more: Partial<SendMessageCommandInput> = {}) => send(new SendMessageCommand({ QueueUrl, MessageBody, ...more }));
  const receive = async (QueueUrl: string, more: Partial<ReceiveMessageCommandInput> = {}): Promise<Message[]> => (await send(new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, ...more }))).Messages ?? [];
  const bodies = async (QueueUrl: string, more: Partial<ReceiveMessageCommandInput> = {}) => (await receive(QueueUrl, more)).map(({ Body }) => Body);
  const attributes = async (QueueUrl: string) => (await send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['All'] }))).Attributes ?? {};
  const drop = async (QueueUrl: string, { ReceiptHandle }: Message) => send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));

  it('are made, found, listed, changed and deleted', async () => {
    const url = await create('made', { DelaySeconds: '0' });
    assert.equal(url, `${runtime.line.endpoint}/000000000000/made`);
    assert.equal(await create('made', { DelaySeconds: '0' }), url);
    assert.equal((await send(new GetQueueUrlCommand({ QueueName: 'made' }))).QueueUrl, url);
    assert.deepEqual((await send(new ListQueuesCommand({ QueueNamePrefix: 'ma' }))).QueueUrls, [url]);
    await send(new SetQueueAttributesCommand({ QueueUrl: url, Attributes: { VisibilityTimeout: '7' } }));
    const { QueueArn, VisibilityTimeout, MessageRetentionPeriod, ApproximateNumberOfMessages } = await attributes(url);
    assert.deepEqual([QueueArn, VisibilityTimeout, MessageRetentionPeriod, ApproximateNumberOfMessages], ['arn:aws:sqs:eu-west-1:000000000000:made', '7', '345600', '0']);
    await send(new DeleteQueueCommand({ QueueUrl: url }));
    await refused(send(new GetQueueUrlCommand({ QueueName: 'made' })), 'QueueDoesNotExist', 400, /^The specified queue does not exist\.$/);
  });

  it('refuse in the words of AWS', async () => {
    const url = await create('refusing', { MaximumMessageSize: '1024' });
    const fifo = await create('refusing.fifo', { FifoQueue: 'true' });
    await refused(create('refusing', { DelaySeconds: '9' }), 'QueueNameExists', 400, /^A queue already exists with the same name and a different value for attribute DelaySeconds$/);
    await refused(create('a b'), 'InvalidParameterValue', 400, /^Can only include alphanumeric characters/);
    await refused(create('x', { FifoQueue: 'true' }), 'InvalidParameterValue', 400, /must end with \.fifo suffix/);
    await refused(create('x', { VisibilityTimeout: '43201' }), 'InvalidAttributeValue', 400, /VisibilityTimeout/);
    await refused(create('x', { ContentBasedDeduplication: 'true' }), 'InvalidAttributeName', 400, /^Unknown Attribute ContentBasedDeduplication\.$/);
    await refused(create('x', { RedrivePolicy: JSON.stringify({ deadLetterTargetArn: 'arn:aws:sqs:eu-west-1:000000000000:none', maxReceiveCount: 1 }) }), 'InvalidParameterValue', 400, /Dead letter target does not exist\.$/);
    await refused(create('x', { RedrivePolicy: JSON.stringify({ deadLetterTargetArn: 'arn:aws:sqs:us-east-1:000000000000:refusing', maxReceiveCount: 1 }) }), 'InvalidParameterValue', 400, /Dead letter target does not exist\.$/);
    for (const [policy, reason] of [['{}', /mandatory attribute: maxReceiveCount\.$/], ['{"maxReceiveCount":5}', /mandatory attribute: deadLetterTargetArn\.$/], ['x', /not a valid JSON map\.$/]] as const) {
      await refused(create('x', { RedrivePolicy: policy }), 'InvalidParameterValue', 400, reason);
    }
    await refused(put(url, 'x'.repeat(1025)), 'InvalidParameterValue', 400, /Message must be shorter than 1024 bytes\.$/);
    await refused(put(url, 'a\u0000'), 'InvalidMessageContents', 400, /'#x0' was found/);
    await refused(put(fifo, 'a'), 'MissingParameter', 400, /MessageGroupId\.$/);
    await refused(put(fifo, 'a', { MessageGroupId: 'g' }), 'InvalidParameterValue', 400, /ContentBasedDeduplication enabled or MessageDeduplicationId provided/);
    await refused(put(fifo, 'a', { MessageGroupId: 'g', MessageDeduplicationId: 'd', DelaySeconds: 2 }), 'InvalidParameterValue', 400, /not valid for this queue type\.$/);
    await refused(receive(url, { MaxNumberOfMessages: 11 }), 'InvalidParameterValue', 400, /^Value 11 for parameter MaxNumberOfMessages is invalid\. Reason: Must be between 1 and 10, if provided\.$/);
    await refused(drop(url, { ReceiptHandle: 'x' }), 'ReceiptHandleIsInvalid', 400, /^The input receipt handle "x" is not a valid receipt handle\.$/);
    await refused(send(new SendMessageBatchCommand({ QueueUrl: url, Entries: [] })), 'EmptyBatchRequest', 400, /at least one entry/);
    await refused(send(new SendMessageBatchCommand({ QueueUrl: url, Entries: [{ Id: 'a', MessageBody: '1' }, { Id: 'a', MessageBody: '2' }] })), 'BatchEntryIdsNotDistinct', 400, /^Id a repeated\.$/);
    await send(new PurgeQueueCommand({ QueueUrl: url }));
    await refused(send(new PurgeQueueCommand({ QueueUrl: url })), 'PurgeQueueInProgress', 403, /every 60 seconds/);
  });

  it('show a message to one receiver until it is deleted, or again when its time is over', async () => {
    const url = await create('shown');
    const sent = await put(url, 'grüße', { MessageAttributes: { n: { DataType: 'Number', StringValue: '1' }, b: { DataType: 'Binary', BinaryValue: Buffer.from([0, 255]) } } });
    // The client itself compares the digests of the body.
    const [first] = await receive(url, { MessageSystemAttributeNames: ['All'], MessageAttributeNames: ['All'] });
    assert.deepEqual([first?.MessageId, first?.Body, first?.MD5OfMessageAttributes], [sent.MessageId, 'grüße', sent.MD5OfMessageAttributes]);
    assert.deepEqual(first?.MessageAttributes?.b?.BinaryValue, new Uint8Array([0, 255]));
    assert.equal(first?.Attributes?.ApproximateReceiveCount, '1');
    assert.deepEqual(await receive(url), []);
    await send(new ChangeMessageVisibilityCommand({ QueueUrl: url, ReceiptHandle: first?.ReceiptHandle, VisibilityTimeout: 0 }));
    const [again] = await receive(url, { VisibilityTimeout: 0, MessageSystemAttributeNames: ['ApproximateReceiveCount'] });
    assert.deepEqual(again?.Attributes, { ApproximateReceiveCount: '2' });
    // Its time was over: who has it may ask for more.
    await send(new ChangeMessageVisibilityCommand({ QueueUrl: url, ReceiptHandle: again?.ReceiptHandle, VisibilityTimeout: 600 }));
    assert.deepEqual(await bodies(url), []);
    await drop(url, again);
    await drop(url, again);
    assert.deepEqual(await receive(url), []);
  });

  it('wait for a message that is asked for, and for one that is delayed', async () => {
    const url = await create('waited');
    const waiting = bodies(url, { WaitTimeSeconds: 20 });
    await put(url, 'now');
    assert.deepEqual(await waiting, ['now']);
    await put(url, 'later', { DelaySeconds: 1 });
    assert.deepEqual(await bodies(url), []);
    assert.equal((await attributes(url)).ApproximateNumberOfMessagesDelayed, '1');
    assert.deepEqual(await bodies(url, { WaitTimeSeconds: 20 }), ['later']);
  });

  it('give no message to a receiver that went away', async () => {
    const url = await create('left');
    const { accessKeyId, endpoint } = runtime.line;
    const ask = (target: string, input: object) => {
      const body = JSON.stringify(input);
      return `POST / HTTP/1.1\r\nHost: ${new URL(endpoint).host}\r\nX-Amz-Target: AmazonSQS.${target}\r\nAuthorization: AWS4-HMAC-SHA256 Credential=${accessKeyId}/20260101/eu-west-1/sqs/aws4_request\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
    };
    const socket = connectTo(Number(new URL(endpoint).port), '127.0.0.1');
    // Once the first is answered, the second waits for a message.
    socket.write(ask('GetQueueUrl', { QueueName: 'left' }) + ask('ReceiveMessage', { QueueUrl: url, WaitTimeSeconds: 20 }));
    await once(socket, 'data');
    socket.destroy();
    await once(socket, 'close');
    await put(url, 'still there');
    assert.deepEqual(await bodies(url), ['still there']);
  });

  it('take and delete batches, and say of each entry what became of it', async () => {
    const url = await create('batched', { MaximumMessageSize: '1024' });
    const { Successful, Failed } = await send(new SendMessageBatchCommand({ QueueUrl: url, Entries: [{ Id: 'good', MessageBody: 'a' }, { Id: 'bad', MessageBody: 'x'.repeat(2000) }] }));
    assert.deepEqual(Successful?.map(({ Id }) => Id), ['good']);
    assert.deepEqual(Failed?.map(({ Id, SenderFault, Code }) => [Id, SenderFault, Code]), [['bad', true, 'InvalidParameterValue']]);
    const [message] = await receive(url);
    const deleted = await send(new DeleteMessageBatchCommand({ QueueUrl: url, Entries: [{ Id: '1', ReceiptHandle: message?.ReceiptHandle }, { Id: '2', ReceiptHandle: '-' }] }));
    assert.deepEqual([deleted.Successful?.map(({ Id }) => Id), deleted.Failed?.map(({ Code }) => Code)], [['1'], ['ReceiptHandleIsInvalid']]);
  });

  it('keep who may do what in their policy', async () => {
    const QueueUrl = await create('shared');
    const allow = (Label: string, more = {}) => send(new AddPermissionCommand({ QueueUrl, Label, AWSAccountIds: ['111111111111'], Actions: ['ReceiveMessage'], ...more }));
    await allow('one');
    await allow('two', { AWSAccountIds: ['111111111111', '222222222222'], Actions: ['SendMessage', '*'] });
    const Resource = 'arn:aws:sqs:eu-west-1:000000000000:shared';
    const [root, other] = ['arn:aws:iam::111111111111:root', 'arn:aws:iam::222222222222:root'];
    const one = { Sid: 'one', Effect: 'Allow', Principal: { AWS: root }, Action: 'SQS:ReceiveMessage', Resource };
    const two = { Sid: 'two', Effect: 'Allow', Principal: { AWS: [root, other] }, Action: ['SQS:SendMessage', 'SQS:*'], Resource };
    assert.deepEqual(JSON.parse((await attributes(QueueUrl)).Policy ?? ''), { Version: '2008-10-17', Id: `${Resource}/SQSDefaultPolicy`, Statement: [one, two] });
    await refused(allow('one'), 'InvalidParameterValue', 400, /^Value one for parameter Label is invalid\. Reason: Already exists\.$/);
    await refused(allow('three', { Actions: ['Fly'] }), 'InvalidParameterValue', 400, /^Value SQS:Fly for parameter ActionName is invalid/);
    await refused(allow('three', { AWSAccountIds: ['me'] }), 'InvalidParameterValue', 400, /^Value \[me\] for parameter PrincipalId is invalid\. Reason: Unable to verify\.$/);
    for (const Label of ['one', 'two']) await send(new RemovePermissionCommand({ QueueUrl, Label }));
    assert.equal((await attributes(QueueUrl)).Policy, undefined);
    await refused(send(new RemovePermissionCommand({ QueueUrl, Label: 'one' })), 'InvalidParameterValue', 400, /can't find label\.$/);
  });

  it('give up a message that is received too often, to another queue', async () => {
    const dead = await create('dead');
    const url = await create('tried', { RedrivePolicy: JSON.stringify({ deadLetterTargetArn: (await attributes(dead)).QueueArn, maxReceiveCount: 2 }) });
    const { MessageId } = await put(url, 'poison');
    for (const time of [1, 2]) assert.deepEqual(await bodies(url, { VisibilityTimeout: 0 }), ['poison'], `time ${time}`);
    assert.deepEqual(await bodies(url, { VisibilityTimeout: 0 }), []);
    const [letter] = await receive(dead, { AttributeNames: ['All'] });
    assert.deepEqual([letter?.MessageId, letter?.Body, letter?.Attributes?.DeadLetterQueueSourceArn], [MessageId, 'poison', (await attributes(url)).QueueArn]);
    assert.equal(letter?.Attributes?.ApproximateReceiveCount, '3');
  });

  it('keep the order of each group, and take the same message once', async () => {
    const url = await create('order.fifo', { FifoQueue: 'true', ContentBasedDeduplication: 'true' });
    const Entries = ['a1', 'b1', 'a2', 'b2'].map((body) => ({ Id: body, MessageBody: body, MessageGroupId: body.charAt(0) }));
    const { Successful } = await send(new SendMessageBatchCommand({ QueueUrl: url, Entries }));
    const numbers = (Successful ?? []).map(({ SequenceNumber }) => SequenceNumber ?? '');
    assert.deepEqual(numbers, [...numbers].sort());
    const [a1] = await receive(url, { MaxNumberOfMessages: 1 });
    assert.equal(a1?.Body, 'a1');
    // The group of what is in flight waits.
    assert.deepEqual(await bodies(url), ['b1', 'b2']);
    await drop(url, a1);
    assert.deepEqual(await bodies(url), ['a2']);
    const same = await put(url, 'a1', { MessageGroupId: 'a' });
    assert.equal(same.MessageId, a1?.MessageId);
    assert.equal((await attributes(url)).ApproximateNumberOfMessages, '0');
  });

  it('take the same message once in each group, where a queue is set so', async () => {
    const url = await create('scoped.fifo', { FifoQueue: 'true', ContentBasedDeduplication: 'true', DeduplicationScope: 'messageGroup', FifoThroughputLimit: 'perMessageGroupId' });
    const ids = [];
    for (const MessageGroupId of ['a', 'b', 'a']) ids.push((await put(url, 'same', { MessageGroupId })).MessageId);
    assert.deepEqual([ids[0] === ids[1], ids[0] === ids[2]], [false, true]);
    await put(url, 'named', { MessageGroupId: 'c', MessageDeduplicationId: 'd' });
    const received = await receive(url, { AttributeNames: ['All'] });
    assert.deepEqual(received.map(({ Body }) => Body), ['same', 'same', 'named']);
    assert.equal(received[2]?.Attributes?.MessageDeduplicationId, 'd');
  });

  it('serve the group that waited longest, and as much of it as there is', async () => {
    const url = await create('turns.fifo', { FifoQueue: 'True', ContentBasedDeduplication: 'True' });
    assert.equal(await create('turns.fifo', { FifoQueue: 'true', ContentBasedDeduplication: 'true' }), url);
    const Entries = ['a1', 'b1', 'a2', 'c1', 'a3'].map((body) => ({ Id: body, MessageBody: body, MessageGroupId: body.charAt(0) }));
    await send(new SendMessageBatchCommand({ QueueUrl: url, Entries }));
    assert.deepEqual(await bodies(url, { MaxNumberOfMessages: 2, VisibilityTimeout: 0 }), ['a1', 'a2']);
    assert.deepEqual(await bodies(url, { MaxNumberOfMessages: 1, VisibilityTimeout: 0 }), ['b1']);
    assert.deepEqual(await bodies(url, { VisibilityTimeout: 0 }), ['c1', 'a1', 'a2', 'a3', 'b1']);
    await send(new SetQueueAttributesCommand({ QueueUrl: url, Attributes: { FifoQueue: 'true' } }));
    await send(new PurgeQueueCommand({ QueueUrl: url }));
    // What was purged is not remembered as the same.
    await put(url, 'a1', { MessageGroupId: 'a' });
    assert.deepEqual(await bodies(url), ['a1']);
    const unnamed = await create('unnamed.fifo', { FifoQueue: 'true' });
    const [one, two] = [{ Id: '1', MessageBody: 'x', MessageGroupId: 'a', MessageDeduplicationId: 'd' }, { Id: '2', MessageBody: 'x', MessageGroupId: 'a' }];
    await refused(send(new SendMessageBatchCommand({ QueueUrl: unnamed, Entries: [one, two] })), 'InvalidParameterValue', 400, /^The queue should either have ContentBasedDeduplication enabled/);
  });

  it('keep the attributes of messages as AWS does', async () => {
    const url = await create('marked');
    const text = (StringValue: string) => ({ DataType: 'String', StringValue });
    await put(url, 'a', { MessageAttributes: { 'attr.1ø': text('b') } });
    assert.deepEqual((await receive(url, { MessageAttributeNames: ['*'] }))[0]?.MessageAttributes, { 'attr.1ø': text('b') });
    await refused(put(url, 'a', { MessageAttributes: { a: text('\u0008') } }), 'InvalidParameterValue', 400, /binary character/);
    for (const name of ['aWs.x', 'AMAZON.x', 'a!']) await refused(put(url, 'a', { MessageAttributes: { [name]: text('b') } }), 'InvalidParameterValue', 400, /The message attribute name/);
    const traced = new SendMessageCommand({ QueueUrl: url, MessageBody: 't' });
    traced.middlewareStack.add((next) => (args) => {
      Object.assign((args.request as { headers: Record<string, string> }).headers, { 'x-amzn-trace-id': 'Root=1-a-b' });
      return next(args);
    }, { step: 'build' });
    await send(traced);
    assert.equal((await receive(url, { MessageSystemAttributeNames: ['AWSTraceHeader'] }))[0]?.Attributes?.AWSTraceHeader, 'Root=1-a-b');
  });

  it('lose nothing that they accepted when the runtime is killed, and forget nothing that was deleted', async () => {
    const url = await create('killed');
    const fifo = await create('killed.fifo', { FifoQueue: 'true' });
    const acknowledged: string[] = [];
    const sending = Array.from({ length: 30 }, async (_, index) => {
      await put(url, `m${index}`);
      acknowledged.push(`m${index}`);
    });
    await put(fifo, 'once', { MessageGroupId: 'g', MessageDeduplicationId: 'd' });
    const [once] = await receive(fifo);
    await drop(fifo, once as Message);
    const [shown] = await receive(url, { MaxNumberOfMessages: 1, VisibilityTimeout: 600 });
    await Promise.race(sending.slice(-1));
    const before = [...acknowledged];
    await runtime.stop('SIGKILL', true);
    await Promise.allSettled(sending);
    client.destroy();
    runtime = await RunningRuntime.start(runtime.data);
    connect();
    const QueueUrl = `${runtime.line.endpoint}/000000000000/killed`;
    const found: string[] = [];
    for (let some = await bodies(QueueUrl); some.length; some = await bodies(QueueUrl)) found.push(...some.map(String));
    assert.deepEqual(before.filter((body) => !found.includes(body) && body !== shown?.Body), []);
    assert.ok(!found.includes(shown?.Body ?? ''));
    assert.equal(new Set(found).size, found.length);
    assert.equal((await attributes(QueueUrl)).VisibilityTimeout, '30');
    // An address with the port of the runtime before is good enough; the same message is still the same.
    assert.equal((await put(fifo.replace(/:\d+\//, `:${new URL(runtime.line.endpoint).port}/`), 'once', { MessageGroupId: 'g', MessageDeduplicationId: 'd' })).MessageId, once?.MessageId);
  });

  it('put a message aside that a stranger wrote into', async () => {
    const url = await create('spoilt');
    await put(url, 'first');
    await put(url, 'second');
    const folder = path.join(runtime.data, 'queues', 'q-spoilt', 'messages');
    const [name = ''] = readdirSync(folder).sort();
    writeFileSync(path.join(folder, name), '{"half');
    assert.deepEqual(await bodies(url), ['second']);
    assert.equal(readFileSync(path.join(folder, readdirSync(folder).find((one) => one.endsWith('.bad')) ?? ''), 'utf8'), '{"half');
  });

  it('stay on disk when their messages cannot be read', async () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'queues-'));
    const record = path.join(folder, 'q-odd', 'queue.json');
    mkdirSync(path.dirname(record));
    writeFileSync(record, JSON.stringify({ format: 1, name: 'odd', region: 'local', created: 0, changed: 0, attributes: {} }));
    symlinkSync(path.join(folder, 'nowhere', 'else'), path.join(folder, 'q-odd', 'messages'));
    const warned: string[] = [];
    (await QueueStore.open(folder, new LetterBox(folder), (line) => warned.push(line))).close();
    assert.match(warned.join(), /^The queue in .*q-odd cannot be read: .*ENOENT/);
    assert.match(readFileSync(record, 'utf8'), /"odd"/);
    rmSync(folder, { recursive: true });
  });

  it('have digests that other clients agree with', () => {
    // As SQS itself answered for these.
    assert.equal(md5OfAttributes({ Author: { DataType: 'String', StringValue: 'John Grisham' }, Title: { DataType: 'String', StringValue: 'The Whistler' }, WeeksOn: { DataType: 'Number', StringValue: '6' } }), 'd25a6aea97eb8f585bfa92d314504a92');
    fc.assert(fc.property(fc.dictionary(fc.stringMatching(/^[a-z]{1,5}$/), fc.string({ minLength: 1 }), { minKeys: 1, maxKeys: 5 }), (texts) => {
      const entries = Object.entries(texts).map(([name, StringValue]) => [name, { DataType: 'String', StringValue }] as const);
      assert.equal(md5OfAttributes(Object.fromEntries(entries)), md5OfAttributes(Object.fromEntries([...entries].reverse())));
    }), { seed: 20260101, numRuns: 100 });
  });

  it('serve boto3', async function () {
    if (spawnSync('python3', ['-c', 'import boto3']).status !== 0) this.skip(); // boto3 is not on this machine
    const { accessKeyId, secretAccessKey, endpoint } = runtime.line;
    const config = path.join(runtime.data, 'no-config');
    const env: NodeJS.ProcessEnv = { ...process.env, AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey, AWS_DEFAULT_REGION: 'eu-west-1', AWS_ENDPOINT_URL: endpoint, AWS_CONFIG_FILE: config, AWS_SHARED_CREDENTIALS_FILE: config, AWS_EC2_METADATA_DISABLED: 'true' };
    delete env.AWS_PROFILE;
    delete env.AWS_SESSION_TOKEN;
    await runtime.node('boto', 'exports.handler = async () => ({});');
    const { stdout } = await run('python3', ['-c', boto], { env });
    assert.equal(stdout.trim(), 'judged');
  });

  const boto = `
import boto3, botocore
sqs = boto3.client('sqs', config=botocore.config.Config(retries={'total_max_attempts': 1}))
lam = boto3.client('lambda')
q = sqs.create_queue(QueueName='boto')['QueueUrl']
try:
    sqs.get_queue_url(QueueName='none'); raise SystemExit('found')
except sqs.exceptions.QueueDoesNotExist as e:
    assert e.response['Error']['Code'] == 'AWS.SimpleQueueService.NonExistentQueue', e.response
try:
    sqs.receive_message(QueueUrl=q, WaitTimeSeconds=21); raise SystemExit('taken')
except sqs.exceptions.ClientError as e:
    assert e.response['Error'] ['Code'] == 'InvalidParameterValue', e.response
    assert e.response['Error']['Message'] == 'Value 21 for parameter WaitTimeSeconds is invalid. Reason: Must be >= 0 and <= 20, if provided.', e.response
a = {'w': {'DataType': 'Number', 'StringValue': '6'}}
s = sqs.send_message(QueueUrl=q, MessageBody='hello', MessageAttributes=a)
r = sqs.receive_message(QueueUrl=q, MessageSystemAttributeNames=['All'], MessageAttributeNames=['.*'])['Messages'][0]
assert r['Body'] == 'hello' and r['MessageAttributes'] == a and r['MD5OfMessageAttributes'] == s['MD5OfMessageAttributes'], r
sqs.delete_message(QueueUrl=q, ReceiptHandle=r['ReceiptHandle'])
assert 'Messages' not in sqs.receive_message(QueueUrl=q)
arn = sqs.get_queue_attributes(QueueUrl=q, AttributeNames=['QueueArn'])['Attributes']['QueueArn']
m = lam.create_event_source_mapping(EventSourceArn=arn, FunctionName='boto', Enabled=False)
assert m['ResponseMetadata']['HTTPStatusCode'] == 202 and m['State'] == 'Creating' and m['LastModified'].year > 2000, m
assert [x['State'] for p in lam.get_paginator('list_event_source_mappings').paginate(FunctionName='boto') for x in p['EventSourceMappings']] == ['Disabled']
assert lam.delete_event_source_mapping(UUID=m['UUID'])['State'] == 'Deleting'
assert list(sqs.get_paginator('list_queues').paginate(QueueNamePrefix='boto'))[0]['QueueUrls'] == [q]
print('judged')
`;
});
