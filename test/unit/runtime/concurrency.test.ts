import assert from 'node:assert/strict';
import {
  DeleteFunctionCommand, DeleteFunctionConcurrencyCommand, GetAccountSettingsCommand, GetFunctionCommand, GetFunctionConcurrencyCommand, InvokeCommand, PutFunctionConcurrencyCommand,
  PutProvisionedConcurrencyConfigCommand, type TooManyRequestsException,
} from '@aws-sdk/client-lambda';
import { eventually, refused, RunningRuntime } from './harness';

describe('the local runtime: reserved concurrency', () => {
  let runtime: RunningRuntime;
  before(async () => {
    runtime = await RunningRuntime.start();
    await runtime.node('slow', 'exports.handler = async (e) => { console.log("began"); await new Promise((r) => setTimeout(r, e.ms ?? 0)); return "done"; };');
  });
  after(() => runtime.stop());

  const send: RunningRuntime['lambda']['send'] = ((command: never) => runtime.lambda.send(command)) as never;
  const put = async (ReservedConcurrentExecutions: number, FunctionName = 'slow') => send(new PutFunctionConcurrencyCommand({ FunctionName, ReservedConcurrentExecutions }));
  const free = async () => (await send(new GetAccountSettingsCommand({}))).AccountLimit?.UnreservedConcurrentExecutions ?? 0;
  const throttled = (work: Promise<unknown>) =>
    assert.rejects(work, (error: TooManyRequestsException) => {
      assert.deepEqual([error.name, error.$metadata.httpStatusCode, error.message], ['TooManyRequestsException', 429, 'Rate Exceeded.']);
      assert.deepEqual([error.Reason, error.Type, error.retryAfterSeconds], ['ReservedFunctionConcurrentInvocationLimitExceeded', 'User', '1']);
      return true;
    });

  it('is put, shown, taken from the others and given back', async () => {
    const before = await free();
    assert.equal((await put(3)).ReservedConcurrentExecutions, 3);
    assert.equal((await send(new GetFunctionConcurrencyCommand({ FunctionName: 'slow' }))).ReservedConcurrentExecutions, 3);
    assert.equal(await free(), before - 3);
    assert.deepEqual((await send(new GetFunctionCommand({ FunctionName: 'slow' }))).Concurrency, { ReservedConcurrentExecutions: 3 });
    await put(2);
    assert.equal(await free(), before - 2);
    assert.equal((await send(new DeleteFunctionConcurrencyCommand({ FunctionName: 'slow' }))).$metadata.httpStatusCode, 204);
    assert.equal((await send(new GetFunctionConcurrencyCommand({ FunctionName: 'slow' }))).ReservedConcurrentExecutions, undefined);
    assert.equal(await free(), before);
  });

  it('throttles the call that is one too many, and no call of another function', async () => {
    await runtime.node('other', 'exports.handler = async () => 1;');
    await put(1);
    const first = runtime.call('slow', { ms: 600 });
    const began = async () => (await runtime.events('slow').catch(() => [])).some((event) => event.message?.includes('began'));
    await eventually(began, 'the first call runs');
    await throttled(runtime.call('slow'));
    assert.equal((await runtime.call('other')).body, 1);
    assert.equal((await first).body, 'done');
    assert.equal((await runtime.call('slow')).body, 'done');
  });

  it('throttles also where calls wait for a debugger', async () => {
    await put(1);
    const { endpoint, accessKeyId } = runtime.line;
    const end = new AbortController();
    const session = await fetch(`${endpoint}/function-deck/functions/slow/debug`, { method: 'POST', body: '{}', headers: { authorization: `Bearer ${accessKeyId}` }, signal: end.signal });
    const lines = session.body?.pipeThrough(new TextDecoderStream())[Symbol.asyncIterator]();
    assert.match(String((await lines?.next())?.value), /^\{\}/);
    const first = runtime.call('slow');
    assert.match(String((await lines?.next())?.value), /"port":\d+/);
    await throttled(runtime.call('slow'));
    end.abort();
    await first.catch((error: Error) => error);
    const isOver = async () => (await runtime.call('slow').catch(() => undefined))?.body === 'done';
    await eventually(isOver, 'it runs as ever');
  });

  it('stops a function whose number is 0, and has the number after a restart', async () => {
    await put(0);
    await throttled(runtime.call('slow'));
    await runtime.stop('SIGTERM', true);
    runtime = await RunningRuntime.start(runtime.data);
    await throttled(runtime.call('slow'));
    assert.equal((await send(new InvokeCommand({ FunctionName: 'slow', InvocationType: 'DryRun' }))).StatusCode, 204);
    await send(new DeleteFunctionConcurrencyCommand({ FunctionName: 'slow' }));
    assert.equal((await runtime.call('slow')).body, 'done');
  });

  it('counts what is kept ready for other functions, also of changes that come at once', async () => {
    const { ConcurrentExecutions: limit = 0 } = (await send(new GetAccountSettingsCommand({}))).AccountLimit ?? {};
    const before = await free();
    const room = before - Math.floor(limit / 10);
    const names = ['ready', 'eager', 'late'];
    for (const name of names) await runtime.node(name, 'exports.handler = async () => 1;', { Publish: true });
    const keep = async (FunctionName: string, ProvisionedConcurrentExecutions: number) => send(new PutProvisionedConcurrencyConfigCommand({ FunctionName, Qualifier: '1', ProvisionedConcurrentExecutions }));
    const done = await Promise.allSettled([keep('ready', room), keep('eager', room), put(room, 'late')]);
    assert.deepEqual(done.map((one) => one.status).sort(), ['fulfilled', 'rejected', 'rejected']);
    assert.equal(await free(), before - room);
    for (const name of names) await send(new DeleteFunctionCommand({ FunctionName: name }));
    assert.equal(await free(), before);
  });

  it('refuses in the words of AWS', async () => {
    await refused(put(1, 'nobody'), 'ResourceNotFoundException', 404, /^Function not found: .*:nobody:\$LATEST$/);
    await refused(put(1, 'slow:$LATEST'), 'InvalidParameterValueException', 400, /^This operation is permitted on Lambda functions only\./);
    await refused(put(await free()), 'InvalidParameterValueException', 400, /^Specified ReservedConcurrentExecutions for function decreases account's UnreservedConcurrentExecution below its minimum value of \[\d+\]\.$/);
    await refused(put(-1), 'ValidationException', 400, /reservedConcurrentExecutions.*greater than or equal to 0/);
  });
});
