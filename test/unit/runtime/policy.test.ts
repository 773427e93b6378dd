import assert from 'node:assert/strict';
import {
  AddPermissionCommand, CreateAliasCommand, DeleteAliasCommand, GetPolicyCommand, ListTagsCommand, RemovePermissionCommand, TagResourceCommand, UntagResourceCommand,
  type AddPermissionCommandInput,
} from '@aws-sdk/client-lambda';
import { refused, RunningRuntime } from './harness';

const arn = 'arn:aws:lambda:eu-west-1:000000000000:function:kept';

describe('the local runtime: permissions and tags', () => {
  let runtime: RunningRuntime;
  before(async () => {
    runtime = await RunningRuntime.start();
    await runtime.node('kept', 'exports.handler = async () => 1;', { Publish: true });
    await send(new CreateAliasCommand({ FunctionName: 'kept', Name: 'live', FunctionVersion: '1' }));
  });
  after(() => runtime.stop());

  const send: RunningRuntime['lambda']['send'] = ((command: never) => runtime.lambda.send(command)) as never;
  const add = async (input: Partial<AddPermissionCommandInput>) =>
    send(new AddPermissionCommand({ FunctionName: 'kept', StatementId: 'one', Action: 'lambda:InvokeFunction', Principal: 's3.amazonaws.com', ...input }));
  const policy = async (Qualifier?: string) => {
    const answer = await send(new GetPolicyCommand({ FunctionName: 'kept', Qualifier }));
    return { revision: answer.RevisionId, ...(JSON.parse(answer.Policy ?? '') as { Version: string; Id: string; Statement: { Sid: string; Resource: string }[] }) };
  };

  it('keeps statements in the form that AWS gives them', async () => {
    const made = await add({ SourceArn: 'arn:aws:s3:::bucket' });
    const statement = { Sid: 'one', Effect: 'Allow', Principal: { Service: 's3.amazonaws.com' }, Action: 'lambda:InvokeFunction', Resource: arn, Condition: { ArnLike: { 'AWS:SourceArn': 'arn:aws:s3:::bucket' } } };
    assert.equal(made.Statement, JSON.stringify(statement));
    const { revision, ...document } = await policy();
    assert.deepEqual(document, { Version: '2012-10-17', Id: 'default', Statement: [statement] });
    await add({ StatementId: 'two', Principal: '*', FunctionUrlAuthType: 'NONE', Action: 'lambda:InvokeFunctionUrl', PrincipalOrgID: 'o-1234567890', SourceAccount: '111111111111', RevisionId: revision });
    await add({ StatementId: 'three', Principal: '111111111111' });
    const [, second, third] = (await policy()).Statement;
    assert.deepEqual(second, { Sid: 'two', Effect: 'Allow', Principal: '*', Action: 'lambda:InvokeFunctionUrl', Resource: arn, Condition: { StringEquals: { 'AWS:SourceAccount': '111111111111', 'lambda:FunctionUrlAuthType': 'NONE', 'aws:PrincipalOrgID': 'o-1234567890' } } });
    assert.deepEqual(third, { Sid: 'three', Effect: 'Allow', Principal: { AWS: 'arn:aws:iam::111111111111:root' }, Action: 'lambda:InvokeFunction', Resource: arn });
  });

  it('keeps those of a version and of an alias apart, and drops them with the alias', async () => {
    await add({ Qualifier: '1' });
    await add({ Qualifier: 'live' });
    assert.deepEqual((await policy('1')).Statement.map((one) => one.Resource), [`${arn}:1`]);
    assert.deepEqual((await policy('live')).Statement.map((one) => one.Resource), [`${arn}:live`]);
    await send(new DeleteAliasCommand({ FunctionName: 'kept', Name: 'live' }));
    await send(new CreateAliasCommand({ FunctionName: 'kept', Name: 'live', FunctionVersion: '1' }));
    await refused(policy('live'), 'ResourceNotFoundException', 404, /^The resource you requested does not exist\.$/);
  });

  it('refuses in the words of AWS', async () => {
    await refused(add({}), 'ResourceConflictException', 409, /^The statement id \(one\) provided already exists\./);
    await refused(add({ StatementId: 'example.com' }), 'ValidationException', 400, /Value 'example\.com' at 'statementId'/);
    await refused(add({ StatementId: 'x', Principal: 'invalid' }), 'InvalidParameterValueException', 400, /^The provided principal was invalid\./);
    await refused(add({ StatementId: 'x', Qualifier: '$LATEST' }), 'InvalidParameterValueException', 400, /^We currently do not support adding policies for \$LATEST\.$/);
    await refused(add({ StatementId: 'x', Qualifier: 'none' }), 'ResourceNotFoundException', 404, /^Cannot find alias arn: .*:kept:none$/);
    await refused(add({ StatementId: 'x', Qualifier: '42' }), 'ResourceNotFoundException', 404, /^Function not found: .*:kept:42$/);
    await refused(add({ StatementId: 'x', RevisionId: 'stale' }), 'PreconditionFailedException', 412, /Call the GetPolicy API/);
    const remove = async (input: object) => send(new RemovePermissionCommand({ FunctionName: 'kept', StatementId: 'one', ...input }));
    await refused(remove({ StatementId: 'none' }), 'ResourceNotFoundException', 404, /^Statement none is not found in resource policy\.$/);
    await refused(remove({ FunctionName: 'nobody' }), 'ResourceNotFoundException', 404, /^No policy found for: .*:nobody$/);
    await refused(remove({ Qualifier: 'live' }), 'ResourceNotFoundException', 404, /^No policy is associated with the given resource\.$/);
    await refused(remove({ RevisionId: 'stale' }), 'PreconditionFailedException', 412, /Call the GetPolicy API/);
  });

  it('removes statement by statement until there is no policy', async () => {
    for (const StatementId of ['one', 'two', 'three']) {
      assert.equal((await send(new RemovePermissionCommand({ FunctionName: 'kept', StatementId }))).$metadata.httpStatusCode, 204);
    }
    await refused(policy(), 'ResourceNotFoundException', 404, /does not exist/);
  });

  it('tags the function as a whole, with at most 50 tags', async () => {
    const tag = async (Resource: string, Tags: Record<string, string>) => send(new TagResourceCommand({ Resource, Tags }));
    await tag(arn, { a: '1', b: '2' });
    await tag(arn, { b: '3', c: '4' });
    await send(new UntagResourceCommand({ Resource: arn, TagKeys: ['a', 'none'] }));
    assert.deepEqual((await send(new ListTagsCommand({ Resource: arn }))).Tags, { b: '3', c: '4' });
    await refused(tag(`${arn}:live`, { a: '1' }), 'InvalidParameterValueException', 400, /^Tags on function aliases and versions are not supported\./);
    await refused(tag(arn, {}), 'InvalidParameterValueException', 400, /^An error occurred and the request cannot be processed\.$/);
    await refused(tag('arn:aws:something', { a: '1' }), 'ValidationException', 400, /Value 'arn:aws:something' at 'resource'/);
    await refused(tag(arn.replace('kept', 'nobody'), { a: '1' }), 'ResourceNotFoundException', 404, /^Function not found: .*:nobody$/);
    await refused(tag(arn, Object.fromEntries(Array.from({ length: 49 }, (_, index) => [`k${index}`, 'v']))), 'InvalidParameterValueException', 400, /^Number of tags exceeds resource tag limit\.$/);
  });
});
