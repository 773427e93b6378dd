import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { DeleteFunctionCommand } from '@aws-sdk/client-lambda';
import { Journal, lineOf, replay } from '../../../src/runtime/engine/journal';
import { parsePs, readProc } from '../../../src/runtime/engine/processTable';
import { isReused, killLeft, members, type Family } from '../../../src/runtime/engine/processTree';
import { eventually, isAlive, RunningRuntime } from './harness';

/** Processes whose command line has this text; only Linux tells. */
function running(text: string): number[] {
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name)).map(Number);
  return pids.filter((pid) => pid !== process.pid && readProc(pid, 'cmdline')?.toString('latin1').replaceAll('\0', ' ').includes(text));
}

describe('the local runtime: what a function starts', () => {
  let runtime: RunningRuntime;
  before(async function () {
    if (process.platform !== 'linux') this.skip(); // its processes are looked for in /proc
    runtime = await RunningRuntime.start();
  });
  after(() => runtime?.stop());

  const ends: Record<string, string> = {
    'leaves its session': 'subprocess.Popen(["sleep", "970.1"], start_new_session=True)',
    'leaves its session, its parent and its environment': 'subprocess.run(["sh", "-c", "env -i setsid sleep 970.2 >/dev/null 2>&1 & "])',
    'is forked twice': 'd = os.fork() or (os.setsid(), os.fork() or os.execlp("sleep", "sleep", "970.3"), os._exit(0)); os.waitpid(d, 0)',
    'does not listen to signals': 'subprocess.Popen(["sh", "-c", "trap \'\' TERM INT HUP; sleep 970.4; sleep 970.4"], start_new_session=True)',
    'is three hundred processes in sessions of their own': '[subprocess.Popen(["sleep", "970.5"], start_new_session=True) for _ in range(300)]',
  };
  it('ends with it, whatever that does to stay', async () => {
    await Promise.all(Object.entries(ends).map(async ([what, line], index) => {
      const source = `import os, subprocess, sys, time\ndef handler(e, c):\n  ${line}\n  time.sleep(60)\n`;
      await runtime.python(`starts-${index}`, source, { Timeout: 1, MemorySize: 512 });
      assert.match((await runtime.call(`starts-${index}`)).text, /Task timed out after 1\.00 seconds/, what);
      await eventually(() => running(`sleep 970.${index + 1}`).length === 0, `what ${what} is gone`);
    }));
  });

  it('counts with its memory', async () => {
    const child = 'import time; a = bytearray(150_000_000); time.sleep(60)';
    const source = `import subprocess, sys, time\ndef handler(e, c):\n  subprocess.Popen([sys.executable, "-c", ${JSON.stringify(child)}])\n  time.sleep(20)\n`;
    await runtime.python('grows', source, { Timeout: 25, MemorySize: 128 });
    assert.match((await runtime.call('grows')).text, /Runtime\.OutOfMemory/);
    await eventually(() => running('bytearray(150').length === 0, 'none is left');
  });

  it('does not share so much memory that copies count twice', async () => {
    const source = 'import os, time\na = bytearray(60_000_000)\ndef handler(e, c):\n  pids = [os.fork() or (time.sleep(1), os._exit(0)) for _ in range(4)]\n  time.sleep(0.4)\n  return len(pids)\n';
    await runtime.python('copies', source, { Timeout: 10, MemorySize: 256 });
    assert.equal((await runtime.call('copies')).body, 4);
  });

  it('is ended when it is more than a thousand processes', async () => {
    const source = 'import os, time\ndef handler(e, c):\n  for i in range(1500):\n    if os.fork() == 0:\n      os.setsid()\n      time.sleep(970)\n  time.sleep(20)\n';
    await runtime.python('bomb', source, { Timeout: 25, MemorySize: 1024 });
    assert.match((await runtime.call('bomb')).text, /Runtime\.ExitError.*signal: killed/);
    assert.match(runtime.stderr.join(''), /was ended because it had started more than 1024 others/);
  });

  it('may close its pipes, and print what is no text', async () => {
    const source = 'import os\ndef handler(e, c):\n  os.write(1, bytes(range(256)) * 100)\n  for f in (1, 2): os.close(f)\n  return "still here"\n';
    await runtime.python('mute', source);
    assert.equal((await runtime.call('mute')).body, 'still here');
    assert.equal((await runtime.call('mute').catch((error: Error) => error.message)) !== undefined, true);
    assert.deepEqual(runtime.stderr.filter((line) => /TypeError|could not be written/.test(line)), []);
  });
});

