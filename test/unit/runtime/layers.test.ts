import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import {
  AddLayerVersionPermissionCommand, DeleteLayerVersionCommand, GetFunctionConfigurationCommand, GetLayerVersionByArnCommand, GetLayerVersionCommand,
  GetLayerVersionPolicyCommand, ListLayersCommand, ListLayerVersionsCommand, PublishLayerVersionCommand, RemoveLayerVersionPermissionCommand,
  UpdateFunctionConfigurationCommand, type PublishLayerVersionCommandInput,
} from '@aws-sdk/client-lambda';
import { strToU8, zipSync } from 'fflate';
import { stackLayers } from '../../../src/runtime/api/functionLayers';
import { CodeStore } from '../../../src/runtime/store/code';
import { refused, RunningRuntime, zip } from './harness';

const arn = 'arn:aws:lambda:eu-west-1:000000000000:layer:';

describe('the local runtime: layers', () => {
  let runtime: RunningRuntime;
  before(async () => (runtime = await RunningRuntime.start()));
  after(() => runtime.stop());

  const send: RunningRuntime['lambda']['send'] = ((command: never) => runtime.lambda.send(command)) as never;
  const publish = async (LayerName: string, files: Record<string, string>, more: Partial<PublishLayerVersionCommandInput> = {}) =>
    (await send(new PublishLayerVersionCommand({ LayerName, Content: { ZipFile: zip(files) }, ...more }))).LayerVersionArn ?? '';
  const layered = (name: string, source: string, Layers: string[]) => runtime.node(name, source, { Layers });
  const versions = async (LayerName: string) => (await send(new ListLayerVersionsCommand({ LayerName }))).LayerVersions?.map((one) => one.Version);

  it('are published, listed, found and deleted; a number is never used again', async () => {
    const first = await send(new PublishLayerVersionCommand({ LayerName: 'Tools', Content: { ZipFile: zip({ a: '1' }) }, CompatibleRuntimes: ['nodejs20.x'], LicenseInfo: 'MIT' }));
    assert.deepEqual([first.$metadata.httpStatusCode, first.LayerArn, first.LayerVersionArn, first.Version, first.Description], [201, `${arn}Tools`, `${arn}Tools:1`, 1, '']);
    await publish('Tools', { a: '2' }, { CompatibleRuntimes: ['python3.13'] });
    assert.deepEqual(await versions('Tools'), [2, 1]);
    const matching = async (CompatibleRuntime: 'nodejs20.x' | 'ruby3.3') => (await send(new ListLayersCommand({ CompatibleRuntime }))).Layers?.map((one) => one.LatestMatchingVersion?.Version);
    assert.deepEqual([await matching('nodejs20.x'), await matching('ruby3.3')], [[1], []]);
    const found = await send(new GetLayerVersionByArnCommand({ Arn: `${arn}Tools:1` }));
    assert.deepEqual([found.LicenseInfo, found.Content?.CodeSha256], ['MIT', first.Content?.CodeSha256]);
    assert.match(found.Content?.Location ?? '', /Tools/);
    const content = Buffer.from(await (await fetch(found.Content?.Location ?? '')).arrayBuffer());
    assert.deepEqual(content, Buffer.from(zip({ a: '1' })));
    await send(new DeleteLayerVersionCommand({ LayerName: 'Tools', VersionNumber: 2 }));
    await send(new DeleteLayerVersionCommand({ LayerName: 'Tools', VersionNumber: 2 }));
    assert.equal(await publish('Tools', { a: '3' }), `${arn}Tools:3`);
    assert.deepEqual(await versions('Tools'), [3, 1]);
  });

  it('say who may use them', async () => {
    const one = { LayerName: 'shared', VersionNumber: 1 };
    await publish('shared', { a: '1' });
    await refused(send(new GetLayerVersionPolicyCommand(one)), 'ResourceNotFoundException', 404, /^No policy is associated with the given resource\.$/);
    const permission = { ...one, StatementId: 's1', Action: 'lambda:GetLayerVersion', Principal: '123456789012' };
    const added = await send(new AddLayerVersionPermissionCommand(permission));
    const statement = { Sid: 's1', Effect: 'Allow', Principal: { AWS: 'arn:aws:iam::123456789012:root' }, Action: 'lambda:GetLayerVersion', Resource: `${arn}shared:1` };
    assert.deepEqual(JSON.parse(added.Statement ?? ''), statement);
    await refused(send(new AddLayerVersionPermissionCommand(permission)), 'ResourceConflictException', 409, /^The statement id \(s1\) provided already exists/);
    await refused(send(new AddLayerVersionPermissionCommand({ ...permission, StatementId: 's2', RevisionId: 'old' })), 'PreconditionFailedException', 412, /Call the GetLayerPolicy API/);
    const got = await send(new GetLayerVersionPolicyCommand(one));
    assert.deepEqual([got.RevisionId, JSON.parse(got.Policy ?? '')], [added.RevisionId, { Version: '2012-10-17', Id: 'default', Statement: [statement] }]);
    await send(new RemoveLayerVersionPermissionCommand({ ...one, StatementId: 's1' }));
    await refused(send(new GetLayerVersionPolicyCommand({ ...one, VersionNumber: 9 })), 'ResourceNotFoundException', 404, /^Layer version arn:aws:lambda:eu-west-1:000000000000:layer:shared:9 does not exist\.$/);
  });

  it('give modules to functions: the last layer wins, and the function over all', async () => {
    const below = await publish('below', { 'nodejs/node_modules/one/index.js': 'module.exports = "below";', 'nodejs/node_modules/two/index.js': 'module.exports = "two";' });
    const above = await publish('above', { 'nodejs/node20/node_modules/one/index.js': 'module.exports = "above";' });
    await layered('node', 'const [one, two] = [require("one"), require("two")]; exports.handler = async () => ({ one, two });', [below, above]);
    assert.deepEqual((await runtime.call('node')).body, { one: 'above', two: 'two' });
    await runtime.create('module', { 'index.mjs': 'import one from "one"; export const handler = async () => one;' }, { Runtime: 'nodejs20.x', Handler: 'index.handler', Layers: [below] });
    assert.equal((await runtime.call('module')).body, 'below');
    const python = await publish('python', { 'python/first.py': 'WHERE = "layer"', 'python/lib/python3.13/site-packages/second.py': 'WHERE = "packages"', 'python/app.py': 'nothing = 1', 'python/lib/python3.13/site-packages/more.pth': 'further', 'python/lib/python3.13/site-packages/further/third.py': 'WHERE = "named"' });
    await runtime.python('py', 'import first, second, third\ndef handler(event, context):\n  return [first.WHERE, second.WHERE, third.WHERE]', { Layers: [python] });
    assert.deepEqual((await runtime.call('py')).body, ['layer', 'packages', 'named']);
  });

  it('lie over one another: two fill one package, the later covers the earlier, and links lead where they do in the cloud', async function () {
    if (process.platform === 'win32') this.skip(); // links are not taken there
    const below = await publish('half', { 'python/pkg/a.py': 'WHERE = "below"', 'python/pkg/both.py': 'WHERE = "below"', 'python/turned': 'a file' });
    const link = zipSync({ 'python/pkg/b.py': strToU8('WHERE = "above"'), 'python/pkg/both.py': strToU8('WHERE = "above"'), 'python/linked': [strToU8('pkg'), { os: 3, attrs: (0o120777 << 16) >>> 0 }], 'python/turned/inside.py': strToU8('WHERE = "folder"') });
    const above = (await send(new PublishLayerVersionCommand({ LayerName: 'rest', Content: { ZipFile: link } }))).LayerVersionArn ?? '';
    const source = 'from pkg import a, b, both\nimport linked.b, turned.inside\ndef handler(event, context):\n  return [a.WHERE, b.WHERE, both.WHERE, linked.b.WHERE, turned.inside.WHERE]';
    await runtime.python('merged', source, { Layers: [below, above] });
    assert.deepEqual((await runtime.call('merged')).body, ['below', 'above', 'above', 'above', 'folder']);
    const stacks = () => {
      const names = readdirSync(path.join(runtime.data, 'code'));
      return names.filter((name) => !name.endsWith('.zip') && !names.includes(`${name}.zip`));
    };
    const before = stacks();
    await runtime.stop('SIGTERM', true);
    runtime = await RunningRuntime.start(runtime.data);
    assert.deepEqual(stacks(), before);
    await send(new UpdateFunctionConfigurationCommand({ FunctionName: 'merged', Layers: [above] }));
    await runtime.stop('SIGTERM', true);
    runtime = await RunningRuntime.start(runtime.data);
    assert.equal(stacks().length, before.length - 1);
  });

  it('and the code are no larger than AWS takes', async () => {
    const code = new CodeStore(path.join(runtime.data, 'large'));
    const large = (sha256: string, bytes: number) => {
      const packed = Buffer.from(zip({ a: 'x' }));
      packed.writeUInt32LE(bytes, packed.lastIndexOf(Buffer.from('PK\x01\x02', 'latin1')) + 24);
      writeFileSync(code.zip(sha256), packed);
      return { arn: '', codeSha256: sha256, codeSize: 1 };
    };
    mkdirSync(path.join(runtime.data, 'large'));
    const [one, two, three] = [large('AAAA', 200_000_000), large('AAAB', 62_144_001), large('AAAC', 62_144_000)];
    const check = (...layers: (typeof one)[]) => stackLayers({ code }, { layers, codeSha256: 'AAAC', folder: undefined });
    await assert.rejects(check(one, two), /^ApiError: Layers consume more than the available size of 262144000 bytes$/);
    await assert.rejects(check(one, three), /^ApiError: Function code combined with layers exceeds the maximum allowed size of 262144000 bytes\. The actual size is 324288000 bytes\.$/);
  });

  it('give programs: those of bin, a wrapper, and the runtime itself', async function () {
    if (process.platform === 'win32') this.skip(); // its programs are no shell scripts
    const programs = await publish('programs', { 'bin/hello-layer': '#!/bin/sh\necho hello', wrapper: '#!/bin/sh\nWRAPPED=yes exec "$@"' });
    const source = 'exports.handler = async () => [require("child_process").execSync("hello-layer").toString().trim(), process.env.WRAPPED];';
    await runtime.node('program', source, { Layers: [programs], Environment: { Variables: { AWS_LAMBDA_EXEC_WRAPPER: '/opt/wrapper' } } });
    assert.deepEqual((await runtime.call('program')).body, ['hello', 'yes']);
    const own = await publish('own', { bootstrap: '#!/bin/sh\ncurl -s -X POST -d "{\\"errorType\\":\\"FromLayer\\"}" "http://$AWS_LAMBDA_RUNTIME_API/2018-06-01/runtime/init/error"\n' });
    await runtime.create('provided', { 'empty.txt': '' }, { Runtime: 'provided.al2023', Handler: 'x', Layers: [own] });
    assert.deepEqual((await runtime.call('provided')).body, { errorType: 'FromLayer' });
  });

  it('stay with a function when they are deleted, and go when it is told so', async () => {
    const gone = await publish('gone', { 'nodejs/node_modules/kept/index.js': 'module.exports = "kept";' });
    await layered('keeper', 'exports.handler = async () => require("kept");', [gone]);
    await send(new DeleteLayerVersionCommand({ LayerName: 'gone', VersionNumber: 1 }));
    await runtime.stop('SIGTERM', true);
    runtime = await RunningRuntime.start(runtime.data);
    assert.equal((await runtime.call('keeper')).body, 'kept');
    assert.equal(await publish('gone', { a: '1' }), `${arn}gone:2`);
    const Layers = async () => (await send(new GetFunctionConfigurationCommand({ FunctionName: 'keeper' }))).Layers?.map((layer) => layer.Arn);
    await send(new UpdateFunctionConfigurationCommand({ FunctionName: 'keeper', Timeout: 5 }));
    assert.deepEqual(await Layers(), [gone]);
    await send(new UpdateFunctionConfigurationCommand({ FunctionName: 'keeper', Layers: [] }));
    assert.equal(await Layers(), undefined);
    assert.match((await runtime.call('keeper')).text, /Cannot find module 'kept'/);
  });

  it('are refused in the words of AWS', async () => {
    const one = await publish('words', { a: '1' });
    const two = await publish('words', { a: '2' });
    const take = (...Layers: string[]) => layered('refused', 'exports.handler = async () => 1;', Layers);
    const bad = (message: RegExp, ...layers: string[]) => refused(take(...layers), 'InvalidParameterValueException', 400, message);
    await bad(/^Two different versions of the same layer are not allowed to be referenced in the same function\. \S+words:1 and \S+words:2 are versions of the same layer\.$/, one, two);
    await bad(/^Layer version arn:aws:lambda:eu-west-1:000000000000:layer:words:9 does not exist\.$/, `${arn}words:9`);
    await bad(/^Cannot reference more than 5 layers\.$/, ...Array.from('abcdef', (name) => `${arn}${name}:1`));
    await bad(/^Layers are not in the same region as the function\. Layers are expected to be in region eu-west-1\.$/, one.replace('eu-west-1', 'us-east-1'));
    await refused(take(`${arn}words`), 'ValidationException', 400, /^1 validation error detected: Value '\[arn:aws:lambda:eu-west-1:000000000000:layer:words\]' at 'layers' failed/);
    await refused(take(one.replace('000000000000', '111111111111')), 'AccessDeniedException', 403, /publish what .* holds to it/);
    await refused(send(new GetLayerVersionCommand({ LayerName: 'words', VersionNumber: 0 })), 'InvalidParameterValueException', 400, /^Layer Version Cannot be less than 1$/);
    await refused(send(new GetLayerVersionCommand({ LayerName: 'none', VersionNumber: 1 })), 'ResourceNotFoundException', 404, /^The resource you requested does not exist\.$/);
    await refused(publish('words', { a: '1' }, { CompatibleRuntimes: ['basic' as never] }), 'ValidationException', 400, /^1 validation error detected: Value '\[basic\]' at 'compatibleRuntimes'/);
    assert.deepEqual(await versions('nothing'), []);
  });

  it('are those of this account and region, also by their ARNs, and have facts of some length', async () => {
    await publish('near', { a: '1' });
    assert.deepEqual(await versions(`${arn}near`), [1]);
    const [stranger, far] = [`${arn.replace('000000000000', '111111111111')}near`, `${arn.replace('eu-west-1', 'us-east-1')}near`];
    const one = (LayerName: string) => ({ LayerName, VersionNumber: 1 });
    const calls: readonly ((name: string) => Promise<unknown>)[] = [
      versions, (name) => publish(name, { a: '2' }), (name) => send(new GetLayerVersionCommand(one(name))), (name) => send(new DeleteLayerVersionCommand(one(name))), (name) => send(new GetLayerVersionPolicyCommand(one(name))),
    ];
    for (const call of calls) {
      await refused(call(stranger), 'AccessDeniedException', 403, /^The local runtime has the layers of account 000000000000;/);
      await refused(call(far), 'ResourceNotFoundException', 404, /^The resource you requested does not exist\.$/);
    }
    assert.deepEqual(await versions('near'), [1]);
    const long = (constraint: string, more: Partial<PublishLayerVersionCommandInput>) => refused(publish('near', { a: '3' }, more), 'ValidationException', 400, new RegExp(`^1 validation error detected: Value .* at ${constraint}$`));
    await long("'description' failed to satisfy constraint: Member must have length less than or equal to 256", { Description: 'x'.repeat(257) });
    await long("'licenseInfo' failed to satisfy constraint: Member must have length less than or equal to 512", { LicenseInfo: 'x'.repeat(513) });
    await long("'compatibleRuntimes' failed to satisfy constraint: Member must have length less than or equal to 15", { CompatibleRuntimes: Array.from({ length: 16 }, () => 'nodejs20.x' as const) });
  });
});
