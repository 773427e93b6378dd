import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { CreateFunctionCommand, GetFunctionCommand, InvokeCommand, ListFunctionsCommand } from '@aws-sdk/client-lambda';
import { eventually, isAlive, role, RunningRuntime, zip } from './harness';

describe('the local runtime: its life', () => {
  it('is never two on one folder', async () => {
    const first = await RunningRuntime.start();
    const [second, third] = await Promise.all([RunningRuntime.start(first.data), RunningRuntime.start(first.data)]);
    assert.deepEqual([second.line, third.line], [first.line, first.line]);
    await eventually(() => second.child.exitCode === 0 && third.child.exitCode === 0, 'the others end');
    const health = await fetch(`${first.line.endpoint}/function-deck/health`, { headers: { authorization: `Bearer ${first.line.accessKeyId}` } });
    assert.deepEqual(((await health.json()) as { pid: number }).pid, first.child.pid);
    await first.stop();
    assert.ok(!existsSync(path.join(first.data, 'runtime.json')));
  });

  it('elects one of several that start at once after a kill', async () => {
    const killed = await RunningRuntime.start();
    await killed.stop('SIGKILL', true);
    const started = await Promise.all(Array.from({ length: 4 }, () => RunningRuntime.start(killed.data)));
    assert.equal(new Set(started.map((one) => one.line.endpoint)).size, 1);
    await eventually(() => started.filter((one) => one.child.exitCode === null).length === 1, 'all but one end');
    for (const one of started) await one.stop('SIGTERM', true);
    await killed.stop();
  });

  it('takes its port and its token from the command line, and says what is wrong with it', async () => {
    const runtime = await RunningRuntime.start(undefined, ['--token', 'a-token-of-my-own-choice']);
    assert.equal(runtime.line.accessKeyId, 'a-token-of-my-own-choice');
    await runtime.stop();
    const { runtimeFile } = await import('./harness');
    for (const [args, message] of [[[], /--data DIR is missing/], [['--data', 'x', '--token', 'short'], /--token/], [['--nonsense'], /nonsense/]] as const) {
      const run = spawnSync(process.execPath, [runtimeFile, ...args], { encoding: 'utf8' });
      assert.equal(run.status, 1);
      assert.match(run.stderr, message);
    }
  });

  it('gives a lease that lasts as long as the connection', async () => {
    const runtime = await RunningRuntime.start(undefined, ['--leased']);
    const lease = new AbortController();
    const authorization = `Bearer ${runtime.line.accessKeyId}`;
    const answer = await fetch(`${runtime.line.endpoint}/function-deck/lease`, { headers: { authorization }, signal: lease.signal });
    assert.equal(answer.status, 200);
    assert.equal(Buffer.from((await answer.body?.getReader().read())?.value ?? []).toString(), 'leased\n');
    lease.abort();
    await runtime.stop();
  });

  it('works on when whoever started it no longer listens', async () => {
    const runtime = await RunningRuntime.start();
    runtime.child.stderr?.destroy();
    runtime.child.stdout?.destroy();
    await runtime.node('first', 'exports.handler = async () => 1;');
    rmSync(path.join(runtime.data, 'logs'), { recursive: true });
    assert.equal((await fetch(`${runtime.line.endpoint}/function-deck/health`, { headers: { authorization: `Bearer ${runtime.line.accessKeyId}` } })).status, 200);
    await runtime.lambda.send(new InvokeCommand({ FunctionName: 'first' })).catch((error: Error) => assert.equal(error.name, 'ServiceException'));
    assert.equal((await runtime.lambda.send(new ListFunctionsCommand({}))).Functions?.length, 1);
    await runtime.stop();
  });

  it('loses nothing when it is killed: functions, logs and accepted events', async () => {
    const before = await RunningRuntime.start();
    await before.node('kept', 'exports.handler = async (e) => { console.log("said", e.n); if (e.slow) await new Promise((r) => setTimeout(r, 1000)); return e.n; };');
    await before.call('kept', { n: 1 });
    const ids = (await before.events('kept')).map((event) => event.eventId);
    const queued = await before.lambda.send(new InvokeCommand({ FunctionName: 'kept', InvocationType: 'Event', Payload: Buffer.from('{"n":2,"slow":true}') }));
    assert.equal(queued.StatusCode, 202);
    await before.stop('SIGKILL', true);
    tearLastLine(before.data);
    const after = await RunningRuntime.start(before.data);
    const events = await after.events('kept');
    assert.deepEqual(events.slice(0, ids.length).map((event) => event.eventId), ids);
    assert.equal((await after.call('kept', { n: 3 })).body, 3);
    const said = async () => (await after.events('kept')).filter((event) => /said 2/.test(event.message ?? '')).length > 0;
    await eventually(said, 'the accepted event is run');
    await after.stop();
  });

  // What a power cut in the middle of a write would leave.
  function tearLastLine(data: string): void {
    const folder = path.join(data, 'logs', readdirSync(path.join(data, 'logs'))[0] ?? '');
    const file = path.join(folder, readdirSync(folder).filter((name) => name.endsWith('.log'))[0] ?? '');
    writeFileSync(file, `${readFileSync(file, 'utf8')}1767225600000 17672256`);
  }

  it('has each function whole or not at all after a kill at any moment', async function () {
    this.timeout(30_000);
    let data: string | undefined;
    const known = new Set<string>();
    for (let round = 0; round < 4; round++) {
      const runtime = await RunningRuntime.start(data);
      data = runtime.data;
      const list = await runtime.lambda.send(new ListFunctionsCommand({}));
      for (const name of known) assert.ok(list.Functions?.some((one) => one.FunctionName === name), name);
      for (const one of list.Functions ?? []) assert.equal((await runtime.call(one.FunctionName ?? '')).body, one.FunctionName);
      const work = Array.from({ length: 6 }, async (_, index) => {
        const FunctionName = `kill-${round}-${index}`;
        const ZipFile = zip({ 'index.js': `exports.handler = async () => ${JSON.stringify(FunctionName)};`, 'pad.txt': 'x'.repeat(10_000) });
        await runtime.lambda.send(new CreateFunctionCommand({ FunctionName, Role: role, Runtime: 'nodejs20.x', Handler: 'index.handler', Code: { ZipFile } }));
        known.add(FunctionName);
      });
      const kill = new Promise<void>((resolve) => setTimeout(() => resolve(runtime.stop('SIGKILL', true)), 5 + round * 12));
      await Promise.all([kill, ...work.map((one) => one.catch((error: Error) => error))]);
    }
    const last = await RunningRuntime.start(data);
    for (const name of known) assert.ok((await last.lambda.send(new GetFunctionCommand({ FunctionName: name }))).Code);
    await last.stop();
  });

  it('takes its functions with it when it is killed, also one that spins, and leaves no other process', async () => {
    const runtime = await RunningRuntime.start();
    const out = path.join(runtime.data, 'pids');
    await runtime.node('spins', `exports.handler = () => { const { spawn } = require('node:child_process'); const kid = spawn(process.execPath, ['-e', 'setTimeout(() => {}, 65000)'], { detached: true }); require('node:fs').writeFileSync(${JSON.stringify(out)}, process.pid + ' ' + kid.pid); for (;;); };`, { Timeout: 60 });
    await runtime.node('idles', 'exports.handler = async () => process.pid;');
    const idle = (await runtime.call('idles')).body as number;
    const lost = runtime.call('spins').catch((error: Error) => error);
    await eventually(() => existsSync(out) && readFileSync(out, 'utf8').includes(' '), 'it spins');
    const own = children(runtime.child.pid ?? 0);
    await runtime.stop('SIGKILL', true);
    await lost;
    const pids = [idle, ...own, ...readFileSync(out, 'utf8').split(' ').map(Number)];
    await eventually(() => pids.every((pid) => !isAlive(pid)), 'all are gone');
    await runtime.stop();
  });

  /** What a process has started; only Linux tells. */
  function children(pid: number): number[] {
    if (process.platform !== 'linux') return [];
    const found = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').map(Number);
    assert.ok(found.length > 2, 'two functions and what watches over them');
    return found;
  }
});
