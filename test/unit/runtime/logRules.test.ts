import assert from 'node:assert/strict';
import { gunzipSync } from 'node:zlib';
import {
  CreateLogGroupCommand, CreateLogStreamCommand, DeleteMetricFilterCommand, DeleteResourcePolicyCommand, DeleteSubscriptionFilterCommand, DescribeDestinationsCommand,
  DescribeLogGroupsCommand, DescribeMetricFiltersCommand, DescribeResourcePoliciesCommand, DescribeSubscriptionFiltersCommand, PutDestinationCommand,
  PutDestinationPolicyCommand, PutLogEventsCommand, PutMetricFilterCommand, PutResourcePolicyCommand, PutSubscriptionFilterCommand, TestMetricFilterCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import { eventually, refused, RunningRuntime } from './harness';

const functionArn = (name: string) => `arn:aws:lambda:eu-west-1:000000000000:function:${name}`;

describe('the local runtime: what is said about log groups', () => {
  let runtime: RunningRuntime;
  const group = { logGroupName: '/rules/one' };
  const send: RunningRuntime['logs']['send'] = ((command: never) => runtime.logs.send(command)) as never;
  before(async () => {
    runtime = await RunningRuntime.start();
    await send(new CreateLogGroupCommand(group));
    await send(new CreateLogStreamCommand({ ...group, logStreamName: 's' }));
    await runtime.node('listener', 'exports.handler = async (event) => console.log(event.awslogs.data);');
    await runtime.call('listener', { awslogs: { data: 'first' } });
  });
  after(() => runtime.stop());

  const subscribe = (filterName: string, filterPattern: string, destinationArn = functionArn('listener'), more = {}) =>
    send(new PutSubscriptionFilterCommand({ ...group, filterName, filterPattern, destinationArn, ...more }));
  const put = (...messages: string[]) => send(new PutLogEventsCommand({ ...group, logStreamName: 's', logEvents: messages.map((message) => ({ timestamp: Date.now(), message })) }));

  interface Delivered {
    readonly subscriptionFilters: readonly string[];
    readonly logEvents: readonly { readonly id: string; readonly message: string }[];
  }
  async function delivered(): Promise<Delivered[]> {
    const lines = (await runtime.events('listener')).map((event) => event.message?.split('\t').at(-1)?.trim() ?? '');
    return lines.filter((line) => line.startsWith('H4sI')).map((line) => JSON.parse(gunzipSync(Buffer.from(line, 'base64')).toString()) as Delivered);
  }

  it('a function gets what it subscribed to, also after a restart', async () => {
    await subscribe('errors', 'ERROR');
    await put('ERROR one', 'fine', 'ERROR two');
    await eventually(async () => (await delivered()).length === 1, 'the first delivery');
    const [first] = await delivered();
    const { logEvents = [], ...facts } = first ?? {};
    assert.deepEqual(facts, { messageType: 'DATA_MESSAGE', owner: '000000000000', logGroup: '/rules/one', logStream: 's', subscriptionFilters: ['errors'] });
    assert.deepEqual(logEvents.map((event) => event.message), ['ERROR one', 'ERROR two']);
    assert.match(logEvents[0]?.id ?? '', /^\d{56}$/);
    await runtime.stop('SIGTERM', true);
    runtime = await RunningRuntime.start(runtime.data);
    await put('ERROR three');
    await eventually(async () => (await delivered()).length === 2, 'the delivery after the restart');
    await send(new DeleteSubscriptionFilterCommand({ ...group, filterName: 'errors' }));
    await subscribe('all', '');
    await put('ERROR four');
    await eventually(async () => (await delivered()).length === 3, 'the delivery to another subscription');
    assert.deepEqual((await delivered()).at(-1)?.subscriptionFilters, ['all']);
  });

  it('a subscription is refused in the words of AWS', async () => {
    await subscribe('two', '[]');
    const found = await send(new DescribeSubscriptionFiltersCommand({ ...group, filterNamePrefix: 't' }));
    assert.deepEqual(found.subscriptionFilters?.map(({ filterName, filterPattern, distribution }) => [filterName, filterPattern, distribution]), [['two', '[]', 'ByLogStream']]);
    await refused(subscribe('three', ''), 'LimitExceededException', 400, /^Resource limit exceeded\.$/);
    await refused(subscribe('x', '', functionArn('listener').replace('000000000000', '111111111111')), 'AccessDeniedException', 400, /^Cross-account lambda invocation passing is not allowed/);
    await refused(subscribe('x', '', functionArn('none')), 'InvalidParameterException', 400, /^Could not execute the lambda function/);
    await refused(subscribe('x', '', 'arn:aws:kinesis:eu-west-1:000000000000:stream/s'), 'InvalidParameterException', 400, /^destinationArn for vendor kinesis cannot be used without roleArn$/);
    await refused(subscribe('x', '{ broken'), 'InvalidParameterException', 400, /^Invalid filter pattern/);
    const own = { logGroupName: '/aws/lambda/listener', filterName: 'x', filterPattern: '', destinationArn: functionArn('listener') };
    await refused(send(new PutSubscriptionFilterCommand(own)), 'InvalidParameterException', 400, /called without end/);
    await refused(send(new DeleteSubscriptionFilterCommand({ ...group, filterName: 'none' })), 'ResourceNotFoundException', 400, /^The specified subscription filter does not exist\.$/);
  });

  it('metric filters are kept, found and tried', async () => {
    const filter = { ...group, filterPattern: '{ $.n = 1 }', metricTransformations: [{ metricName: 'm', metricNamespace: 'a/b:c', metricValue: '1', defaultValue: 0 }] };
    await send(new PutMetricFilterCommand({ ...filter, filterName: 'ones' }));
    const [found] = (await send(new DescribeMetricFiltersCommand({ metricName: 'm', metricNamespace: 'a/b:c' }))).metricFilters ?? [];
    assert.deepEqual([found?.filterName, found?.logGroupName, found?.metricTransformations], ['ones', '/rules/one', filter.metricTransformations]);
    assert.equal((await send(new DescribeLogGroupsCommand({ logGroupNamePrefix: '/rules' }))).logGroups?.[0]?.metricFilterCount, 1);
    const tried = await send(new TestMetricFilterCommand({ filterPattern: filter.filterPattern, logEventMessages: ['{"n":2}', '{"n":1}'] }));
    assert.deepEqual(tried.matches, [{ eventNumber: 2, eventMessage: '{"n":1}', extractedValues: { '$.n': '1' } }]);
    for (const member of ['metricName', 'metricNamespace', 'metricValue'] as const) {
      const without = send(new PutMetricFilterCommand({ ...filter, filterName: 'x', metricTransformations: filter.metricTransformations.map((one) => ({ ...one, [member]: undefined })) }));
      await refused(without, 'InvalidParameterException', 400, new RegExp(`^1 validation error detected: Value null at 'metricTransformations\\.1\\.member\\.${member}' failed to satisfy constraint: Member must not be null$`));
    }
    await refused(send(new PutMetricFilterCommand({ ...filter, filterName: 'x'.repeat(513) })), 'InvalidParameterException', 400, /at 'filterName' failed to satisfy constraint: Member must have length less than or equal to 512$/);
    const many = send(new PutMetricFilterCommand({ ...filter, filterName: 'two', metricTransformations: [...filter.metricTransformations, ...filter.metricTransformations] }));
    await refused(many, 'InvalidParameterException', 400, /'\[MetricTransformation\(metricName=m, metricNamespace=a\/b:c, metricValue=1, defaultValue=0, unit=null, dimensions=null\), MetricTransformation/);
    await send(new DeleteMetricFilterCommand({ ...group, filterName: 'ones' }));
    await refused(send(new DeleteMetricFilterCommand({ ...group, filterName: 'ones' })), 'ResourceNotFoundException', 400, /^The specified metric filter does not exist\.$/);
  });

  it('resource policies and destinations are kept beyond the end of the runtime', async () => {
    await send(new PutResourcePolicyCommand({ policyName: 'p', policyDocument: '{}' }));
    const destination = { destinationName: 'd', targetArn: 'arn:aws:kinesis:eu-west-1:000000000000:stream/s', roleArn: 'arn:aws:iam::000000000000:role/r' };
    assert.equal((await send(new PutDestinationCommand(destination))).destination?.arn, 'arn:aws:logs:eu-west-1:000000000000:destination:d');
    for (const text of ['not json', '[]']) await refused(send(new PutResourcePolicyCommand({ policyName: 'x', policyDocument: text })), 'InvalidParameterException', 400, /^This policy contains invalid Json$/);
    const long = JSON.stringify({ a: 'x'.repeat(5120) });
    await refused(send(new PutResourcePolicyCommand({ policyName: 'x', policyDocument: long })), 'InvalidParameterException', 400, /at 'policyDocument' failed to satisfy constraint: Member must have length less than or equal to 5120$/);
    await refused(send(new PutDestinationPolicyCommand({ destinationName: 'd', accessPolicy: 'x' })), 'InvalidParameterException', 400, /^This policy contains invalid Json$/);
    await refused(send(new PutDestinationCommand({ ...destination, destinationName: 'a:*' })), 'InvalidParameterException', 400, /'a:\*' at 'destinationName' failed to satisfy constraint: Member must satisfy regular expression pattern: \[\^:\*\]\*$/);
    await refused(send(new PutDestinationCommand({ ...destination, destinationName: 'd'.repeat(513) })), 'InvalidParameterException', 400, /Member must have length less than or equal to 512$/);
    await send(new PutDestinationPolicyCommand({ destinationName: 'd', accessPolicy: '{"a":1}' }));
    await runtime.stop('SIGTERM', true);
    runtime = await RunningRuntime.start(runtime.data);
    const [policy] = (await send(new DescribeResourcePoliciesCommand({}))).resourcePolicies ?? [];
    assert.deepEqual([policy?.policyName, policy?.policyDocument, (policy as { policyScope?: string } | undefined)?.policyScope], ['p', '{}', 'ACCOUNT']);
    assert.deepEqual((await send(new DescribeDestinationsCommand({ DestinationNamePrefix: 'd' }))).destinations?.map((one) => one.accessPolicy), ['{"a":1}']);
    await refused(send(new DeleteResourcePolicyCommand({ policyName: 'none' })), 'ResourceNotFoundException', 400, /^Policy with name \[none\] does not exist\.$/);
  });
});
