import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { eventually, isAlive, RunningRuntime } from './harness';

interface Failure {
  readonly errorType: string;
  readonly errorMessage: string;
  readonly trace?: string[];
  readonly stackTrace?: string[];
  readonly requestId?: string;
}

describe('the local runtime: functions that fail', () => {
  let runtime: RunningRuntime;
  before(async () => (runtime = await RunningRuntime.start()));
  after(() => runtime.stop());

  async function failure(name: string): Promise<{ body: Failure; log: string; id: string }> {
    const answer = await runtime.call(name);
    assert.equal(answer.error, 'Unhandled');
    return { body: answer.body as Failure, log: answer.log, id: answer.id };
  }

  it('reports an exception in Node with its stack, and serves on', async () => {
    await runtime.node('throws', 'let n = 0;\nexports.handler = async () => {\n  if (n++ < 1) throw new TypeError("bad ü");\n  return n;\n};');
    const { body, log } = await failure('throws');
    assert.deepEqual([body.errorType, body.errorMessage, body.trace?.[0]], ['TypeError', 'bad ü', 'TypeError: bad ü']);
    assert.match(body.trace?.[1] ?? '', /index\.js:3:\d+/);
    assert.ok(body.trace?.every((line) => !line.includes('bootstrap')));
    assert.match(log, /\tERROR\tInvoke Error \t\{"errorType":"TypeError"/);
    assert.equal((await runtime.call('throws')).body, 2);
  });

  it('reports an exception in Python with its stack', async () => {
    await runtime.python('raises', 'def inner():\n    raise ValueError("bad")\n\ndef handler(event, context):\n    inner()\n');
    const { body, log, id } = await failure('raises');
    assert.deepEqual([body.errorType, body.errorMessage, body.requestId], ['ValueError', 'bad', id]);
    assert.equal(body.stackTrace?.length, 2);
    assert.match(body.stackTrace?.[1] ?? '', /^ {2}File ".*app\.py", line 2, in inner\n {4}raise/);
    assert.match(log, /\[ERROR\] ValueError: bad\nTraceback \(most recent call last\):\n\u00a0\u00a0File ".*app\.py", line 5, in handler/);
  });

  const broken: readonly (readonly [what: string, language: 'node' | 'python', source: string, handler: string | undefined, type: string, message: RegExp])[] = [
    ['a syntax error', 'node', 'exports.handler = async () => {\n  let = ;\n};', undefined, 'Runtime.UserCodeSyntaxError', /SyntaxError/],
    ['a missing file', 'node', '', 'other.handler', 'Runtime.ImportModuleError', /Cannot find module 'other'/],
    ['a missing module', 'node', 'require("not-there")', undefined, 'Runtime.ImportModuleError', /not-there/],
    ['a missing export', 'node', 'exports.x = 1', undefined, 'Runtime.HandlerNotFound', /index\.handler is undefined or not exported/],
    ['a malformed handler', 'node', '', 'index', 'Runtime.MalformedHandlerName', /Bad handler/],
    ['an exit while loading', 'node', 'process.exit(0)', undefined, 'Runtime.ExitError', /Runtime exited without providing a reason$/],
    ['an exit code', 'node', 'exports.handler = () => process.exit(3)', undefined, 'Runtime.ExitError', /Runtime exited with error: exit status 3$/],
    ['a kill of itself', 'node', 'exports.handler = () => process.kill(process.pid, "SIGKILL")', undefined, 'Runtime.ExitError', /signal: killed$/],
    ['an abort', 'node', 'exports.handler = () => process.abort()', undefined, 'Runtime.ExitError', /signal: aborted$/],
    ['a lost rejection', 'node', 'exports.handler = () => { Promise.reject(new Error("lost")); return new Promise((r) => setTimeout(r, 200)); }', undefined, 'Runtime.UnhandledPromiseRejection', /lost/],
    ['an error thrown later', 'node', 'exports.handler = () => { setTimeout(() => { throw new RangeError("later"); }); return new Promise((r) => setTimeout(r, 200)); }', undefined, 'RangeError', /later/],
    ['a thrown text', 'node', 'exports.handler = async () => { throw "text"; }', undefined, 'string', /^text$/],
    ['a rejection with nothing', 'node', 'exports.handler = async () => { throw undefined; }', undefined, 'string', /^handled$/],
    ['a rejection while loading', 'node', 'Promise.reject(new Error("early")); exports.handler = async () => 1;', undefined, 'Runtime.UnhandledPromiseRejection', /^Error: early$/],
    ['a control letter', 'node', 'exports.handler = async () => { throw new Error("a\\x7fb"); }', undefined, 'Error', /^a%7Fb$/],
    ['a circular result', 'node', 'exports.handler = async () => { const a = {}; a.a = a; return a; }', undefined, 'Error', /^Unable to stringify response body$/],
    ['a function as a result', 'node', 'exports.handler = async () => () => 1;', undefined, 'TypeError', /^Wrong arguments$/],
    ['a syntax error', 'python', 'def handler(:\n', undefined, 'Runtime.UserCodeSyntaxError', /Syntax error in module 'app'/],
    ['a missing module', 'python', 'import not_there', undefined, 'Runtime.ImportModuleError', /Unable to import module 'app': No module named 'not_there'/],
    ['a missing handler', 'python', 'x = 1', undefined, 'Runtime.HandlerNotFound', /Handler 'handler' missing on module 'app'/],
    ['a module of Python itself', 'python', '', 'sys.exit', 'Runtime.BuiltInModuleConflict', /^Cannot use built-in module sys as a handler module$/],
    ['a malformed handler', 'python', '', 'app', 'Runtime.MalformedHandlerName', /Bad handler 'app'/],
    ['an exit', 'python', 'import sys\ndef handler(e, c): sys.exit(4)', undefined, 'Runtime.ExitError', /exit status 4$/],
    ['a result beyond JSON', 'python', 'def handler(e, c): return object()', undefined, 'Runtime.MarshalError', /Unable to marshal response/],
  ];
  for (const [index, [what, language, source, handler, type, message]] of broken.entries()) {
    it(`names ${what} in ${language}`, async () => {
      const name = `broken-${index}`;
      await runtime[language](name, source, handler ? { Handler: handler } : {});
      const { body, log, id } = await failure(name);
      assert.equal(body.errorType, type);
      assert.match(body.errorMessage, message);
      assert.match(log, new RegExp(`END RequestId: ${id}\nREPORT RequestId: ${id}\t.*Status: error\tError Type: ${type}`));
    });
  }

  it('serves at once again after each way to die', async () => {
    await runtime.node('dies', 'exports.handler = async (e) => { if (e.how === "exit") process.exit(1); if (e.how === "kill") process.kill(process.pid, "SIGKILL"); if (e.how === "throw") { setTimeout(() => { throw new Error("x"); }); await new Promise(() => {}); } return "alive"; };', { Timeout: 5 });
    for (const how of ['exit', 'kill', 'throw', 'exit']) {
      assert.equal((await runtime.call('dies', { how })).error, 'Unhandled');
      assert.equal((await runtime.call('dies')).body, 'alive', how);
    }
  });

  it('points at the line of a syntax error', async () => {
    const named = (language: string) => `broken-${broken.findIndex(([what, of]) => what === 'a syntax error' && of === language)}`;
    const node = (await runtime.call(named('node'))).body as Failure;
    assert.match(node.trace?.join('\n') ?? '', /index\.js:2/);
    const python = (await runtime.call(named('python'))).body as Failure;
    assert.match(python.stackTrace?.[0] ?? '', /^ {2}File ".*app\.py" Line 1\n/);
  });

  it('says what is wrong with a package that has no bootstrap', async () => {
    await runtime.create('no-bootstrap', { 'readme.txt': '' }, { Runtime: 'provided.al2023', Handler: 'x' });
    const { body } = await failure('no-bootstrap');
    assert.equal(body.errorType, 'Runtime.InvalidEntrypoint');
  });

  it('ends a function that runs out of time, with all that it started, and serves the next call', async function () {
    if (process.platform === 'win32') this.skip(); // the grandchildren are started through sleep and setsid
    const mark = `/tmp/pids-${process.pid}`;
    await runtime.node('hangs', `
      const { spawn } = require('node:child_process');
      let n = 0;
      exports.handler = async (e) => {
        if (e.ok) return 'ok';
        console.log('before');
        const kids = [spawn('sleep', ['60']), spawn('setsid', ['sleep', '61'], { detached: true }), spawn('sh', ['-c', 'setsid sleep 62 & setsid sleep 63 & wait'])];
        require('node:fs').writeFileSync(${JSON.stringify(mark)}, kids.map((kid) => kid.pid).join(' '));
        process.on('SIGTERM', () => {});
        setTimeout(() => { for (;;); }, 300);
        await new Promise(() => setTimeout(() => {}, 1e6));
      };`, { Timeout: 1 });
    const { body, log, id } = await failure('hangs');
    assert.deepEqual(body, { errorType: 'Sandbox.Timedout', errorMessage: `RequestId: ${id} Error: Task timed out after 1.00 seconds` });
    assert.match(log, new RegExp(`Task timed out after 1.00 seconds\n\nEND RequestId: ${id}\nREPORT RequestId: ${id}\tDuration: 1000.00 ms\tBilled Duration: 1000 ms\t.*Status: timeout\t\n$`));
    assert.match(log, /\tbefore\n/);
    const pids = readFileSync(mark, 'utf8').split(' ').map(Number);
    assert.equal((await runtime.call('hangs', { ok: true })).body, 'ok');
    await eventually(() => pids.every((pid) => !isAlive(pid)), 'the grandchildren are gone');
    if (process.platform === 'linux') await eventually(() => !sleepers().length, 'those in other groups are gone');
    assert.equal((await runtime.call('hangs', { ok: true })).body, 'ok');
    assert.equal(new Set((await runtime.events('hangs')).map((event) => event.logStreamName)).size, 1);
  });

  function sleepers(): string[] {
    const command = (pid: string) => (existsSync(`/proc/${pid}/cmdline`) ? readFileSync(`/proc/${pid}/cmdline`, 'latin1') : '');
    return readdirSync('/proc').filter((name) => /^\d+$/.test(name) && /^sleep\x006[0-3]\x00/.test(command(name)));
  }

  it('keeps every line of a flood of 100 MB, and stays small', async function () {
    await runtime.python('floods', `
import sys
def handler(event, context):
    block = ''.join('%08d %s\\n' % (n, 'x' * 990) for n in range(1000))
    for _ in range(100):
        sys.stdout.write(block)
    return 'done'
`, { Timeout: 60 });
    assert.equal((await runtime.call('floods')).body, 'done');
    let count = 0;
    for (const event of await runtime.events('floods')) if (/^\d{8} x{990}\n$/.test(event.message ?? '')) count++;
    assert.equal(count, 100_000);
    if (process.platform !== 'linux') return;
    const peak = Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${runtime.child.pid}/status`, 'utf8'))?.[1]);
    assert.ok(peak < 400_000, `${peak} kB`);
  });

  it('keeps what is printed while signals come, and while the pipe does not wait', async () => {
    await runtime.python('signalled', `
import os, signal, sys
def handler(event, context):
    block = ''.join('%08d %s\\n' % (n, 'x' * 990) for n in range(1000))
    os.set_blocking(1, event['waits'])
    signal.signal(signal.SIGALRM, lambda *_: None)
    signal.setitimer(signal.ITIMER_REAL, 0.0005, 0.0005)
    for _ in range(10):
        sys.stdout.write(block)
    sys.stdout.buffer.write(block.encode())
    signal.setitimer(signal.ITIMER_REAL, 0)
    return [sys.stdout.name, sys.__stdout__ is sys.stdout]
`, { Timeout: 60 });
    for (const waits of [true, false]) assert.deepEqual((await runtime.call('signalled', { waits })).body, ['<stdout>', true]);
    const lines = (await runtime.events('signalled')).filter((event) => /^\d{8} x{990}\n$/.test(event.message ?? ''));
    assert.equal(lines.length, 22_000);
  });

  it('cuts a line without an end into events, and loses no byte', async () => {
    await runtime.python('endless', 'def handler(e, c):\n    print("ü" * 1_000_000, end="")\n    return 1\n');
    await runtime.call('endless');
    const text = (await runtime.events('endless')).map((event) => event.message ?? '').filter((message) => message.startsWith('ü'));
    assert.ok(text.length > 1);
    assert.equal(text.join(''), 'ü'.repeat(1_000_000));
  });

  it('kills a process that outgrows its memory', async function () {
    if (process.platform !== 'linux') this.skip(); // only there does the system tell
    await runtime.python('grows', 'import time\ndef handler(e, c):\n    x = bytearray(200_000_000)\n    time.sleep(5)\n', { Timeout: 10 });
    const { body, log } = await failure('grows');
    assert.match(body.errorMessage, /signal: killed, because it needed more than its 128 MB of memory$/);
    assert.match(log, /Max Memory Used: (1[3-9]|[2-9]\d)\d MB.*Error Type: Runtime.OutOfMemory/);
  });

  it('kills a process that outgrows its memory by and by, in short calls', async function () {
    if (process.platform !== 'linux') this.skip(); // only there does the system tell
    await runtime.python('leaks', 'import time\nkept = []\ndef handler(e, c):\n    kept.append(b"x" * 5_000_000)\n    time.sleep(0.02)\n    return len(kept)\n');
    const errors: unknown[] = [];
    for (let calls = 0; calls < 60 && !errors.length; calls++) {
      const { error, body } = await runtime.call('leaks');
      if (error) errors.push((body as Failure).errorType);
    }
    assert.deepEqual(errors, ['Runtime.OutOfMemory']);
  });
});