describe('the local runtime: what watches over functions', () => {
  // Others may run this suite on this machine too.
  const seconds = (n: number): string => `971.${process.pid}${n}`;
  const source = 'import subprocess, time\ndef handler(e, c):\n  subprocess.run(["sh", "-c", "env -i setsid sleep %s >/dev/null 2>&1 & " % e["s"]])\n  return 1\n';
  let runtime: RunningRuntime;
  beforeEach(async function () {
    if (process.platform !== 'linux') this.skip();
    runtime = await RunningRuntime.start();
    await runtime.python('daemon', source);
  });
  afterEach(() => runtime?.stop());

  const watchers = () => running('watch.js').filter((pid) => /^PPid:\s+(\d+)/m.exec(String(readProc(pid, 'status')))?.[1] === String(runtime.child.pid));

  it('is replaced when it is killed, and does its work for the functions that ran before', async () => {
    await runtime.call('daemon', { s: seconds(1) });
    const [first] = watchers();
    assert.ok(first);
    // One that dies as soon as it starts is not replaced: this one has lived for long enough.
    await eventually(() => Date.now() - startOf(first) > 1000, 'it has lived for a while');
    process.kill(first, 'SIGKILL');
    await eventually(() => watchers().some((pid) => pid !== first), 'another watches');
    await runtime.stop('SIGKILL', true);
    await eventually(() => running(`sleep ${seconds(1)}`).length === 0, 'nothing is left');
  });

  it('may be killed together with the runtime: the next one clears up', async () => {
    await runtime.call('daemon', { s: seconds(2) });
    const pids = watchers();
    assert.equal(pids.length, 1);
    // Stopped, neither sees the other end.
    for (const pid of [...pids, runtime.child.pid ?? 0]) process.kill(pid, 'SIGSTOP');
    for (const pid of pids) process.kill(pid, 'SIGKILL');
    await runtime.stop('SIGKILL', true);
    assert.equal(running(`sleep ${seconds(2)}`).length, 1);
    const again = await RunningRuntime.start(runtime.data);
    await eventually(() => running(`sleep ${seconds(2)}`).length === 0, 'nothing is left');
    await again.stop('SIGTERM', true);
  });

  it('forgets what has ended', async () => {
    await runtime.python('quits', 'import os\ndef handler(e, c): os._exit(0)\n');
    await runtime.call('quits');
    await eventually(() => Journal.read(path.join(runtime.data, 'processes')).length === 0, 'nobody lives');
  });

  it('knows them all, also where there are more than a block has numbers for', async () => {
    const many = `import os, time
def handler(e, c):
  if not os.fork():
    os.setsid()
    os.fork() or os.execve("/bin/sleep", ["sleep", e["s"]], {})
    os._exit(0)
  os.wait()
  open(os.path.join(e["folder"], str(os.getpid())), "w").close()
  while len(os.listdir(e["folder"])) < 20: time.sleep(0.01)
`;
    const callAll = async (s: string): Promise<void> => {
      const folder = mkdtempSync(path.join(tmpdir(), 'families-'));
      await Promise.all(Array.from({ length: 20 }, () => runtime.call('many', { s, folder })));
      rmSync(folder, { recursive: true });
      assert.equal(running(`sleep ${s}`).length, 20);
    };
    await runtime.python('many', many, { Timeout: 20 });
    await callAll(seconds(31));
    await runtime.lambda.send(new DeleteFunctionCommand({ FunctionName: 'many' }));
    await eventually(() => running(`sleep ${seconds(31)}`).length === 0, 'none is left of a function that was deleted');
    await runtime.python('many', many, { Timeout: 20 });
    await callAll(seconds(32));
    await runtime.stop('SIGKILL', true);
    await eventually(() => running(`sleep ${seconds(32)}`).length === 0, 'none is left of a runtime that was killed');
  });

  function startOf(pid: number): number {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    const uptime = Number(readFileSync('/proc/uptime', 'latin1').split(' ')[0]);
    return Date.now() - (uptime - Number(stat.slice(stat.lastIndexOf(')')).split(' ')[20]) / 100) * 1000;
  }
});

