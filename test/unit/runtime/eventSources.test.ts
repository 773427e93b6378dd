import assert from 'node:assert/strict';
import {
  CreateEventSourceMappingCommand, DeleteEventSourceMappingCommand, GetEventSourceMappingCommand, ListEventSourceMappingsCommand, ListTagsCommand, PutFunctionConcurrencyCommand,
  PutFunctionEventInvokeConfigCommand, InvokeCommand, TagResourceCommand, UntagResourceCommand, UpdateEventSourceMappingCommand, UpdateFunctionConfigurationCommand, type CreateEventSourceMappingCommandInput,
} from '@aws-sdk/client-lambda';
import { CreateQueueCommand, GetQueueAttributesCommand, ReceiveMessageCommand, SendMessageBatchCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { fitsPattern, isPattern } from '../../../src/runtime/api/messagePattern';
import { failedIds } from '../../../src/runtime/trigger/sqsEvent';
import { eventually, refused, RunningRuntime } from './harness';

const source = `exports.handler = async ({ Records }) => {
  console.log('got', JSON.stringify(Records.map((one) => one.body)), Records[0].attributes.ApproximateReceiveCount);
  if (Records.some((one) => one.body === 'throw')) throw new Error('no');
  if (Records.some((one) => one.body === 'show')) return console.log(JSON.stringify(Records[0]));
  return { batchItemFailures: Records.filter((one) => one.body.startsWith('bad')).map((one) => ({ itemIdentifier: one.messageId })) };
};`;

describe('the local runtime: event source mappings', () => {
  let runtime: RunningRuntime;
  let sqs: SQSClient;
  before(async () => {
    runtime = await RunningRuntime.start();
    const { endpoint, accessKeyId, secretAccessKey } = runtime.line;
    sqs = new SQSClient({ endpoint, region: 'eu-west-1', credentials: { accessKeyId, secretAccessKey }, maxAttempts: 1 });
    await runtime.node('worker', source, { Timeout: 2 });
  });
  after(async () => {
    sqs.destroy();
    await runtime.stop();
  });

  const send: RunningRuntime['lambda']['send'] = ((command: never) => runtime.lambda.send(command)) as never;
  const create = async (QueueName: string, Attributes?: Record<string, string>) => (await sqs.send(new CreateQueueCommand({ QueueName, Attributes }))).QueueUrl ?? '';
  const arn = (queue: string) => `arn:aws:sqs:eu-west-1:000000000000:${queue}`;
  const map = async (queue: string, input: Partial<CreateEventSourceMappingCommandInput> = {}) => send(new CreateEventSourceMappingCommand({ EventSourceArn: arn(queue), FunctionName: 'worker', ...input }));
  const unmap = async (UUID?: string) => send(new DeleteEventSourceMappingCommand({ UUID }));
  const put = async (QueueUrl: string, ...bodies: string[]) => sqs.send(new SendMessageBatchCommand({ QueueUrl, Entries: bodies.map((MessageBody, index) => ({ Id: String(index), MessageBody })) }));
  const lines = async (name = 'worker') => (await runtime.events(name).catch(() => [])).map((event) => event.message ?? '');
  const logged = async (text: string, name = 'worker') => {
    await eventually(async () => (await lines(name)).some((line) => line.includes(text)), `"${text}" is logged`, 8000);
    return (await lines(name)).filter((line) => line.includes(text));
  };
  const left = async (QueueUrl: string) => {
    const { Attributes } = await sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['All'] }));
    return Number(Attributes?.ApproximateNumberOfMessages) + Number(Attributes?.ApproximateNumberOfMessagesNotVisible);
  };
  const empty = async (url: string) => eventually(async () => (await left(url)) === 0, 'the queue is empty', 8000);

  it('are made, shown, changed, listed and deleted in the shapes of AWS', async () => {
    await create('shaped');
    const { $metadata, UUID, LastModified, ...made } = await map('shaped', { Enabled: false, ScalingConfig: { MaximumConcurrency: 2 }, FilterCriteria: { Filters: [{ Pattern: '{"body":{"n":[1]}}' }] } });
    assert.equal($metadata.httpStatusCode, 202);
    assert.ok(Math.abs((LastModified?.getTime() ?? 0) - Date.now()) < 60_000);
    assert.deepEqual(made, {
      BatchSize: 10,
      MaximumBatchingWindowInSeconds: 0,
      EventSourceArn: arn('shaped'),
      FunctionArn: 'arn:aws:lambda:eu-west-1:000000000000:function:worker',
      EventSourceMappingArn: `arn:aws:lambda:eu-west-1:000000000000:event-source-mapping:${UUID}`,
      State: 'Creating',
      StateTransitionReason: 'USER_INITIATED',
      FunctionResponseTypes: [],
      ScalingConfig: { MaximumConcurrency: 2 },
      FilterCriteria: { Filters: [{ Pattern: '{"body":{"n":[1]}}' }] },
    });
    assert.equal((await send(new GetEventSourceMappingCommand({ UUID }))).State, 'Disabled');
    const changed = await send(new UpdateEventSourceMappingCommand({ UUID, Enabled: true, BatchSize: 5, FunctionResponseTypes: ['ReportBatchItemFailures'] }));
    assert.deepEqual([changed.State, changed.BatchSize, changed.FunctionResponseTypes, changed.ScalingConfig], ['Enabling', 5, ['ReportBatchItemFailures'], { MaximumConcurrency: 2 }]);
    const list = await send(new ListEventSourceMappingsCommand({ FunctionName: 'worker', EventSourceArn: arn('shaped') }));
    assert.deepEqual(list.EventSourceMappings?.map((one) => [one.UUID, one.State]), [[UUID, 'Enabled']]);
    assert.deepEqual((await send(new ListEventSourceMappingsCommand({ FunctionName: 'other' }))).EventSourceMappings, []);
    assert.equal((await unmap(UUID)).State, 'Deleting');
    await refused(send(new GetEventSourceMappingCommand({ UUID })), 'ResourceNotFoundException', 404, /^The resource you requested does not exist\.$/);
  });

  it('have tags', async () => {
    await create('tagged');
    const { UUID, EventSourceMappingArn: Resource } = await map('tagged', { Enabled: false, Tags: { a: '1', b: '2' } });
    await send(new TagResourceCommand({ Resource, Tags: { b: '3' } }));
    await send(new UntagResourceCommand({ Resource, TagKeys: ['a'] }));
    assert.deepEqual((await send(new ListTagsCommand({ Resource }))).Tags, { b: '3' });
    await unmap(UUID);
    await refused(send(new ListTagsCommand({ Resource })), 'ResourceNotFoundException', 404, /^Event source mapping not found: arn:aws:lambda:eu-west-1:000000000000:event-source-mapping:/);
  });

  it('refuse in the words of AWS', async () => {
    const stream = (EventSourceArn: string, StartingPosition?: string) => send(new CreateEventSourceMappingCommand({ EventSourceArn, FunctionName: 'worker', StartingPosition: StartingPosition as never }));
    const table = 'arn:aws:dynamodb:eu-west-1:000000000000:table/t/stream/s';
    await refused(stream(table), 'InvalidParameterValueException', 400, /^1 validation error detected: Value null at 'startingPosition' failed to satisfy constraint: Member must not be null\.$/);
    await refused(stream(table, 'invalid'), 'ValidationException', 400, /^1 validation error detected: Value 'invalid' at 'startingPosition'/);
    await refused(stream(table, 'AT_TIMESTAMP'), 'InvalidParameterValueException', 400, /^Unsupported starting position for arn type: arn:aws:dynamodb:/);
    await refused(stream(table, 'LATEST'), 'InvalidParameterValueException', 400, /^Unrecognized event source\. The local runtime reads queues; /);
    await create('refused', { VisibilityTimeout: '1' });
    await refused(map('none'), 'InvalidParameterValueException', 400, /^Error occurred while ReceiveMessage\. SQS Error Code: AWS\.SimpleQueueService\.NonExistentQueue\./);
    await refused(map('refused', { FunctionName: 'none' }), 'InvalidParameterValueException', 400, /^Function does not exist$/);
    await refused(map('refused', { EventSourceArn: undefined }), 'InvalidParameterValueException', 400, /^Unrecognized event source\.$/);
    await refused(map('refused'), 'InvalidParameterValueException', 400, /^Queue visibility timeout: 1 seconds is less than Function timeout: 2 seconds$/);
    await create('taken');
    await refused(map('taken', { BatchSize: 11 }), 'InvalidParameterValueException', 400, /^Maximum batch window in seconds must be greater than 0/);
    await refused(map('taken', { FilterCriteria: { Filters: [{ Pattern: '{"body":[{"like":"x"}]}' }] } }), 'InvalidParameterValueException', 400, /^Invalid filter pattern definition\.$/);
    const { UUID } = await map('taken', { Enabled: false });
    await refused(map('taken'), 'ResourceConflictException', 409, new RegExp(`existing mapping with UUID ${UUID}$`));
  });

  it('call the function with what is sent, in the shape of AWS, and delete what it took', async () => {
    const url = await create('events');
    await map('events');
    const { MessageId } = await sqs.send(new SendMessageCommand({ QueueUrl: url, MessageBody: 'show', MessageAttributes: { Author: { DataType: 'String', StringValue: 'J' } } }));
    const [line = ''] = await logged('"messageId"');
    const { receiptHandle, attributes, md5OfMessageAttributes, ...record } = JSON.parse(line.slice(line.indexOf('{'))) as Record<string, unknown> & { attributes: Record<string, string> };
    assert.deepEqual(record, {
      messageId: MessageId,
      body: 'show',
      messageAttributes: { Author: { stringValue: 'J', stringListValues: [], binaryListValues: [], dataType: 'String' } },
      md5OfBody: 'a7dd12b1dab17d25467b0b0a4c8d4a92',
      eventSource: 'aws:sqs',
      eventSourceARN: arn('events'),
      awsRegion: 'eu-west-1',
    });
    assert.match(String(receiptHandle) + String(md5OfMessageAttributes), /^[\w+/=]+[0-9a-f]{32}$/);
    assert.deepEqual(Object.keys(attributes).sort(), ['ApproximateFirstReceiveTimestamp', 'ApproximateReceiveCount', 'SenderId', 'SentTimestamp']);
    await empty(url);
    const [told = ''] = await logged('The queue events sends one message.');
    const [, id = ''] = /^RequestId: (\S+)\t/.exec(told) ?? [];
    assert.ok((await lines()).some((one) => one.startsWith(`START RequestId: ${id}`)));
  });

  it('wait for a batch as long as the window says', async () => {
    const url = await create('windowed');
    await map('windowed', { BatchSize: 3, MaximumBatchingWindowInSeconds: 300 });
    await put(url, 'w1', 'w2');
    await put(url, 'w3');
    assert.equal((await logged('["w1","w2","w3"]')).length, 1);
    await empty(url);
  });

  it('send again only the messages that the function says it failed on', async () => {
    const url = await create('partial', { VisibilityTimeout: '2' });
    await map('partial', { FunctionResponseTypes: ['ReportBatchItemFailures'], MaximumBatchingWindowInSeconds: 1, BatchSize: 2 });
    await put(url, 'good1', 'bad1');
    await logged('["bad1"] 2');
    const told = await logged('they can be received again');
    assert.match(told[0] ?? '', /Of 2 messages of the queue partial 1 failed, as the function says; they can be received again in \d s\.\n$/);
    assert.equal((await lines()).filter((line) => line.includes('good1')).length, 1);
  });

  it('give up what fails too often to the queue for that', async () => {
    const dead = await create('worker-dead');
    const url = await create('failing', { VisibilityTimeout: '2', RedrivePolicy: JSON.stringify({ deadLetterTargetArn: arn('worker-dead'), maxReceiveCount: 1 }) });
    await map('failing');
    await put(url, 'throw');
    await logged('of the queue failing failed too often and is kept in the queue worker-dead.');
    const { Messages } = await sqs.send(new ReceiveMessageCommand({ QueueUrl: dead }));
    assert.deepEqual(Messages?.map(({ Body }) => Body), ['throw']);
    await empty(url);
  });

  it('leave out what fits none of the filters', async () => {
    const url = await create('filtered');
    await map('filtered', { FilterCriteria: { Filters: [{ Pattern: '{"body":{"kind":["wanted"]}}' }] } });
    await put(url, '{"kind":"other"}', 'no JSON', '{"kind":"wanted"}');
    await logged('wanted');
    await empty(url);
    assert.ok(!(await lines()).some((line) => line.includes('other') || line.includes('no JSON')));
  });

  it('wait while the function has no room, and keep the order of a group', async () => {
    await runtime.node('narrow', source);
    const url = await create('narrow.fifo', { FifoQueue: 'true', ContentBasedDeduplication: 'true' });
    await send(new PutFunctionConcurrencyCommand({ FunctionName: 'narrow', ReservedConcurrentExecutions: 0 }));
    await map('narrow.fifo', { FunctionName: 'narrow', BatchSize: 1 });
    for (const MessageBody of ['n1', 'n2', 'n3']) await sqs.send(new SendMessageCommand({ QueueUrl: url, MessageBody, MessageGroupId: 'g' }));
    await logged('The queue narrow.fifo sends one message.', 'narrow');
    assert.equal(await left(url), 3);
    await send(new PutFunctionConcurrencyCommand({ FunctionName: 'narrow', ReservedConcurrentExecutions: 1 }));
    await empty(url);
    assert.deepEqual((await lines('narrow')).flatMap((line) => /got \["(n\d)"\] 1/.exec(line)?.[1] ?? []), ['n1', 'n2', 'n3']);
  });

  it('get what functions send on, as events that failed for good', async () => {
    await runtime.node('failer', 'exports.handler = async () => { throw new Error("no"); };');
    const url = await create('letters');
    await send(new UpdateFunctionConfigurationCommand({ FunctionName: 'failer', DeadLetterConfig: { TargetArn: arn('letters') } }));
    await send(new PutFunctionEventInvokeConfigCommand({ FunctionName: 'failer', MaximumRetryAttempts: 0 }));
    const { $metadata } = await send(new InvokeCommand({ FunctionName: 'failer', InvocationType: 'Event', Payload: Buffer.from('{"n":1}') }));
    const { Messages = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl: url, WaitTimeSeconds: 10, MessageAttributeNames: ['All'] }));
    assert.deepEqual(Messages.map(({ Body, MessageAttributes }) => [Body, MessageAttributes?.RequestID?.StringValue, MessageAttributes?.ErrorCode]), [['{"n":1}', $metadata.requestId, { DataType: 'Number', StringValue: '200' }]]);
  });
});

