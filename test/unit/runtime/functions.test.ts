import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import {
  DeleteFunctionCommand, GetAccountSettingsCommand, GetFunctionCommand, GetFunctionConfigurationCommand, ListFunctionsCommand, ListTagsCommand,
  ListVersionsByFunctionCommand, PublishVersionCommand, TagResourceCommand, UntagResourceCommand, UpdateFunctionCodeCommand,
  UpdateFunctionConfigurationCommand, waitUntilFunctionActiveV2, waitUntilFunctionUpdatedV2, CreateFunctionCommand, InvokeCommand,
} from '@aws-sdk/client-lambda';
import { role, RunningRuntime, zip } from './harness';

const one = zip({ 'index.js': 'exports.handler = async () => 1;' });
const two = zip({ 'index.js': 'exports.handler = async () => 2;' });

describe('the local runtime: functions', () => {
  let runtime: RunningRuntime;
  before(async () => (runtime = await RunningRuntime.start()));
  after(() => runtime.stop());

  const send: RunningRuntime['lambda']['send'] = ((command: never) => runtime.lambda.send(command)) as never;
  const create = (name: string, more: object = {}) =>
    send(new CreateFunctionCommand({ FunctionName: name, Role: role, Runtime: 'nodejs20.x', Handler: 'index.handler', Code: { ZipFile: one }, ...more }));
  const fails = (work: Promise<unknown>, name: string, status: number, message: RegExp) =>
    assert.rejects(work, (error: Error & { $metadata: { httpStatusCode: number } }) => {
      assert.equal(error.name, name);
      assert.equal(error.$metadata.httpStatusCode, status);
      assert.match(error.message, message);
      return true;
    });

  it('creates as pending and then shows it as active, with the fields that AWS always sends', async () => {
    const made = await create('first', { Environment: { Variables: { LEVEL: 'info' } }, Tags: { team: 'a' }, Timeout: 7, MemorySize: 256 });
    assert.deepEqual([made.State, made.StateReasonCode, made.Version, made.Timeout], ['Pending', 'Creating', '$LATEST', 7]);
    await waitUntilFunctionActiveV2({ client: runtime.lambda, maxWaitTime: 5 }, { FunctionName: 'first' });
    const got = await send(new GetFunctionCommand({ FunctionName: 'first' }));
    assert.equal(got.Configuration?.LastUpdateStatus, 'Successful');
    assert.equal(got.Configuration?.FunctionArn, 'arn:aws:lambda:eu-west-1:000000000000:function:first');
    assert.deepEqual(got.Configuration?.Environment?.Variables, { LEVEL: 'info' });
    assert.deepEqual(got.Tags, { team: 'a' });
    assert.equal(got.Configuration?.CodeSha256, createHash('sha256').update(one).digest('base64'));
    assert.deepEqual(got.Configuration?.LoggingConfig, { LogFormat: 'Text', LogGroup: '/aws/lambda/first' });
  });

  it('gives the package back at an address that needs no signature', async () => {
    const got = await send(new GetFunctionCommand({ FunctionName: 'first' }));
    const answer = await fetch(got.Code?.Location ?? '');
    assert.deepEqual(Buffer.from(await answer.arrayBuffer()), Buffer.from(one));
    assert.equal((await fetch((got.Code?.Location ?? '').replace(/signature=../, 'signature=00'))).status, 403);
  });

  it('takes names, partial names and ARNs', async () => {
    for (const name of ['first', 'function:first', '000000000000:function:first', 'arn:aws:lambda:eu-west-1:000000000000:function:first', 'first:$LATEST']) {
      assert.equal((await send(new GetFunctionConfigurationCommand({ FunctionName: name }))).FunctionName, 'first');
    }
  });

  it('updates code, and a dry run changes nothing', async () => {
    const dry = await send(new UpdateFunctionCodeCommand({ FunctionName: 'first', ZipFile: two, DryRun: true }));
    assert.equal(dry.CodeSha256, createHash('sha256').update(two).digest('base64'));
    assert.equal((await runtime.call('first')).body, 1);
    const updated = await send(new UpdateFunctionCodeCommand({ FunctionName: 'first', ZipFile: two }));
    assert.equal(updated.LastUpdateStatus, 'InProgress');
    await waitUntilFunctionUpdatedV2({ client: runtime.lambda, maxWaitTime: 5 }, { FunctionName: 'first' });
    assert.equal((await runtime.call('first')).body, 2);
  });

  it('updates the configuration only of the revision that the caller knows', async () => {
    const before = await send(new GetFunctionConfigurationCommand({ FunctionName: 'first' }));
    const changed = await send(new UpdateFunctionConfigurationCommand({ FunctionName: 'first', Timeout: 9, RevisionId: before.RevisionId }));
    assert.equal(changed.Timeout, 9);
    assert.equal(changed.MemorySize, 256);
    const stale = send(new UpdateFunctionConfigurationCommand({ FunctionName: 'first', Timeout: 10, RevisionId: before.RevisionId }));
    await fails(stale, 'PreconditionFailedException', 412, /Revision Id/);
    await fails(send(new UpdateFunctionCodeCommand({ FunctionName: 'first', ZipFile: one, RevisionId: before.RevisionId })), 'PreconditionFailedException', 412, /Revision Id/);
  });

  it('publishes versions that stay as they were', async () => {
    const version = await send(new PublishVersionCommand({ FunctionName: 'first' }));
    assert.equal(version.Version, '1');
    assert.equal((await send(new PublishVersionCommand({ FunctionName: 'first' }))).Version, '1');
    await send(new UpdateFunctionCodeCommand({ FunctionName: 'first', ZipFile: one }));
    const old = await send(new InvokeCommand({ FunctionName: 'first', Qualifier: '1' }));
    assert.deepEqual([Buffer.from(old.Payload ?? []).toString(), old.ExecutedVersion], ['2', '1']);
    const versions = await send(new ListVersionsByFunctionCommand({ FunctionName: 'first' }));
    assert.deepEqual(versions.Versions?.map((one) => one.Version), ['$LATEST', '1']);
  });

  it('changes tags', async () => {
    const Resource = 'arn:aws:lambda:eu-west-1:000000000000:function:first';
    await send(new TagResourceCommand({ Resource, Tags: { stage: 'dev' } }));
    await send(new UntagResourceCommand({ Resource, TagKeys: ['team'] }));
    assert.deepEqual((await send(new ListTagsCommand({ Resource }))).Tags, { stage: 'dev' });
  });

  it('lists pages of at most 50, each function once', async () => {
    for (let index = 0; index < 60; index++) await create(`page-${String(index).padStart(3, '0')}`);
    const names: string[] = [];
    const sizes: number[] = [];
    for (let Marker: string | undefined, first = true; first || Marker; first = false) {
      const page = await send(new ListFunctionsCommand({ Marker, MaxItems: 200 }));
      names.push(...(page.Functions ?? []).map((one) => one.FunctionName ?? ''));
      sizes.push(page.Functions?.length ?? 0);
      assert.equal(page.Functions?.[0]?.State, undefined);
      Marker = page.NextMarker;
    }
    assert.deepEqual(sizes, [50, 11]);
    assert.equal(new Set(names).size, 61);
  });

  it('deletes', async () => {
    await send(new DeleteFunctionCommand({ FunctionName: 'page-000' }));
    await fails(send(new GetFunctionCommand({ FunctionName: 'page-000' })), 'ResourceNotFoundException', 404, /^Function not found: arn:aws:lambda:eu-west-1:000000000000:function:page-000$/);
    await fails(send(new DeleteFunctionCommand({ FunctionName: 'page-000' })), 'ResourceNotFoundException', 404, /not found/);
    await fails(send(new InvokeCommand({ FunctionName: 'page-000' })), 'ResourceNotFoundException', 404, /function:page-000:\$LATEST$/);
  });

  it('says so when a package was taken from the disk', async () => {
    const own = await RunningRuntime.start();
    await own.node('gone', 'exports.handler = async () => 1;');
    await rm(path.join(own.data, 'code'), { recursive: true });
    await fails(own.lambda.send(new InvokeCommand({ FunctionName: 'gone' })), 'InvalidZipFileException', 502, /^The package of gone is gone from .*; deploy the function again\.$/);
    await own.stop();
  });

  it('keeps functions apart whose names differ by case only', async () => {
    await create('Case');
    await create('case', { Code: { ZipFile: two } });
    assert.equal((await runtime.call('Case')).body, 1);
    assert.equal((await runtime.call('case')).body, 2);
  });

  it('says what it can do at most', async () => {
    const settings = await send(new GetAccountSettingsCommand({}));
    assert.ok((settings.AccountLimit?.ConcurrentExecutions ?? 0) >= 10);
  });

  it('names each mistake', async () => {
    await fails(create('first'), 'ResourceConflictException', 409, /already exist: first/);
    await fails(create('bad name'), 'ValidationException', 400, /functionName/);
    await fails(create('java', { Runtime: 'java21' }), 'InvalidParameterValueException', 400, /java21/);
    await fails(create('slow', { Timeout: 901 }), 'ValidationException', 400, /timeout.*900/);
    await fails(create('wordy', { Handler: `index.${'h'.repeat(123)}` }), 'ValidationException', 400, /at 'handler' failed to satisfy constraint: Member must have length less than or equal to 128$/);
    await fails(create('short', { Environment: { Variables: { A: 'b' } } }), 'ValidationException', 400, /Value '\{A=b\}' at 'environment\.variables' failed to satisfy constraint: Map keys must satisfy constraint: \[Member must satisfy regular expression pattern: /);
    await fails(create('small', { MemorySize: 64 }), 'ValidationException', 400, /memorySize.*128/);
    await fails(create('nozip', { Code: { ZipFile: Buffer.from('no zip') } }), 'InvalidParameterValueException', 400, /unzip/);
    await fails(create('bucket', { Code: { S3Bucket: 'b', S3Key: 'k' } }), 'InvalidParameterValueException', 400, /^Error occurred while GetObject\. S3 Error Code: NoSuchBucket\. S3 Error Message: The specified bucket does not exist$/);
    await fails(create('env', { Environment: { Variables: { AWS_REGION: 'x' } } }), 'InvalidParameterValueException', 400, /AWS_REGION/);
    await fails(create('slip', { Code: { ZipFile: zip({ '../evil.js': '' }) } }), 'InvalidParameterValueException', 400, /not a path inside/);
    await fails(send(new InvokeCommand({ FunctionName: 'first', Payload: Buffer.from('{no json') })), 'InvalidRequestContentException', 400, /parse request body/);
  });
});
