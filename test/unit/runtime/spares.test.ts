import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { DeleteFunctionCommand } from '@aws-sdk/client-lambda';
import { parseArguments } from '../../../src/runtime/arguments';
import { eventually, isAlive, RunningRuntime } from './harness';

/** What a function can see of the process that it runs in. */
interface Seen {
  readonly env: Record<string, string>;
  readonly argv: readonly string[];
  readonly flags: readonly string[];
  readonly cwd: string;
  readonly title: string;
  readonly stdin: string;
  readonly paths: readonly string[];
  readonly leader: boolean;
  readonly files: readonly string[];
  readonly hasWaited: boolean;
}

const node = `
const fs = require('node:fs');
const stat = fs.readFileSync('/proc/self/stat', 'latin1').split(') ')[1].split(' ');
exports.handler = async () => ({
  env: { ...process.env }, argv: process.argv, flags: process.execArgv, cwd: process.cwd(), title: process.title, stdin: fs.readlinkSync('/proc/self/fd/0'),
  paths: [require.main.filename, ...require('node:module').globalPaths], leader: Number(stat[3]) === process.pid,
  files: fs.readdirSync('/proc/self/fd').map((n) => { try { return fs.readlinkSync('/proc/self/fd/' + n).replace(/\\d+/g, 'N'); } catch { return 'gone'; } }).filter((name) => !name.startsWith('anon_inode')).sort(),
  hasWaited: fs.readFileSync('/proc/self/environ', 'latin1').includes('_FUNCTION_SPARE='),
});`;

const python = `
import os, sys
def link(n):
    try:
        return "".join("N" if c.isdigit() else c for c in os.readlink("/proc/self/fd/" + n))
    except OSError:
        return "gone"
def handler(event, context):
    return dict(env=dict(os.environ), argv=sys.argv, flags=[str(sys.flags.no_site), str(sys.stdout.write_through), sys.stdout.encoding, str(sys.stdout.seekable())],
        cwd=os.getcwd(), title=open("/proc/self/cmdline").read(), stdin=os.readlink("/proc/self/fd/0"), paths=sys.path, leader=os.getsid(0) == os.getpid(),
        files=sorted(link(n) for n in os.listdir("/proc/self/fd")), hasWaited="_FUNCTION_SPARE=" in open("/proc/self/environ").read())
`;