describe('who belongs to a process', () => {
  const row = (pid: number, parent: number, started = 10, marks: readonly string[] = [], badge?: number) => ({ pid, parent, started, has: (text: string) => marks.includes(text), badge: () => badge });
  const family: Family = { pid: 100, mark: 'm', started: 10, badge: 500 };

  it('are its children and theirs, whoever has its mark or badge, and their children', () => {
    const table = [row(90, 1), row(104, 103), row(100, 90), row(101, 100), row(102, 101), row(103, 1, 11, ['m']), row(105, 1, 12, [], 500), row(106, 105), row(107, 1, 12, ['n'], 501)];
    assert.deepEqual(members(family, table).map(({ pid }) => pid), [104, 100, 101, 102, 103, 105, 106]);
  });

  it('is nobody who was there before, and nobody who has its number now', () => {
    assert.deepEqual(members(family, [row(100, 1, 99), row(101, 100, 99), row(200, 1, 9, ['m'], 500)]), []);
  });

  it('is nobody whose badge another runtime may have given', () => {
    const left = row(105, 1, 12, [], 348);
    const runtime = row(80, 1, 5, [], 317);
    assert.equal(isReused(348, [row(1, 0), left, row(90, 1, 9, [], 333), runtime, row(81, 80, 6, [], 318)]), true, 'a runtime wears the first of it');
    assert.equal(isReused(348, [row(1, 0), left, runtime, row(81, 80, 6, [], 318)]), false);
    assert.equal(isReused(348, [row(1, 0), left, runtime, row(81, 80, 6, [], 317), row(82, 81, 6, [], 334)]), true, 'it is the second block of a runtime');
    assert.equal(isReused(undefined, [row(90, 1, 9, [], 333)]), false);
  });

  it('is told by ps where there is no /proc', () => {
    const [one, two] = parsePs('  501     1 /usr/bin/python3 -u bootstrap.py A=b\n   502   501 sleep 5 LOG_STREAM=[$LATEST]abc HOME=/\n\n');
    assert.deepEqual([one?.pid, one?.parent, one?.has('abc'), two?.pid, two?.parent, two?.has('abc')], [501, 1, false, 502, 501, true]);
  });

  it('is written down in lines that a kill may tear', () => {
    const families = [{ pid: 1, mark: 'a'.repeat(32), started: 5, badge: 400 }, { pid: 2, mark: 'b'.repeat(32), started: 6, badge: undefined }];
    const lines = [...families.map(lineOf), '- 1', '+ 3 cc', '', lineOf({ ...families[0], pid: 4 } as Family).slice(0, -8)];
    assert.deepEqual(replay(lines), [families[1]]);
  });

  it('is written down once more, alone, when there are many lines of others', () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'journal-'));
    const file = path.join(folder, 'processes');
    const journal = new Journal(file, 2000);
    const stays = { pid: 1, mark: 'a'.repeat(32), started: 5, badge: 400 };
    journal.write(lineOf(stays));
    for (let pid = 2; pid < 100; pid++) for (const line of [lineOf({ ...stays, pid }), `- ${pid}`]) journal.write(line);
    assert.ok(statSync(file).size <= 2000);
    assert.deepEqual(Journal.read(file), [stays]);
    journal.clear();
    journal.write(lineOf({ ...stays, pid: 7 }));
    assert.deepEqual(Journal.read(file), [{ ...stays, pid: 7 }]);
    assert.deepEqual(readdirSync(folder), ['processes']);
    journal.close();
    rmSync(folder, { recursive: true });
  });

  it('is let alone long after when the number is another’s', async function () {
    if (process.platform !== 'linux') this.skip();
    const child = spawn('sleep', ['60'], { detached: true, stdio: 'ignore' });
    await killLeft({ pid: child.pid ?? 0, mark: 'no such mark', started: 1 });
    assert.ok(isAlive(child.pid ?? 0));
    child.kill('SIGKILL');
  });
});

describe('two runtimes', () => {
  it('leave each other’s functions alone', async function () {
    if (process.platform !== 'linux') this.skip();
    const [one, two] = await Promise.all([RunningRuntime.start(), RunningRuntime.start()]);
    const source = 'import os, time\ndef handler(e, c):\n  time.sleep(e.get("s", 0))\n  return os.getpid()\n';
    await Promise.all([one.python('f', source, { Timeout: 1 }), two.python('f', source, { Timeout: 1 })]);
    const lost = one.call('f', { s: 5 });
    const { body: pid } = await two.call('f');
    const badges = [one, two].map((runtime) => Number(readProc(runtime.child.pid ?? 0, 'oom_score_adj')));
    assert.notEqual(badges[0], badges[1]);
    assert.match((await lost).text, /timed out/);
    assert.equal((await two.call('f')).body, pid);
    await Promise.all([one.stop(), two.stop()]);
  });
});
