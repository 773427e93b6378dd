import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { CreateFunctionCommand, GetFunctionCommand, InvokeCommand, ListFunctionsCommand } from '@aws-sdk/client-lambda';
import { Instance, liveConnection } from '../../../src/runtime/instance';
import { Lock } from '../../../src/runtime/lock';
import { startTime } from '../../../src/runtime/owner';
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

  it('is one of twenty that start at once, and the others tell of it', async function () {
    const folder = await mkdtemp(path.join(tmpdir(), 'runtime-test-'));
    const started = await Promise.all(Array.from({ length: 20 }, () => RunningRuntime.start(folder)));
    assert.equal(new Set(started.map((one) => one.line.endpoint)).size, 1);
    await eventually(() => started.filter((one) => one.child.exitCode === null).length === 1, 'all but one end');
    for (const one of started) await one.stop('SIGKILL', true);
    assert.deepEqual(readdirSync(folder).filter((name) => name.endsWith('.tmp')), []);
    rmSync(folder, { recursive: true });
  });

  const claims: readonly (readonly [string, string, string])[] = [
    ['a process that has ended', 'runtime.lock.3', '4194304 1'],
    ['a process whose number another has now', 'runtime.lock.3', `${process.pid} 1`],
    ['an older runtime that has ended', 'runtime.lock', '4194304 1'],
    ['one that gave it up', 'runtime.lock.12', 'free'],
    ['one that was killed before it had written its name', 'runtime.lock.3', ''],
    ['one that was killed while it wrote its name', 'runtime.lock.3', '41'],
  ];
  for (const [whose, name, text] of claims) {
    it(`takes over the claim of ${whose}`, async () => {
      if (process.platform !== 'linux' && text.startsWith(String(process.pid))) return; // there the time tells, not a tick
      const folder = await mkdtemp(path.join(tmpdir(), 'runtime-test-'));
      writeFileSync(path.join(folder, name), text);
      utimesSync(path.join(folder, name), new Date(0), new Date(0));
      const lock = await Lock.take(folder);
      assert.ok(lock);
      assert.equal(await Lock.take(folder), undefined);
      assert.equal((await Lock.ownerOf(folder))?.pid, process.pid);
      assert.deepEqual(readdirSync(folder), [path.basename(lock.file)]);
      await lock.release();
      assert.equal(await Lock.ownerOf(folder), undefined);
      assert.ok(await Lock.take(folder));
      rmSync(folder, { recursive: true });
    });
  }

  it('waits for one that is about to write its name', async () => {
    const folder = await mkdtemp(path.join(tmpdir(), 'runtime-test-'));
    writeFileSync(path.join(folder, 'runtime.lock.1'), '');
    assert.equal(await Lock.take(folder), undefined);
    assert.deepEqual(await Lock.ownerOf(folder), {});
    rmSync(folder, { recursive: true });
  });

  it('is claimed by one only, however the claims come', async () => {
    const folder = await mkdtemp(path.join(tmpdir(), 'runtime-test-'));
    for (let round = 0; round < 30; round++) {
      const locks = (await Promise.all(Array.from({ length: 8 }, () => Lock.take(folder)))).filter((lock) => lock !== undefined);
      assert.ok(locks.length <= 1, `round ${round}: ${locks.length}`);
      await locks[0]?.release();
    }
    rmSync(folder, { recursive: true });
  });

  it('does not believe what a killed runtime left, though somebody answers at its port', async () => {
    const stranger = createServer((_request, response) => void response.end('{}')).listen(0, '127.0.0.1');
    await once(stranger, 'listening');
    const asked: string[] = [];
    stranger.on('request', (request) => asked.push(request.url ?? ''));
    const folder = await mkdtemp(path.join(tmpdir(), 'runtime-test-'));
    const { port } = stranger.address() as AddressInfo;
    writeFileSync(path.join(folder, 'runtime.json'), JSON.stringify({ endpoint: `http://127.0.0.1:${port}`, accessKeyId: 'x', secretAccessKey: 'x', region: 'local', pid: 4194304 }));
    assert.equal(await liveConnection(folder), undefined);
    const runtime = await RunningRuntime.start(folder);
    assert.notEqual(new URL(runtime.line.endpoint).port, String(port));
    assert.deepEqual(asked, []);
    await runtime.stop();
    stranger.close();
  });

  it('names a holder that does not answer', async () => {
    const folder = await mkdtemp(path.join(tmpdir(), 'runtime-test-'));
    const lock = await Lock.take(folder);
    await assert.rejects(Instance.claim(folder, 150), new RegExp(`^Error: Another local runtime \\(process ${process.pid}\\) holds .* but does not answer: end it, or choose another --data\\.$`));
    await lock?.release();
    rmSync(folder, { recursive: true });
  });

  it('knows when a process was born', async function () {
    if (process.platform === 'linux' && !existsSync('/bin/ps') && !existsSync('/usr/bin/ps')) this.skip(); // asked with ps, which Linux itself does without
    const born = Date.now() - process.uptime() * 1000;
    const told = await startTime(process.pid, process.platform === 'win32' ? 'win32' : 'darwin');
    assert.ok(told !== undefined && Math.abs(told - born) < 3000, `${told} for ${born}`);
    assert.equal(await startTime(4194304, 'darwin'), undefined);
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

  it('goes on when what it does beside its work fails', async () => {
    const data = await mkdtemp(path.join(tmpdir(), 'runtime-test-'));
    writeFileSync(path.join(data, 'compiled'), 'no folder');
    const runtime = await RunningRuntime.start(data);
    await eventually(() => /What Node compiled could not be limited: .*ENOTDIR/.test(runtime.stderr.join('')), 'it tells');
    await runtime.python('f', 'def handler(e, c): return 1\n');
    assert.equal((await runtime.call('f')).body, 1);
    await runtime.stop();
  });

  it('has each function whole or not at all after a kill at any moment', async function () {
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
