import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import {
  CreateAliasCommand, CreateFunctionCommand, DeleteFunctionEventInvokeConfigCommand, GetFunctionConfigurationCommand, GetFunctionEventInvokeConfigCommand, InvokeCommand,
  ListFunctionEventInvokeConfigsCommand, PutFunctionConcurrencyCommand, PutFunctionEventInvokeConfigCommand, UpdateFunctionConfigurationCommand,
  UpdateFunctionEventInvokeConfigCommand,
} from '@aws-sdk/client-lambda';
import { eventually, refused, role, RunningRuntime, zip } from './harness';

const arn = (name: string) => `arn:aws:lambda:eu-west-1:000000000000:function:${name}`;
const queue = 'arn:aws:sqs:eu-west-1:000000000000:dead';
const source = 'exports.handler = async (e) => { console.log("got", JSON.stringify(e)); if (e.fail) throw new Error("no"); return { n: e.n }; };';

interface Sent {
  readonly requestContext: { readonly condition: string; readonly approximateInvokeCount: number; readonly requestId: string; readonly functionArn: string };
  readonly [member: string]: unknown;
}

describe('the local runtime: events that nobody waits for', () => {
  let runtime: RunningRuntime;
  before(async () => {
    runtime = await RunningRuntime.start();
    for (const name of ['source', 'target', 'plain']) await runtime.node(name, source, { Publish: true });
  });
  after(() => runtime.stop());

  const send: RunningRuntime['lambda']['send'] = ((command: never) => runtime.lambda.send(command)) as never;
  const put = async (config: object, FunctionName = 'source') => send(new PutFunctionEventInvokeConfigCommand({ FunctionName, ...config }));
  const fire = async (event: object, FunctionName = 'source', Qualifier?: string) => {
    const answer = await send(new InvokeCommand({ FunctionName, Qualifier, InvocationType: 'Event', Payload: Buffer.from(JSON.stringify(event)) }));
    assert.equal(answer.StatusCode, 202);
    return answer.$metadata.requestId ?? '';
  };
  const lines = async (name: string) => (await runtime.events(name).catch(() => [])).map((event) => event.message ?? '');
  const tries = async (name: string, mark: string) => (await lines(name)).filter((line) => line.includes('got') && line.includes(mark)).length;
  /** What a function got that another sent it, by the id of the first. */
  const sent = async (id: string): Promise<Sent> => {
    let found: Sent | undefined;
    const look = async () => {
      const all = (await lines('target')).flatMap((line) => (line.includes('requestContext') ? [JSON.parse(line.slice(line.indexOf('{'))) as Sent] : []));
      return (found = all.find((one) => one.requestContext.requestId === id)) !== undefined;
    };
    await eventually(look, 'the destination is called');
    return found as Sent;
  };

  it('keeps what is to become of them, in the shape of AWS', async () => {
    const { $metadata, LastModified, ...facts } = await put({ MaximumRetryAttempts: 0 });
    assert.equal($metadata.httpStatusCode, 200);
    assert.ok(Math.abs((LastModified?.getTime() ?? 0) - Date.now()) < 60_000);
    assert.deepEqual(facts, { FunctionArn: `${arn('source')}:$LATEST`, MaximumRetryAttempts: 0, DestinationConfig: { OnSuccess: {}, OnFailure: {} } });
    assert.equal((await put({ MaximumEventAgeInSeconds: 60 })).MaximumRetryAttempts, undefined);
    const updated = await send(new UpdateFunctionEventInvokeConfigCommand({ FunctionName: 'source', MaximumRetryAttempts: 1 }));
    assert.deepEqual([updated.MaximumEventAgeInSeconds, updated.MaximumRetryAttempts], [60, 1]);
    await put({ MaximumEventAgeInSeconds: 120, Qualifier: '1' });
    const list = await send(new ListFunctionEventInvokeConfigsCommand({ FunctionName: 'source' }));
    assert.deepEqual(list.FunctionEventInvokeConfigs?.map((one) => one.FunctionArn), [`${arn('source')}:$LATEST`, `${arn('source')}:1`]);
    await send(new DeleteFunctionEventInvokeConfigCommand({ FunctionName: 'source' }));
    const get = async (Qualifier?: string) => send(new GetFunctionEventInvokeConfigCommand({ FunctionName: 'source', Qualifier }));
    await refused(get(), 'ResourceNotFoundException', 404, /^The function .*:source:\$LATEST doesn't have an EventInvokeConfig$/);
    assert.equal((await get('1')).MaximumEventAgeInSeconds, 120);
  });

  it('refuses in the words of AWS', async () => {
    const success = (Destination: string) => put({ DestinationConfig: { OnSuccess: { Destination } } });
    await refused(put({}), 'InvalidParameterValueException', 400, /^You must specify at least one of error handling or destination setting\.$/);
    await refused(put({ MaximumRetryAttempts: 1 }, 'nobody'), 'ResourceNotFoundException', 404, /^The function doesn't exist\.$/);
    await refused(success(arn('nobody')), 'InvalidParameterValueException', 400, /^The destination ARN .*:nobody is invalid\.$/);
    await refused(success('arn:aws:sqs:eu-west-1:000000000000:'), 'InvalidParameterValueException', 400, /^The destination ARN arn:aws:sqs:eu-west-1:000000000000: is invalid\.$/);
    await refused(success(arn('source')), 'InvalidParameterValueException', 400, /^You can't specify the function as a destination for itself\.$/);
    await refused(success('arn:aws:iam:eu-west-1:000000000000:x'), 'InvalidParameterValueException', 400, /DestinationConfig\(onSuccess=OnSuccess\(destination=arn:aws:iam:eu-west-1:000000000000:x\), onFailure=null\) is invalid\.$/);
    await refused(success('nonsense'), 'ValidationException', 400, /'destinationConfig\.onSuccess\.destination'/);
    await refused(put({ MaximumRetryAttempts: 3 }), 'ValidationException', 400, /maximumRetryAttempts.*less than or equal to 2/);
    const dead = send(new UpdateFunctionConfigurationCommand({ FunctionName: 'plain', DeadLetterConfig: { TargetArn: arn('target') } }));
    await refused(dead, 'InvalidParameterValueException', 400, /queue or a topic/);
  });

  it('sends results to another function, in the record that AWS sends', async () => {
    await put({ MaximumRetryAttempts: 0, DestinationConfig: { OnSuccess: { Destination: arn('target') }, OnFailure: { Destination: `${arn('target')}:1` } } });
    const good = await fire({ n: 1 });
    const { timestamp, ...record } = await sent(good);
    assert.match(String(timestamp), /^\d{4}-\d\d-\d\dT[\d:.]+Z$/);
    assert.deepEqual(record, {
      version: '1.0',
      requestContext: { requestId: good, functionArn: `${arn('source')}:$LATEST`, condition: 'Success', approximateInvokeCount: 1 },
      requestPayload: { n: 1 },
      responseContext: { statusCode: 200, executedVersion: '$LATEST' },
      responsePayload: { n: 1 },
    });
    const bad = await sent(await fire({ fail: 'zero' }));
    assert.deepEqual([bad.requestContext.condition, bad.requestContext.approximateInvokeCount], ['RetriesExhausted', 1]);
    assert.deepEqual(bad.responseContext, { statusCode: 200, executedVersion: '$LATEST', functionError: 'Unhandled' });
    assert.equal((bad.responsePayload as { errorMessage: string }).errorMessage, 'no');
  });

  it('counts the age as AWS would, and sends at once what may not run at all', async () => {
    await put({ MaximumEventAgeInSeconds: 60, DestinationConfig: { OnFailure: { Destination: arn('target') } } });
    const old = await sent(await fire({ fail: 'old' }));
    assert.deepEqual([old.requestContext.condition, old.requestContext.approximateInvokeCount], ['EventAgeExceeded', 1]);
    await send(new PutFunctionConcurrencyCommand({ FunctionName: 'source', ReservedConcurrentExecutions: 0 }));
    const stopped = await sent(await fire({ n: 9 }));
    assert.deepEqual([stopped.requestContext.condition, stopped.requestContext.approximateInvokeCount], ['ZeroReservedConcurrency', 0]);
    assert.deepEqual([stopped.requestPayload, 'responseContext' in stopped], [{ n: 9 }, false]);
    await send(new PutFunctionConcurrencyCommand({ FunctionName: 'source', ReservedConcurrentExecutions: 5 }));
  });

  it('runs a version or an alias with what was set for that one', async () => {
    await send(new CreateAliasCommand({ FunctionName: 'source', Name: 'live', FunctionVersion: '1' }));
    await put({ MaximumRetryAttempts: 0, Qualifier: 'live', DestinationConfig: { OnSuccess: { Destination: arn('target') } } });
    const record = await sent(await fire({ n: 3 }, 'source', 'live'));
    assert.equal(record.requestContext.functionArn, `${arn('source')}:live`);
    assert.deepEqual(record.responseContext, { statusCode: 200, executedVersion: '1' });
  });

  it('stops an event that functions send to each other in a circle', async () => {
    for (const name of ['ping', 'pong']) await runtime.node(name, 'exports.handler = async () => console.log("hop");');
    await put({ DestinationConfig: { OnSuccess: { Destination: arn('pong') } } }, 'ping');
    await put({ DestinationConfig: { OnSuccess: { Destination: arn('ping') } } }, 'pong');
    await fire({}, 'ping');
    const all = async () => [...(await lines('ping')), ...(await lines('pong'))];
    await eventually(async () => (await all()).some((line) => line.includes('went through 16 functions')), 'the circle is stopped', 8000);
    assert.equal((await all()).filter((line) => line.includes('hop')).length, 16);
  });

  it('tries a failed event three times with the same id, says so in the log, and keeps it for the dead letter queue', async () => {
    const set = await send(new UpdateFunctionConfigurationCommand({ FunctionName: 'plain', DeadLetterConfig: { TargetArn: queue } }));
    assert.deepEqual(set.DeadLetterConfig, { TargetArn: queue });
    const id = await fire({ fail: 'thrice' }, 'plain');
    const folder = path.join(runtime.data, 'letters', queue.replaceAll(':', '-'));
    await eventually(() => existsSync(folder) && readdirSync(folder).some((name) => name.endsWith(`${id}.json`)), 'the letter is kept', 8000);
    assert.equal(await tries('plain', 'thrice'), 3);
    const letter = JSON.parse(readFileSync(path.join(folder, readdirSync(folder)[0] ?? ''), 'utf8')) as Record<string, unknown>;
    assert.deepEqual([letter.target, letter.body, letter.attributes], [queue, { fail: 'thrice' }, { RequestID: id, ErrorCode: '200', ErrorMessage: 'no' }]);
    const told = (await lines('plain')).filter((line) => line.startsWith(`RequestId: ${id}\t`));
    assert.match(told[0] ?? '', /failed at try 1 of 3; it is tried again in 1 s, for which AWS takes 60 s\.\n$/);
    assert.match(told[2] ?? '', /What is sent to arn:aws:sqs:.* is kept in .*\.json\.\n$/);
    const cleared = await send(new UpdateFunctionConfigurationCommand({ FunctionName: 'plain', DeadLetterConfig: { TargetArn: '' } }));
    assert.equal(cleared.DeadLetterConfig, undefined);
    assert.equal((await send(new GetFunctionConfigurationCommand({ FunctionName: 'plain' }))).DeadLetterConfig, undefined);
  });

  it('tries one that cannot be run less and less often, and sends it on when it is too old, as after a restart', async () => {
    const { CodeSha256 = '' } = await send(new CreateFunctionCommand({ FunctionName: 'broken', Role: role, Runtime: 'nodejs20.x', Handler: 'index.handler', Code: { ZipFile: zip({ 'index.js': '// nothing' }) } }));
    await put({ DestinationConfig: { OnFailure: { Destination: arn('target') } } }, 'broken');
    const code = path.join(runtime.data, 'code', Buffer.from(CodeSha256, 'base64').toString('hex'));
    for (const one of [code, `${code}.zip`]) rmSync(one, { recursive: true });
    const id = await fire({ n: 7 }, 'broken');
    await eventually(async () => (await lines('broken')).some((line) => line.endsWith('it is tried again in 2 s.\n')), 'the second wait');
    const told = (await lines('broken')).filter((line) => line.startsWith(`RequestId: ${id}\tThe event could not be run (The package of broken is gone from `));
    assert.deepEqual(told.map((line) => /in \d s\.\n$/.exec(line)?.[0]), ['in 1 s.\n', 'in 2 s.\n']);
    const file = path.join(runtime.data, 'events', `${id}.json`);
    await eventually(() => readFileSync(file, 'utf8').includes('"faults":2'), 'the faults are counted');
    await runtime.stop('SIGKILL', true);
    writeFileSync(file, JSON.stringify({ ...(JSON.parse(readFileSync(file, 'utf8')) as object), accepted: 1, due: 0 }));
    runtime = await RunningRuntime.start(runtime.data);
    const { requestContext, requestPayload } = await sent(id);
    assert.deepEqual([requestContext.condition, requestContext.approximateInvokeCount, requestPayload], ['EventAgeExceeded', 0, { n: 7 }]);
    await eventually(() => !existsSync(file), 'it is done with');
  });

  it('goes on with retries after a kill, also with events that an older runtime kept', async () => {
    await put({ MaximumRetryAttempts: 1 }, 'plain');
    await fire({ fail: 'killed' }, 'plain');
    await eventually(async () => (await lines('plain')).some((line) => line.includes('got') && line.includes('killed')), 'the first try');
    await eventually(() => readdirSync(path.join(runtime.data, 'events')).some((name) => readFileSync(path.join(runtime.data, 'events', name), 'utf8').includes('"failures":1')), 'the failure is counted');
    await runtime.stop('SIGKILL', true);
    const old = { name: 'plain', call: { requestId: '00000000-0000-4000-8000-000000000000', arn: arn('plain'), traceId: 't' }, payload: Buffer.from('{"n":"ancient"}').toString('base64') };
    writeFileSync(path.join(runtime.data, 'events', `${old.call.requestId}.json`), JSON.stringify(old));
    runtime = await RunningRuntime.start(runtime.data);
    await eventually(async () => (await tries('plain', 'ancient')) === 1, 'the old event is run');
    await eventually(async () => (await lines('plain')).some((line) => line.includes('failed for good (RetriesExhausted)')), 'the retries come to their end', 8000);
    // The kill may come after a second try that was not counted yet.
    assert.ok([2, 3].includes(await tries('plain', 'killed')));
    await eventually(() => readdirSync(path.join(runtime.data, 'events')).length === 0, 'nothing is left');
  });
});
