import assert from 'node:assert/strict';
import {
  CreateAliasCommand, DeleteAliasCommand, DeleteFunctionCommand, GetAliasCommand, GetFunctionConfigurationCommand, InvokeCommand, ListAliasesCommand,
  ListVersionsByFunctionCommand, PublishVersionCommand, UpdateAliasCommand, UpdateFunctionCodeCommand, UpdateFunctionConfigurationCommand,
} from '@aws-sdk/client-lambda';
import { refused, RunningRuntime, zip } from './harness';

const arn = 'arn:aws:lambda:eu-west-1:000000000000:function:shop';

describe('the local runtime: versions and aliases', () => {
  let runtime: RunningRuntime;
  before(async () => {
    runtime = await RunningRuntime.start();
    await runtime.node('shop', 'exports.handler = async (e, c) => ["one", c.functionVersion, c.invokedFunctionArn];', { Publish: true });
    await send(new UpdateFunctionCodeCommand({ FunctionName: 'shop', ZipFile: zip({ 'index.js': 'exports.handler = async (e, c) => ["two", c.functionVersion, c.invokedFunctionArn];' }), Publish: true }));
  });
  after(() => runtime.stop());

  const send: RunningRuntime['lambda']['send'] = ((command: never) => runtime.lambda.send(command)) as never;
  const ask = async (FunctionName: string, Qualifier?: string) => {
    const answer = await send(new InvokeCommand({ FunctionName, Qualifier }));
    return [...(JSON.parse(Buffer.from(answer.Payload ?? []).toString()) as string[]), answer.ExecutedVersion];
  };

  it('publishes only what differs from the version before, description and all', async () => {
    const publish = async (input: object = {}) => send(new PublishVersionCommand({ FunctionName: 'shop', ...input }));
    assert.equal((await publish()).Version, '2');
    await send(new UpdateFunctionConfigurationCommand({ FunctionName: 'shop', Description: 'third' }));
    const third = await publish({ Description: 'its own' });
    assert.deepEqual([third.Version, third.Description, third.FunctionArn], ['3', 'its own', `${arn}:3`]);
    assert.equal((await publish({ Description: 'another' })).Version, '3');
    await send(new UpdateFunctionConfigurationCommand({ FunctionName: 'shop', Description: 'fourth' }));
    assert.equal((await publish()).Version, '4');
    await refused(publish({ CodeSha256: 'x' }), 'InvalidParameterValueException', 400, /^CodeSHA256 \(x\) is different from current CodeSHA256 in \$LATEST \(.{44}\)/);
    await refused(publish({ RevisionId: 'x' }), 'PreconditionFailedException', 412, /^The Revision Id provided does not match/);
  });

  it('lists versions in pages, in the order of their numbers', async () => {
    const versions: (string | undefined)[] = [];
    for (let Marker: string | undefined, first = true; first || Marker; first = false) {
      const page = await send(new ListVersionsByFunctionCommand({ FunctionName: 'shop', MaxItems: 2, Marker }));
      assert.ok((page.Versions?.length ?? 3) <= 2);
      versions.push(...(page.Versions ?? []).map((one) => one.Version));
      Marker = page.NextMarker;
    }
    assert.deepEqual(versions, ['$LATEST', '1', '2', '3', '4']);
  });

  it('keeps aliases, answers with what AWS answers with, and runs what they point to', async () => {
    const made = await send(new CreateAliasCommand({ FunctionName: 'shop', Name: 'live', FunctionVersion: '1', Description: 'd' }));
    const { $metadata, ...facts } = made;
    assert.equal($metadata.httpStatusCode, 201);
    assert.deepEqual(facts, { AliasArn: `${arn}:live`, Name: 'live', FunctionVersion: '1', Description: 'd', RevisionId: made.RevisionId });
    for (const [name, qualifier] of [['shop', 'live'], ['shop:live', undefined], [`${arn}:live`, undefined], ['000000000000:function:shop:live', 'live']] as const) {
      assert.deepEqual(await ask(name, qualifier), ['one', '1', `${arn}:live`, '1']);
    }
    const config = await send(new GetFunctionConfigurationCommand({ FunctionName: 'shop', Qualifier: 'live' }));
    assert.deepEqual([config.FunctionArn, config.Version], [`${arn}:live`, '1']);
    const moved = await send(new UpdateAliasCommand({ FunctionName: 'shop', Name: 'live', FunctionVersion: '2', RevisionId: made.RevisionId }));
    assert.deepEqual([moved.FunctionVersion, moved.Description, moved.RevisionId !== made.RevisionId], ['2', 'd', true]);
    assert.deepEqual(await ask('shop', 'live'), ['two', '2', `${arn}:live`, '2']);
    await refused(send(new UpdateAliasCommand({ FunctionName: 'shop', Name: 'live', RevisionId: made.RevisionId })), 'PreconditionFailedException', 412, /Revision Id/);
  });

  it('shares the calls of an alias between two versions', async () => {
    await send(new CreateAliasCommand({ FunctionName: 'shop', Name: 'half', FunctionVersion: '1', RoutingConfig: { AdditionalVersionWeights: { 2: 0.5 } } }));
    const versions: (string | undefined)[] = [];
    for (let index = 0; index < 40; index++) versions.push((await ask('shop', 'half'))[1]);
    // All forty on one side happens once in 2 to the power of 39.
    assert.deepEqual([...new Set(versions)].sort(), ['1', '2']);
    const all = await send(new UpdateAliasCommand({ FunctionName: 'shop', Name: 'half', RoutingConfig: { AdditionalVersionWeights: { 2: 1 } } }));
    assert.deepEqual(all.RoutingConfig, { AdditionalVersionWeights: { 2: 1 } });
    assert.deepEqual(await ask('shop', 'half'), ['two', '2', `${arn}:half`, '2']);
    const none = await send(new UpdateAliasCommand({ FunctionName: 'shop', Name: 'half', RoutingConfig: { AdditionalVersionWeights: {} } }));
    assert.equal(none.RoutingConfig, undefined);
    assert.equal((await ask('shop', 'half'))[1], '1');
  });

  it('lists aliases, of one version or in pages', async () => {
    await send(new CreateAliasCommand({ FunctionName: 'shop', Name: '2024-01-02', FunctionVersion: '$LATEST' }));
    const names = async (input: object) => {
      const page = await send(new ListAliasesCommand({ FunctionName: 'shop', ...input }));
      return [page.Aliases?.map((one) => one.Name), page.NextMarker] as const;
    };
    assert.deepEqual((await names({}))[0], ['2024-01-02', 'half', 'live']);
    assert.deepEqual((await names({ FunctionVersion: '2' }))[0], ['live']);
    const [first, Marker] = await names({ MaxItems: 2 });
    assert.deepEqual(first, ['2024-01-02', 'half']);
    assert.deepEqual(await names({ MaxItems: 2, Marker }), [['live'], undefined]);
  });

  it('refuses in the words of AWS', async () => {
    const make = async (input: object) => send(new CreateAliasCommand({ FunctionName: 'shop', Name: 'bad', FunctionVersion: '1', ...input }));
    const weights = (AdditionalVersionWeights: Record<string, number>) => make({ RoutingConfig: { AdditionalVersionWeights } });
    await refused(make({ Name: 'live' }), 'ResourceConflictException', 409, new RegExp(`^Alias already exists: ${arn}:live$`));
    await refused(make({ Name: '2024' }), 'ValidationException', 400, /Value '2024' at 'name'/);
    await refused(make({ FunctionVersion: '10' }), 'ResourceNotFoundException', 404, new RegExp(`^Function not found: ${arn}:10$`));
    await refused(make({ FunctionName: 'nobody' }), 'ResourceNotFoundException', 404, /^Function not found: .*:nobody:1$/);
    await refused(weights({ 2: 0.1, 3: 0.1 }), 'InvalidParameterValueException', 400, /^Number of items in AdditionalVersionWeights cannot be greater than 1$/);
    await refused(weights({ 2: 2 }), 'ValidationException', 400, /Value '\{2=2\.0\}' at 'routingConfig.additionalVersionWeights'/);
    await refused(weights({ $LATEST: 0.5 }), 'ValidationException', 400, /Map keys must satisfy/);
    await refused(weights({ 1: 0.5 }), 'InvalidParameterValueException', 400, /^Invalid function version 1\. Function version 1 is already included/);
    await refused(weights({ 10: 0.5 }), 'ResourceNotFoundException', 404, /:shop:10$/);
    await refused(make({ FunctionVersion: '$LATEST', RoutingConfig: { AdditionalVersionWeights: { 1: 0.5 } } }), 'InvalidParameterValueException', 400, /^\$LATEST is not supported for an alias/);
    await refused(send(new GetAliasCommand({ FunctionName: 'shop', Name: 'none' })), 'ResourceNotFoundException', 404, /^Cannot find alias arn: .*:shop:none$/);
    await refused(send(new UpdateAliasCommand({ FunctionName: 'shop', Name: 'none' })), 'ResourceNotFoundException', 404, /^Alias not found: .*:shop:none$/);
    await refused(send(new InvokeCommand({ FunctionName: 'shop', Qualifier: 'none' })), 'ResourceNotFoundException', 404, /^Function not found: .*:shop:none$/);
    await refused(send(new InvokeCommand({ FunctionName: 'shop:1', Qualifier: '2' })), 'InvalidParameterValueException', 400, /^The derived qualifier from the function name does not match/);
  });

  it('deletes aliases and versions, but no version that an alias needs, and has the rest after a restart', async () => {
    const remove = async (Qualifier: string) => send(new DeleteFunctionCommand({ FunctionName: 'shop', Qualifier }));
    await refused(remove('2'), 'ResourceConflictException', 409, /aliases reference it: \[live\]$/);
    await refused(remove('$LATEST'), 'InvalidParameterValueException', 400, /^\$LATEST version cannot be deleted/);
    await refused(remove('live'), 'InvalidParameterValueException', 400, /^Deletion of aliases/);
    const gone = await send(new DeleteAliasCommand({ FunctionName: 'shop', Name: 'live' }));
    assert.equal(gone.$metadata.httpStatusCode, 204);
    assert.equal((await send(new DeleteAliasCommand({ FunctionName: 'shop', Name: 'live' }))).$metadata.httpStatusCode, 204);
    await remove('2');
    await refused(send(new InvokeCommand({ FunctionName: 'shop', Qualifier: '2' })), 'ResourceNotFoundException', 404, /:shop:2$/);
    await runtime.stop('SIGTERM', true);
    runtime = await RunningRuntime.start(runtime.data);
    assert.deepEqual(await ask('shop', 'half'), ['one', '1', `${arn}:half`, '1']);
    await send(new UpdateFunctionConfigurationCommand({ FunctionName: 'shop', Description: 'fifth' }));
    assert.equal((await send(new PublishVersionCommand({ FunctionName: 'shop' }))).Version, '5');
  });
});