// What they look like from outside is told by /proc.
(process.platform === 'linux' ? describe : describe.skip)('the local runtime: processes that wait for a function', () => {
  let runtime: RunningRuntime;
  let plain: RunningRuntime;
  before(async () => ([runtime, plain] = await Promise.all([RunningRuntime.start(), RunningRuntime.start(undefined, ['--no-spares'])])));
  after(() => Promise.all([runtime.stop(), plain.stop()]));

  const sources = { node, python };
  for (const language of ['node', 'python'] as const) {
    it(`are to a ${language} function what one is that was started for it`, async () => {
      const settings = { Environment: { Variables: { OWN: 'ü "1"\nline', EMPTY: '' } }, MemorySize: 256 };
      const [waited, started] = await Promise.all([runtime, plain].map(async (one) => {
        await one[language](`same-${language}`, sources[language], settings);
        if (one === runtime) await eventually(() => waiting(one, language) > 0, 'one waits', 20_000);
        return (await one.call(`same-${language}`)).body as Seen;
      })) as [Seen, Seen];
      assert.deepEqual(comparable(waited, runtime), comparable(started, plain));
      assert.equal(waited.env.OWN, 'ü "1"\nline');
      assert.deepEqual([waited.hasWaited, started.hasWaited, waited.leader], [true, false, true]);
    });
  }

  it('are taken by one call only, each, and by many at once', async () => {
    const meeting = mkdtempSync(path.join(tmpdir(), 'runtime-test-'));
    // Each waits for all, so that none is done before the last has begun.
    await runtime.python('many', 'import os, time\ndef handler(e, c):\n    open(f"{e}/{os.getpid()}", "w").close()\n    while len(os.listdir(e)) < 12: time.sleep(0.01)\n    return [os.getpid(), hash("x"), os.getppid()]\n', { Timeout: 30 });
    const all = await Promise.all(Array.from({ length: 12 }, () => runtime.call('many', meeting)));
    rmSync(meeting, { recursive: true });
    assert.equal(new Set(all.map(({ body }) => (body as number[])[0])).size, 12);
    // Eight of one make the most: the ninth has another parent.
    assert.ok(new Set(all.map(({ body }) => (body as number[])[2])).size > 1);
  });

  it('are not for functions whose variables count when a process starts', async () => {
    const options = (runtime: string) => ({ Environment: { Variables: { [runtime]: '1' } } });
    await runtime.python('early', 'import os, sys\ndef handler(e, c): return [os.getppid(), sys.flags.dont_write_bytecode]\n', options('PYTHONDONTWRITEBYTECODE'));
    assert.deepEqual((await runtime.call('early')).body, [runtime.child.pid, 1]);
    await runtime.node('early-node', 'exports.handler = async () => process.env.NODE_NO_WARNINGS;', options('NODE_NO_WARNINGS'));
    assert.equal((await runtime.call('early-node')).body, '1');
  });

  it('have a function end as it ended: by code, by signal, and with what it left behind', async () => {
    await runtime.python('ends', 'import os, sys\ndef handler(e, c):\n    if "code" in e: sys.exit(e["code"])\n    os.kill(os.getpid(), e["signal"])\n');
    assert.match((await runtime.call('ends', { code: 5 })).text, /exit status 5"/);
    assert.match((await runtime.call('ends', { signal: 9 })).text, /signal: killed"/);
    assert.match((await runtime.call('ends', { signal: 15 })).text, /signal: terminated"/);
    await runtime.python('leaves', 'import os, time\ndef handler(e, c):\n    pid = os.fork()\n    if not pid:\n        os.setsid()\n        time.sleep(60)\n        os._exit(0)\n    return pid\n');
    const left = (await runtime.call('leaves')).body as number;
    assert.ok(isAlive(left));
    await runtime.lambda.send(new DeleteFunctionCommand({ FunctionName: 'leaves' }));
    await eventually(() => !isAlive(left), 'what it forked is gone');
  });

  it('load the package\'s own modules, also ES modules and by NODE_PATH', async () => {
    const files = { 'index.mjs': 'import { createRequire } from "node:module"; import one from "./one.mjs"; export const handler = async () => [one, createRequire("/")("two")];', 'one.mjs': 'export default 1;', 'node_modules/two/index.js': 'module.exports = 2;' };
    await runtime.create('modules', files, { Runtime: 'nodejs20.x', Handler: 'index.handler' });
    await eventually(() => waiting(runtime, 'node') > 0, 'one waits', 20_000);
    assert.deepEqual((await runtime.call('modules')).body, [1, 2]);
  });

  it('end with the runtime, also when it is killed', async () => {
    const other = await RunningRuntime.start();
    await other.node('n', 'exports.handler = async () => 1;');
    await other.python('p', 'def handler(e, c): return 1\n');
    await eventually(() => waiting(other, 'node') > 0 && waiting(other, 'python') > 0, 'they wait', 20_000);
    const pids = family(other.child.pid ?? 0);
    await other.stop('SIGKILL');
    await eventually(() => pids.every((pid) => !isAlive(pid)), 'none is left');
  });

  it('are none before a function is there, and with the switch', async () => {
    const other = await RunningRuntime.start();
    assert.deepEqual(family(other.child.pid ?? 0), []);
    await other.stop();
    assert.deepEqual([waiting(plain, 'node'), waiting(plain, 'python')], [0, 0]);
    assert.deepEqual(['--data x', '--data x --no-spares'].map((line) => parseArguments(line.split(' ')).spares), [true, false]);
  });
});

// A function is in its own folder, and of Python each that waits is a copy of the first.
function waiting({ child }: RunningRuntime, language: 'node' | 'python'): number {
  const program = { node: 'bootstrap.cjs', python: 'bootstrap.py' }[language];
  const isSpare = (pid: number) => read(pid, 'environ').includes('_FUNCTION_SPARE=wait') || parentOf(pid) !== child.pid;
  return family(child.pid ?? 0).filter((pid) => read(pid, 'cmdline').includes(program) && isSpare(pid) && folderOf(pid).includes('bootstrap')).length;
}

function folderOf(pid: number): string {
  try {
    return readlinkSync(`/proc/${pid}/cwd`);
  } catch (error) {
    // It has ended meanwhile.
    if (error instanceof Error) return '';
    throw error;
  }
}

/** All that a process has started, and what those have. */
function family(pid: number): number[] {
  const parents = readdirSync('/proc').filter((name) => /^\d+$/.test(name)).map((name) => [Number(name), parentOf(Number(name))] as const);
  const found = [pid];
  for (const one of found) found.push(...parents.filter(([, parent]) => parent === one).map(([child]) => child));
  return found.slice(1);
}

function parentOf(pid: number): number {
  return Number(read(pid, 'stat').split(') ').at(-1)?.split(' ')[1]);
}

function read(pid: number, name: string): string {
  try {
    return readFileSync(`/proc/${pid}/${name}`, 'latin1');
  } catch (error) {
    // It has ended meanwhile.
    if (error instanceof Error) return '';
    throw error;
  }
}

/** Without what is another in each environment, whatever it began as. */
function comparable({ env, ...seen }: Seen, { data }: RunningRuntime): unknown {
  const { AWS_LAMBDA_RUNTIME_API, AWS_LAMBDA_LOG_STREAM_NAME, _X_AMZN_TRACE_ID, ...others } = env;
  assert.ok(AWS_LAMBDA_RUNTIME_API && AWS_LAMBDA_LOG_STREAM_NAME && _X_AMZN_TRACE_ID);
  return JSON.parse(JSON.stringify({ env: Object.fromEntries(Object.entries(others).sort()), ...seen, hasWaited: undefined }).replaceAll(data, 'DATA'));
}