describe('answers about batches', () => {
  it('name the messages that failed, or stand for all when they make no sense', () => {
    const failed = (answer: string) => failedIds(Buffer.from(answer), ['a', 'b']);
    for (const good of ['', 'null', '{}', '"x"', '{"batchItemFailures":[]}', '{"batchItemFailures":null}']) assert.deepEqual(failed(good), [], good);
    assert.deepEqual(failed('{"batchItemFailures":[{"itemIdentifier":"b"}]}'), ['b']);
    for (const bad of ['{', '{"batchItemFailures":"x"}', '{"batchItemFailures":[{"itemIdentifier":""}]}', '{"batchItemFailures":[{"itemIdentifier":null}]}', '{"batchItemFailures":[{"bad":"b"}]}', '{"batchItemFailures":[{"itemIdentifier":"c"}]}']) assert.deepEqual(failed(bad), ['a', 'b'], bad);
  });

  it('are preceded by filters, which fit as the documentation of AWS says', () => {
    const value = { a: 'Text', n: 15, list: ['x', 'y'], deep: { yes: true, no: null } };
    const fitting = ['{"a":["Text"]}', '{"a":["no","Text"]}', '{"a":[{"prefix":"Te"}]}', '{"a":[{"suffix":"xt"}]}', '{"a":[{"equals-ignore-case":"tEXT"}]}', '{"a":[{"anything-but":["x"]}]}', '{"n":[{"numeric":[">",10,"<=",15]}]}', '{"n":[{"numeric":["=",15]}]}', '{"list":["y"]}', '{"deep":{"yes":[true]}}', '{"deep":{"no":[null]}}', '{"none":[{"exists":false}]}', '{"a":[{"exists":true}]}', '{"$or":[{"a":["x"]},{"n":[15]}]}', '{}'];
    const others = ['{"a":["text"]}', '{"a":[{"prefix":"x"}]}', '{"a":[{"anything-but":["Text"]}]}', '{"a":[{"anything-but":{"prefix":"Te"}}]}', '{"n":[{"numeric":["<",15]}]}', '{"n":["15"]}', '{"list":["z"]}', '{"deep":{"no":["x"]}}', '{"none":["x"]}', '{"none":[{"anything-but":["x"]}]}', '{"a":[{"exists":false}]}', '{"a":["Text"],"n":[1]}', '{"deep":{"yes":{"more":["x"]}}}'];
    for (const text of [...fitting, ...others]) assert.ok(isPattern(text), text);
    for (const text of fitting) assert.ok(fitsPattern(JSON.parse(text) as Record<string, unknown>, value), text);
    for (const text of others) assert.ok(!fitsPattern(JSON.parse(text) as Record<string, unknown>, value), text);
    for (const text of ['', '"x"', '[]', '{"a":"x"}', '{"a":[]}', '{"a":[{"prefix":1}]}', '{"a":[{"numeric":["~",1]}]}', '{"a":[{"prefix":"a","suffix":"b"}]}', '{"$or":[]}', '{"a":[["x"]]}']) assert.ok(!isPattern(text), text);
  });
});
