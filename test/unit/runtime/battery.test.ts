import assert from 'node:assert/strict';
import {
  CreateAliasCommand, CreateFunctionCommand, DeleteFunctionCommand, DeleteProvisionedConcurrencyConfigCommand, GetFunctionCommand, GetFunctionConfigurationCommand,
  GetFunctionRecursionConfigCommand, GetProvisionedConcurrencyConfigCommand, GetRuntimeManagementConfigCommand, InvokeCommand, ListFunctionsCommand,
  ListProvisionedConcurrencyConfigsCommand, PublishVersionCommand, PutFunctionConcurrencyCommand, PutFunctionEventInvokeConfigCommand,
  PutFunctionRecursionConfigCommand, PutProvisionedConcurrencyConfigCommand, PutRuntimeManagementConfigCommand, TagResourceCommand,
  UpdateFunctionCodeCommand, UpdateFunctionConfigurationCommand, waitUntilFunctionActiveV2, waitUntilFunctionUpdatedV2, type CreateFunctionCommandInput,
} from '@aws-sdk/client-lambda';
import { CreateLogGroupCommand, DescribeLogGroupsCommand, DescribeLogStreamsCommand, ListLogGroupsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { refused, role, RunningRuntime, zip } from './harness';

// What AWS was recorded to answer, where an emulator is easily a little off: https://github.com/localstack/localstack keeps
// such recordings beside its tests.

const base = 'arn:aws:lambda:eu-west-1:000000000000:function:';
const one = zip({ 'index.js': 'exports.handler = async () => 1;' });
const kmsKeyId = 'arn:aws:kms:eu-west-1:000000000000:key/51d81fab-b138-4bd2-8a09-07fd6d37224d';
const two = zip({ 'index.js': 'exports.handler = async () => 2;' });

describe('the local runtime in the words that AWS was recorded with', () => {
  let runtime: RunningRuntime;
  before(async () => {
    runtime = await RunningRuntime.start();
    await runtime.node('shop', 'exports.handler = async () => 0;');
    await send(new PublishVersionCommand({ FunctionName: 'shop' }));
    await send(new CreateAliasCommand({ FunctionName: 'shop', Name: 'live', FunctionVersion: '1' }));
    await runtime.logs.send(new CreateLogGroupCommand({ logGroupName: '/battery/one', kmsKeyId }));
  });
  after(() => runtime.stop());

  const send: RunningRuntime['lambda']['send'] = ((command: never) => runtime.lambda.send(command)) as never;
  const revision = async (FunctionName: string, Qualifier?: string) => (await send(new GetFunctionCommand({ FunctionName, Qualifier }))).Configuration?.RevisionId;
  const create = (input: Partial<CreateFunctionCommandInput>) =>
    send(new CreateFunctionCommand({ FunctionName: 'new', Role: role, Runtime: 'nodejs20.x', Handler: 'index.handler', Code: { ZipFile: one }, ...input }));

  it('a change has a revision of its own until it is complete', async () => {
    const made = await create({ FunctionName: 'rev' });
    await waitUntilFunctionActiveV2({ client: runtime.lambda, maxWaitTime: 5 }, { FunctionName: 'rev' });
    const active = await revision('rev');
    assert.notEqual(made.RevisionId, active);
    await refused(send(new UpdateFunctionCodeCommand({ FunctionName: 'rev', ZipFile: two, RevisionId: made.RevisionId })), 'PreconditionFailedException', 412, /^The Revision Id provided does not match the latest Revision Id/);
    const changed = await send(new UpdateFunctionCodeCommand({ FunctionName: 'rev', ZipFile: two, RevisionId: active }));
    assert.deepEqual([changed.LastUpdateStatus, changed.LastUpdateStatusReasonCode, changed.State], ['InProgress', 'Creating', 'Active']);
    await waitUntilFunctionUpdatedV2({ client: runtime.lambda, maxWaitTime: 5 }, { FunctionName: 'rev' });
    assert.equal(new Set([made.RevisionId, active, changed.RevisionId, await revision('rev')]).size, 4);
  });

  it('a version keeps its revision, and publishing it gives the function another', async () => {
    const before = await revision('rev');
    const version = await send(new PublishVersionCommand({ FunctionName: 'rev', RevisionId: before }));
    assert.equal(await revision('rev', '1'), version.RevisionId);
    const after = await revision('rev');
    assert.notEqual(after, before);
    await send(new CreateAliasCommand({ FunctionName: 'rev', Name: 'a', FunctionVersion: '1' }));
    assert.equal(await revision('rev'), after);
    await send(new TagResourceCommand({ Resource: `${base}rev`, Tags: { a: 'b' } }));
    assert.notEqual(await revision('rev'), after);
  });

  it('one update at a time: the next is refused until somebody looked', async () => {
    // The second of two may come late where much else runs, so it may take more than one try.
    const update = (Timeout: number) => send(new UpdateFunctionConfigurationCommand({ FunctionName: 'rev', Timeout }));
    const twice = async () => (await Promise.allSettled([update(4), update(5)])).find((one) => one.status === 'rejected')?.reason as Error | undefined;
    const error = (await twice()) ?? (await twice()) ?? (await twice());
    assert.equal(error?.name, 'ResourceConflictException');
    assert.equal(error?.message, `The operation cannot be performed at this time. An update is in progress for resource: ${base}rev`);
    await waitUntilFunctionUpdatedV2({ client: runtime.lambda, maxWaitTime: 5 }, { FunctionName: 'rev' });
    assert.equal((await send(new UpdateFunctionConfigurationCommand({ FunctionName: 'rev', Timeout: 6 }))).Timeout, 6);
  });

  it('a function that is made with a version is told without it', async () => {
    const made = await create({ FunctionName: 'published', Publish: true, Environment: { Variables: {} }, VpcConfig: { SubnetIds: ['subnet-1'], SecurityGroupIds: ['sg-1'] } });
    assert.deepEqual([made.FunctionArn, made.Version, made.State, made.Environment], [`${base}published`, '1', 'Pending', { Variables: {} }]);
    assert.match(made.RuntimeVersionConfig?.RuntimeVersionArn ?? '', /^arn:aws:lambda:eu-west-1::runtime:[0-9a-f]{64}$/);
    assert.deepEqual((await send(new GetFunctionConfigurationCommand({ FunctionName: 'published' }))).VpcConfig?.SubnetIds, ['subnet-1']);
    const updated = await send(new UpdateFunctionCodeCommand({ FunctionName: 'published', ZipFile: two, Publish: true }));
    assert.deepEqual([updated.FunctionArn, updated.Version, updated.State, updated.LastUpdateStatus], [`${base}published:2`, '2', 'Pending', undefined]);
  });

  const pattern = (name: string, latest: string) => `Member must satisfy regular expression pattern: (arn:(aws[a-zA-Z-]*)?:lambda:)?((eusc-)?[a-z]{2}((-gov)|(-iso([a-z]?)))?-[a-z]+-\\d{1}:)?(\\d{12}:)?(function:)?(${name}+)(:(${latest}|[a-zA-Z0-9-_]+))?`;
  const asked = pattern('[a-zA-Z0-9-_\\.]', '\\$LATEST(\\.PUBLISHED)?');
  const made = pattern('[a-zA-Z0-9-_]', '\\$LATEST');
  const odd = (value: string, member: string, constraint: string) => `1 validation error detected: Value ${value} at '${member}' failed to satisfy constraint: ${constraint}`;
  const get = (FunctionName: string, Qualifier?: string) => send(new GetFunctionCommand({ FunctionName, Qualifier }));
  const del = (FunctionName: string, Qualifier?: string) => send(new DeleteFunctionCommand({ FunctionName, Qualifier }));
  const provision = (Qualifier: string, ProvisionedConcurrentExecutions = 1) => send(new PutProvisionedConcurrencyConfigCommand({ FunctionName: 'shop', Qualifier, ProvisionedConcurrentExecutions }));

  const refusals: readonly (readonly [what: string, call: () => Promise<unknown>, name: string, status: number, message: string])[] = [
    ['a name with other letters', () => get('my-function!'), 'ValidationException', 400, odd("'my-function!'", 'functionName', asked)],
    ['such a name of a new function', () => create({ FunctionName: '*' }), 'ValidationException', 400, odd("'*'", 'functionName', made)],
    ['a long name', () => get('a'.repeat(65)), 'ResourceNotFoundException', 404, `Function not found: ${base}${'a'.repeat(65)}`],
    ['a long name of a new function', () => create({ FunctionName: 'a'.repeat(65) }), 'InvalidParameterValueException', 400, odd(`'${'a'.repeat(65)}'`, 'functionName', 'Member must have length less than or equal to 64')],
    ['an ARN of another service', () => get('arn:aws:ec2:eu-west-1:000000000000:instance:i-1'), 'ValidationException', 400, odd("'arn:aws:ec2:eu-west-1:000000000000:instance:i-1'", 'functionName', asked)],
    ['an ARN without account', () => get('arn:aws:lambda:eu-west-1::function:shop'), 'ValidationException', 400, odd("'arn:aws:lambda:eu-west-1::function:shop'", 'functionName', asked)],
    ['an ARN that ends early', () => get('arn:aws:lambda:eu-west-1:000000000000:function'), 'ResourceNotFoundException', 404, `Function not found: ${base}function`],
    ['an ARN of another region', () => get(`${base}shop`.replace('eu-west-1', 'us-west-2')), 'ResourceNotFoundException', 404, "Functions from 'us-west-2' are not reachable in this region ('eu-west-1')"],
    ['such an ARN of a new function', () => create({ FunctionName: `${base}new`.replace('eu-west-1', 'us-west-2') }), 'ResourceNotFoundException', 404, "Functions from 'us-west-2' are not reachable in this region ('eu-west-1')"],
    ['an ARN of what is no region', () => get(`${base}shop`.replace('eu-west-1', 'no-region')), 'ValidationException', 400, odd(`'${base}shop'`, 'functionName', asked).replace('eu-west-1', 'no-region')],
    ['an ARN of another account', () => get(`${base}shop`.replace('000000000000', '111111111111')), 'AccessDeniedException', 403, ''],
    ['a qualifier with other letters', () => get('shop', 'invalid!'), 'ValidationException', 400, odd("'invalid!'", 'qualifier', 'Member must satisfy regular expression pattern: \\$(LATEST(\\.PUBLISHED)?)|[a-zA-Z0-9-_$]+')],
    ['a long qualifier', () => get('shop', 'a'.repeat(129)), 'ValidationException', 400, odd(`'${'a'.repeat(129)}'`, 'qualifier', 'Member must have length less than or equal to 128')],
    ['two mistakes at once', () => get('my-function!', 'a'.repeat(129)), 'ValidationException', 400, `2 validation errors detected: ${odd(`'${'a'.repeat(129)}'`, 'qualifier', 'Member must have length less than or equal to 128').slice(29)}; ${odd("'my-function!'", 'functionName', asked).slice(29)}`],
    ['two qualifiers', () => get(`${base}shop:$LATEST`, '1'), 'InvalidParameterValueException', 400, 'The derived qualifier from the function name does not match the specified qualifier.'],
    ['$latest in small letters', () => get('shop', '$latest'), 'ResourceNotFoundException', 404, `Function not found: ${base}shop:$latest`],
    ['to delete an alias as a version', () => del('shop', 'live'), 'InvalidParameterValueException', 400, 'Deletion of aliases is not currently supported.'],
    ['to delete a version of nothing', () => del('nothing', '1233'), 'ResourceNotFoundException', 404, `Function not found: ${base}nothing`],
    ['to call nothing', () => send(new InvokeCommand({ FunctionName: 'nothing' })), 'ResourceNotFoundException', 404, `Function not found: ${base}nothing:$LATEST`],
    ['a role that is none', () => create({ Role: 'r1' }), 'ValidationException', 400, odd("'r1'", 'role', 'Member must satisfy regular expression pattern: arn:(aws[a-zA-Z-]*)?:iam::\\d{12}:role/?[a-zA-Z_0-9+=,.@\\-_/]+')],
    ['two architectures', () => create({ Architectures: ['x86_64', 'arm64'] }), 'ValidationException', 400, odd("'[x86_64, arm64]'", 'architectures', 'Member must have length less than or equal to 1')],
    ['an unknown architecture', () => create({ Architectures: ['X86_64' as never] }), 'ValidationException', 400, odd("'[X86_64]'", 'architectures', 'Member must satisfy constraint: [Member must satisfy enum value set: [x86_64, arm64], Member must not be null]')],
    ['a runtime of the past', () => create({ Runtime: 'java8' }), 'InvalidParameterValueException', 400, 'The runtime parameter of java8 is no longer supported for creating or updating AWS Lambda functions. We recommend you use a supported runtime while creating or updating functions.'],
    ['a version of a runtime of the past', () => create({ Runtime: 'python3.7' }), 'InvalidParameterValueException', 400, 'The runtime parameter of python3.7 is no longer supported'],
    ['too much environment', () => create({ Environment: { Variables: { LARGE: 'x'.repeat(4096) } } }), 'InvalidParameterValueException', 400, `Lambda was unable to configure your environment variables because the environment variables you have provided exceeded the 4KB limit. String measured: {"LARGE":"${'x'.repeat(4096)}"}`],
    ['too many tags', () => create({ Tags: Object.fromEntries(Array.from({ length: 51 }, (_, n) => [`k${n}`, 'v'])) }), 'InvalidParameterValueException', 400, 'Number of tags exceeds resource tag limit.'],
    ['an unknown list of versions', () => send(new ListFunctionsCommand({ FunctionVersion: 'invalid' as never })), 'ValidationException', 400, odd("'invalid'", 'functionVersion', 'Member must satisfy enum value set: [ALL]')],
    ['an event configuration of nothing', () => send(new PutFunctionEventInvokeConfigCommand({ FunctionName: 'nothing' })), 'InvalidParameterValueException', 400, 'You must specify at least one of error handling or destination setting.'],
    ['an unknown end of loops', () => send(new PutFunctionRecursionConfigCommand({ FunctionName: 'shop', RecursiveLoop: 'Never' as never })), 'ValidationException', 400, odd("'Never'", 'recursiveLoop', 'Member must satisfy enum value set: [Terminate, Allow]')],
    ['to reserve too much', () => send(new PutFunctionConcurrencyCommand({ FunctionName: 'shop', ReservedConcurrentExecutions: 999_999 })), 'InvalidParameterValueException', 400, 'below its minimum value of ['],
    ['to provision nothing', () => provision('1', 0), 'ValidationException', 400, odd("'0'", 'provisionedConcurrentExecutions', 'Member must have value greater than or equal to 1')],
    ['to provision what is not published', () => provision('$LATEST'), 'InvalidParameterValueException', 400, 'Provisioned Concurrency Configs cannot be applied to unpublished function versions.'],
    ['to provision an alias of nothing', () => provision('none'), 'ResourceNotFoundException', 404, `Cannot find alias arn: ${base}shop:none`],
    ['to provision a version of nothing', () => provision('10'), 'ResourceNotFoundException', 404, `Function not found: ${base}shop:10`],
    ['what was not provisioned', () => send(new GetProvisionedConcurrencyConfigCommand({ FunctionName: 'shop', Qualifier: '1' })), 'ProvisionedConcurrencyConfigNotFoundException', 404, 'No Provisioned Concurrency Config found for this function'],
    ['a log group with a long name', () => runtime.logs.send(new CreateLogGroupCommand({ logGroupName: 'x'.repeat(513) })), 'InvalidParameterException', 400, 'Invalid LogGroup or LogStream, both must have length less than or equal to 512.'],
    ['an unknown order of streams', () => runtime.logs.send(new DescribeLogStreamsCommand({ logGroupName: '/battery/one', orderBy: 'sth' as never })), 'InvalidParameterException', 400, odd("'sth'", 'orderBy', 'Member must satisfy enum value set: [LogStreamName, LastEventTime]')],
  ];
  for (const [what, call, name, status, message] of refusals) {
    it(`refuses ${what}`, () => refused(call(), name, status, new RegExp(message.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))));
  }

  it('keeps what was asked to be provisioned', async () => {
    const put = await provision('1', 2);
    assert.deepEqual([put.Status, put.RequestedProvisionedConcurrentExecutions, put.AvailableProvisionedConcurrentExecutions], ['IN_PROGRESS', 2, 0]);
    const look = async () => {
      const got = await send(new GetProvisionedConcurrencyConfigCommand({ FunctionName: 'shop', Qualifier: '1' }));
      return [got.Status, got.AvailableProvisionedConcurrentExecutions];
    };
    assert.deepEqual([await look(), await look()], [['IN_PROGRESS', 0], ['READY', 2]]);
    await refused(provision('live'), 'ResourceConflictException', 409, /^Alias can't be used for Provisioned Concurrency configuration on an already Provisioned version$/);
    const list = await send(new ListProvisionedConcurrencyConfigsCommand({ FunctionName: 'shop' }));
    assert.deepEqual(list.ProvisionedConcurrencyConfigs?.map((config) => config.FunctionArn), [`${base}shop:1`]);
    await send(new DeleteProvisionedConcurrencyConfigCommand({ FunctionName: 'shop', Qualifier: '1' }));
    assert.equal((await provision('live')).$metadata.httpStatusCode, 202);
    await refused(provision('1'), 'ResourceConflictException', 409, /^Version is pointed by a Provisioned Concurrency alias$/);
  });

  it('takes what is provisioned from what is reserved, and tells the function that it is', async () => {
    const reserve = (ReservedConcurrentExecutions: number) => send(new PutFunctionConcurrencyCommand({ FunctionName: 'ready', ReservedConcurrentExecutions }));
    const provisionReady = (ProvisionedConcurrentExecutions: number) => send(new PutProvisionedConcurrencyConfigCommand({ FunctionName: 'ready', Qualifier: '1', ProvisionedConcurrentExecutions }));
    await runtime.node('ready', 'exports.handler = async () => process.env.AWS_LAMBDA_INITIALIZATION_TYPE;');
    await send(new PublishVersionCommand({ FunctionName: 'ready' }));
    await provisionReady(2);
    await refused(reserve(1), 'InvalidParameterValueException', 400, /^ ReservedConcurrentExecutions {2}1 should not be lower than function's total provisioned concurrency \[2\]\.$/);
    assert.equal((await runtime.call('ready')).body, 'on-demand');
    await reserve(2);
    await refused(provisionReady(3), 'InvalidParameterValueException', 400, /^Requested Provisioned Concurrency should not be greater than the reservedConcurrentExecution for function$/);
    await refused(runtime.call('ready'), 'TooManyRequestsException', 429, /^Rate Exceeded\.$/);
    assert.equal((await runtime.call('ready:1')).body, 'provisioned-concurrency');
  });

  it('keeps when a runtime is to be updated, and what is to become of loops', async () => {
    assert.equal((await send(new GetRuntimeManagementConfigCommand({ FunctionName: 'shop' }))).UpdateRuntimeOn, 'Auto');
    await send(new PutRuntimeManagementConfigCommand({ FunctionName: 'shop', UpdateRuntimeOn: 'FunctionUpdate' }));
    assert.equal((await send(new GetRuntimeManagementConfigCommand({ FunctionName: 'shop' }))).UpdateRuntimeOn, 'FunctionUpdate');
    assert.equal((await send(new GetFunctionRecursionConfigCommand({ FunctionName: 'shop' }))).RecursiveLoop, 'Terminate');
    assert.equal((await send(new PutFunctionRecursionConfigCommand({ FunctionName: 'shop', RecursiveLoop: 'Allow' }))).RecursiveLoop, 'Allow');
  });

  it('lists log groups by expression, and keeps the key of one', async () => {
    assert.equal((await runtime.logs.send(new DescribeLogGroupsCommand({ logGroupNamePrefix: '/battery' }))).logGroups?.[0]?.kmsKeyId, kmsKeyId);
    const list = await runtime.logs.send(new ListLogGroupsCommand({ logGroupNamePattern: '^/battery|nowhere' }));
    assert.deepEqual(list.logGroups, [{ logGroupName: '/battery/one', logGroupArn: 'arn:aws:logs:eu-west-1:000000000000:log-group:/battery/one', logGroupClass: 'STANDARD' }]);
  });
});
