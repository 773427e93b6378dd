import assert from 'node:assert/strict';
import {
  CancelExportTaskCommand, CreateDeliveryCommand, CreateExportTaskCommand, CreateLogGroupCommand, CreateLogStreamCommand, DeleteDeliveryCommand, DeleteDeliveryDestinationPolicyCommand,
  DeleteDeliverySourceCommand, DeleteQueryDefinitionCommand, DescribeDeliveriesCommand, DescribeDeliverySourcesCommand, DescribeQueryDefinitionsCommand, GetDeliveryCommand,
  GetDeliveryDestinationCommand, GetDeliveryDestinationPolicyCommand, GetLogGroupFieldsCommand, ListTagsForResourceCommand, PutDeliveryDestinationCommand,
  PutDeliveryDestinationPolicyCommand, PutDeliverySourceCommand, PutLogEventsCommand, PutQueryDefinitionCommand, TagResourceCommand, UntagResourceCommand, UpdateDeliveryConfigurationCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import { refused, RunningRuntime } from './harness';

const arn = (resource: string) => `arn:aws:logs:eu-west-1:000000000000:${resource}`;

describe('the local runtime: what the logs API keeps for the account', () => {
  let runtime: RunningRuntime;
  const send: RunningRuntime['logs']['send'] = ((command: never) => runtime.logs.send(command)) as never;
  const source = { name: 'web', resourceArn: 'arn:aws:cloudfront::000000000000:distribution/E1', logType: 'ACCESS_LOGS' };
  const putDestination = (name: string, destinationResourceArn: string, more = {}) => send(new PutDeliveryDestinationCommand({ name, deliveryDestinationConfiguration: { destinationResourceArn }, ...more }));
  before(async () => {
    runtime = await RunningRuntime.start();
    await send(new PutDeliverySourceCommand({ ...source, tags: { a: '1' } }));
    await putDestination('bucket', 'arn:aws:s3:::b', { outputFormat: 'json' });
  });
  after(() => runtime.stop());

  it('sources and destinations of deliveries are told of as they were put', async () => {
    const { deliverySources } = await send(new DescribeDeliverySourcesCommand({}));
    assert.deepEqual(deliverySources, [{ name: 'web', arn: arn('delivery-source:web'), resourceArns: [source.resourceArn], service: 'cloudfront', logType: 'ACCESS_LOGS', tags: { a: '1' } }]);
    const { deliveryDestination } = await send(new GetDeliveryDestinationCommand({ name: 'bucket' }));
    assert.deepEqual(deliveryDestination, { name: 'bucket', arn: arn('delivery-destination:bucket'), deliveryDestinationType: 'S3', outputFormat: 'json', deliveryDestinationConfiguration: { destinationResourceArn: 'arn:aws:s3:::b' } });
    for (const [target, type] of [[arn('log-group:/x:*'), 'CWL'], ['arn:aws:firehose:eu-west-1:000000000000:deliverystream/s', 'FH']] as const) {
      assert.equal((await putDestination('other', target)).deliveryDestination?.deliveryDestinationType, type);
    }
    await send(new PutDeliveryDestinationPolicyCommand({ deliveryDestinationName: 'bucket', deliveryDestinationPolicy: '{"a":1}' }));
    assert.deepEqual((await send(new GetDeliveryDestinationPolicyCommand({ deliveryDestinationName: 'bucket' }))).policy, { deliveryDestinationPolicy: '{"a":1}' });
    await send(new DeleteDeliveryDestinationPolicyCommand({ deliveryDestinationName: 'bucket' }));
    assert.deepEqual((await send(new GetDeliveryDestinationPolicyCommand({ deliveryDestinationName: 'bucket' }))).policy, {});
  });

  it('a delivery joins them, outlives the runtime, and holds them', async () => {
    const joined = { deliverySourceName: 'web', deliveryDestinationArn: arn('delivery-destination:bucket') };
    const { delivery } = await send(new CreateDeliveryCommand({ ...joined, recordFields: ['date'], fieldDelimiter: ',' }));
    const id = delivery?.id ?? '';
    assert.deepEqual(delivery, { id, arn: arn(`delivery:${id}`), ...joined, deliveryDestinationType: 'S3', recordFields: ['date'], fieldDelimiter: ',' });
    await refused(send(new CreateDeliveryCommand(joined)), 'ConflictException', 400, /exists already/);
    await refused(send(new DeleteDeliverySourceCommand({ name: 'web' })), 'ConflictException', 400, /used by a delivery/);
    await send(new UpdateDeliveryConfigurationCommand({ id, s3DeliveryConfiguration: { suffixPath: 'a/', enableHiveCompatiblePath: true } }));
    await runtime.stop('SIGTERM', true);
    runtime = await RunningRuntime.start(runtime.data);
    const [kept] = (await send(new DescribeDeliveriesCommand({}))).deliveries ?? [];
    assert.deepEqual([kept?.recordFields, kept?.s3DeliveryConfiguration], [['date'], { suffixPath: 'a/', enableHiveCompatiblePath: true }]);
    await send(new DeleteDeliveryCommand({ id }));
    await refused(send(new GetDeliveryCommand({ id })), 'ResourceNotFoundException', 400, /^Requested Delivery does not exist in this account\.$/);
  });

  it('deliveries are refused in the words of AWS', async () => {
    const put = (more: Partial<typeof source>) => send(new PutDeliverySourceCommand({ ...source, name: 'new', ...more }));
    await refused(put({ resourceArn: 'arn:aws:s3:::b' }), 'ResourceNotFoundException', 400, /^Cannot access provided service\.$/);
    await refused(put({ resourceArn: 'none' }), 'ValidationException', 400, /none is not valid/);
    await refused(put({ logType: 'EVENT_LOGS' }), 'ValidationException', 400, /EVENT_LOGS is not valid for cloudfront/);
    await refused(put({ name: 'a b' }), 'ValidationException', 400, /at 'name' failed to satisfy constraint: Member must satisfy regular expression pattern/);
    await refused(put({ name: 'web', resourceArn: `${source.resourceArn}2` }), 'ConflictException', 400, /another resource/);
    await refused(putDestination('new', 'arn:aws:s3:::b', { outputFormat: 'foobar' }), 'ValidationException', 400, /^1 validation error detected: Value 'foobar' at 'outputFormat' failed to satisfy constraint: Member must satisfy enum value set: \[w3c, raw, json, plain, parquet\]$/);
    await refused(putDestination('bucket', 'arn:aws:s3:::b', { outputFormat: 'plain' }), 'ValidationException', 400, /cannot be changed/);
    for (const target of ['arn:aws:s3:eu-west-1:000000000000:b', 'arn:aws:logs:us-east-1:000000000000:log-group:/x', 'arn:aws:logs:eu-west-1:111111111111:log-group:/x', 'arn:aws:lambda:eu-west-1:000000000000:function:f']) {
      await refused(putDestination('new', target), 'ValidationException', 400, /of another region|cannot be delivered/);
    }
    await refused(send(new GetDeliveryDestinationCommand({ name: 'none' })), 'ResourceNotFoundException', 400, /^Requested Delivery Destination does not exist in this account\.$/);
    const join = (deliveryDestinationArn: string) => send(new CreateDeliveryCommand({ deliverySourceName: 'none', deliveryDestinationArn }));
    await refused(join('arn:aws:logs:eu-west-1:111111111111:delivery-destination:bucket'), 'AccessDeniedException', 400, /of another account/);
    await refused(join(arn('delivery:bucket')), 'ValidationException', 400, /is not the ARN of a delivery destination/);
    await refused(join(arn('delivery-destination:bucket')), 'ResourceNotFoundException', 400, /^Requested Delivery Source does not exist in this account\.$/);
  });

  it('their tags are changed by their ARN, as those of groups', async () => {
    const resourceArn = arn('delivery-source:web');
    await send(new TagResourceCommand({ resourceArn, tags: { b: '2' } }));
    await send(new UntagResourceCommand({ resourceArn, tagKeys: ['a'] }));
    assert.deepEqual((await send(new ListTagsForResourceCommand({ resourceArn }))).tags, { b: '2' });
    await refused(send(new ListTagsForResourceCommand({ resourceArn: arn('log-group:/none') })), 'ResourceNotFoundException', 400, /^The specified log group does not exist\.$/);
  });

  it('queries are saved, found by the beginning of their names, changed and deleted', async () => {
    const saved = { name: 'slow calls', queryString: 'filter @duration > 1000', logGroupNames: ['/a'] };
    const { queryDefinitionId } = await send(new PutQueryDefinitionCommand(saved));
    await send(new PutQueryDefinitionCommand({ ...saved, queryDefinitionId, queryString: 'filter @duration > 2000' }));
    const [found, ...others] = (await send(new DescribeQueryDefinitionsCommand({ queryDefinitionNamePrefix: 'slow' }))).queryDefinitions ?? [];
    assert.deepEqual([found?.queryDefinitionId, found?.name, found?.queryString, found?.logGroupNames, others], [queryDefinitionId, 'slow calls', 'filter @duration > 2000', ['/a'], []]);
    assert.deepEqual((await send(new DescribeQueryDefinitionsCommand({ queryDefinitionNamePrefix: 'fast' }))).queryDefinitions, []);
    assert.equal((await send(new DeleteQueryDefinitionCommand({ queryDefinitionId }))).success, true);
    await refused(send(new PutQueryDefinitionCommand({ ...saved, queryDefinitionId })), 'ResourceNotFoundException', 400, /query definition does not exist/);
  });

  it('the fields of the last minutes, or of those around a time, are found in a group', async () => {
    const group = { logGroupName: '/fields', logStreamName: 's' };
    await send(new CreateLogGroupCommand(group));
    await send(new CreateLogStreamCommand(group));
    const now = Date.now();
    const old = now - 40 * 60_000;
    await send(new PutLogEventsCommand({ ...group, logEvents: [{ timestamp: old, message: '{"old":1}' }, { timestamp: now, message: '{"a":{"b":[{"c":1}]},"none":null}' }, { timestamp: now, message: '{"a":2}' }] }));
    const fields = async (time?: number) => (await send(new GetLogGroupFieldsCommand({ logGroupName: '/fields', time }))).logGroupFields?.map(({ name, percent }) => `${name} ${percent}`);
    const own = ['@ingestionTime', '@log', '@logStream', '@message', '@ptr', '@timestamp'].map((name) => `${name} 100`);
    assert.deepEqual(await fields(), [...own, 'a 100', 'a.b 50', 'a.b.0 50', 'a.b.0.c 50']);
    assert.deepEqual(await fields(Math.floor(old / 1000)), [...own, 'old 100']);
    await refused(send(new GetLogGroupFieldsCommand({ logGroupName: '/none' })), 'ResourceNotFoundException', 400, /^The specified log group does not exist\.$/);
  });

  it('exports, for which there is no bucket, are refused in the words of AWS', async () => {
    const task = { from: 0, to: 1, destination: 'bucket' };
    await send(new CreateLogGroupCommand({ logGroupName: '/exported' }));
    await refused(send(new CreateExportTaskCommand({ ...task, logGroupName: '/none' })), 'ResourceNotFoundException', 400, /^The specified log group does not exist\.$/);
    await refused(send(new CreateExportTaskCommand({ ...task, logGroupName: '/exported' })), 'InvalidParameterException', 400, /^The given bucket does not exist\. Please make sure the bucket is valid\.$/);
    await refused(send(new CancelExportTaskCommand({ taskId: 'none' })), 'ResourceNotFoundException', 400, /^The specified export task does not exist\.$/);
  });
});
