import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { isProviderError } from '../../src/core/errors';
import { readManifest } from '../../src/core/manifest';
import type { FunctionError, FunctionProvider, FunctionRef, InvokeResult } from '../../src/core/provider';
import { local } from '../../src/providers/local';
import { fakeHost, temporaryFolder } from '../fakes/host';
import { runtimePid } from '../fakes/localRuntime';
import { zip } from '../fakes/zip';
import { eventually, isAlive } from './runtime/harness';
import { World } from './packageWorld';

const options = { signal: new AbortController().signal, report: () => undefined };
const python = { runtime: 'python3.13', handler: 'app.handler' };
const javascript = { runtime: 'nodejs20.x', handler: 'index.handler' };

describe('what users get wrong, on the local runtime', () => {
  const host = fakeHost();
  let provider: FunctionProvider;
  let world: World;
  before(() => {
    provider = local(host);
    world = new World();
  });
  after(() => {
    world.dispose();
    process.kill(runtimePid(host.storage), 'SIGTERM');
  });

  const refOf = (name: string): FunctionRef => ({ provider: 'local', scope: 'local', name });

  async function deploy(name: string, files: Readonly<Record<string, string>>, settings: object, to = provider): Promise<FunctionRef> {
    const ref = refOf(name);
    await to.deploy?.({ ref, settings: { memoryMb: 128, timeoutSeconds: 5, ...settings }, package: zip(files) }, options);
    return ref;
  }

  async function invoke(ref: FunctionRef, event: unknown = {}, to = provider): Promise<InvokeResult> {
    const result = await to.invoke?.(ref, { payload: Buffer.from(JSON.stringify(event)), timeoutSeconds: 60 }, options);
    assert.ok(result);
    return result;
  }

  async function failure(ref: FunctionRef): Promise<FunctionError> {
    const result = await invoke(ref);
    assert.ok(!result.ok, 'it should have failed');
    return result.error;
  }

  it('cannot read deck.json', async () => {
    const folder = world.folder({ 'app.py': '', 'deck.json': '{\n  "name": "x",\n  "timeout": ten\n}' });
    await assert.rejects(readManifest(folder, options), { name: 'InputError', place: { file: path.join(folder, 'deck.json'), line: 3, column: 14 } });
    writeFileSync(path.join(folder, 'deck.json'), randomBytes(64).fill(255, 0, 8));
    await assert.rejects(readManifest(folder, options), /deck\.json is not UTF-8 text; save it with the encoding UTF-8\.$/);
  });

  it('name a handler that is not there, by file and by function', async () => {
    assert.match((await world.refuse(world.folder({ 'other.py': '' }), python)).message, /^The handler "app\.handler" needs a file app\.py, and there is none; correct "handler"/);
    const error = await failure(await deploy('nothing', { 'index.mjs': 'export const other = 1;' }, javascript));
    assert.deepEqual([error.type, error.message], ['Runtime.HandlerNotFound', 'index.handler is undefined or not exported']);
  });

  const wrong: readonly (readonly [string, Readonly<Record<string, string>>, object, RegExp])[] = [
    ['a module of the handler in Python', { 'app.py': 'import lib\ndef handler(e, c): pass\n', 'lib.py': 'a = 1\n\nb = = 2\n' }, python, /lib\.py",? [Ll]ine 3/],
    ['the handler, an ES module', { 'index.mjs': 'export const handler = () => {\n  let = ;\n};\n' }, javascript, /index\.mjs:2$/m],
    ['a module that an ES module imports', { 'index.mjs': 'import { one } from "./lib/one.mjs";\nexport const handler = () => one;\n', 'lib/one.mjs': "export * from '../two.mjs';\n", 'two.mjs': 'export const one = 1;\n\nlet = ;\n' }, javascript, /two\.mjs:3$/m],
    ['a module that the handler requires', { 'index.js': 'exports.handler = require("./lib");\n', 'lib.js': '\n\nlet = ;\n' }, javascript, /lib\.js:3$/m],
  ];
  for (const [index, [what, files, settings, place]] of wrong.entries()) {
    it(`make a syntax error in ${what}: the stack leads to the line`, async () => {
      const error = await failure(await deploy(`syntax-${index}`, files, settings));
      assert.equal(error.type, 'Runtime.UserCodeSyntaxError');
      assert.match(error.stack.join('\n'), place);
    });
  }

  it('make a syntax error that Python has no line for', async () => {
    const error = await failure(await deploy('null', { 'app.py': 'def handler(e, c):\n  pass\n\0' }, python));
    assert.match(error.message, /^Syntax error in module 'app': source code string cannot contain null bytes/);
    assert.deepEqual(error.stack, []);
  });

  it('print 100 MB, and text without a line end: the result has the end of the log', async () => {
    const source = 'import sys\ndef handler(e, c):\n  for i in range(100): sys.stdout.write("x" * 999999 + "\\n")\n  sys.stdout.write("the end")\n  return 1\n';
    const result = await invoke(await deploy('prints', { 'app.py': source }, { ...python, timeoutSeconds: 60 }));
    assert.ok(result.ok);
    assert.ok(result.log?.includes('the end'), result.log?.slice(-4).join('|').slice(-300));
    assert.equal(result.logCut, true);
  });

  const deaths: readonly (readonly [string, string, RegExp])[] = [
    ['runs on without end', 'while True: pass', /^Sandbox\.Timedout: .*Task timed out after 1\.00 seconds$/],
    ['kills itself', 'os.kill(os.getpid(), 9)', /^Runtime\.ExitError: .*signal: killed$/],
    ['exits', 'os._exit(0)', /^Runtime\.ExitError: .*exited without providing a reason$/],
    ['exits with a code', 'os._exit(7)', /^Runtime\.ExitError: .*exit status 7$/],
    ['starts 50 processes and fails', 'for i in range(50): subprocess.Popen([sys.executable, "-c", "import time; time.sleep(71)"], start_new_session=True)\n  os._exit(1)', /exit status 1$/],
  ];
  for (const [index, [what, line, message]] of deaths.entries()) {
    it(`write a function that ${what}: it is said in a sentence, and the next call is served`, async () => {
      const source = `import os, subprocess, sys\ndef handler(e, c):\n  if e.get("ok"): return os.getpid()\n  ${line}\n`;
      const ref = await deploy(`dies-${index}`, { 'app.py': source }, { ...python, memoryMb: 1024, timeoutSeconds: line.startsWith('while') ? 1 : 5 });
      const error = await failure(ref);
      assert.match(`${error.type}: ${error.message}`, message);
      if (process.platform === 'linux') await eventually(() => !sleepers().length, 'nothing it started is left');
      assert.ok((await invoke(ref, { ok: true })).ok);
    });
  }

  function sleepers(): string[] {
    return execFileSync('ps', ['-eo', 'args'], { encoding: 'utf8' }).split('\n').filter((line) => line.includes('time.sleep(71)'));
  }

  for (const [when, source] of [['it is loaded', 'a = []\nwhile True: a.append(bytearray(1_000_000))\n'], ['it runs', 'def handler(e, c):\n  a = []\n  while True: a.append(bytearray(1_000_000))\n']] as const) {
    it(`allocate without end while ${when}`, async function () {
      if (process.platform !== 'linux') this.skip(); // only there does the system tell
      const error = await failure(await deploy(`grows-${when.length}`, { 'app.py': source }, python));
      assert.match(`${error.type}: ${error.message}`, /^Runtime\.OutOfMemory: .*because it needed more than its 128 MB of memory$/);
    });
  }

  it('have no Python', async () => {
    const before = process.env['PATH'];
    const poor = fakeHost();
    const alone = local(poor);
    process.env['PATH'] = temporaryFolder();
    try {
      const error = await invoke(await deploy('snake', { 'app.py': 'def handler(e, c): return 1' }, python, alone), {}, alone);
      assert.ok(!error.ok);
      assert.match(`${error.error.type}: ${error.error.message}`, /^Runtime\.InterpreterNotFound: .*No Python was found on the PATH: install Python 3 .*or set its path in the settings\.$/);
    } finally {
      process.env['PATH'] = before;
      process.kill(runtimePid(poor.storage), 'SIGTERM');
    }
  });

  it('lose the runtime in the middle of a call: one sentence, and the next call finds everything as it was', async () => {
    const ref = await deploy('slow', { 'index.js': 'exports.handler = async (e) => { await new Promise((r) => setTimeout(r, e.ms ?? 0)); return "back"; };' }, { ...javascript, timeoutSeconds: 20 });
    const pid = runtimePid(host.storage);
    const lost = invoke(ref, { ms: 10_000 });
    setTimeout(() => process.kill(pid, 'SIGKILL'), 300);
    const sentence = /^slow may have run, but its answer was lost; look at its log from [\d:]+ UTC on before you invoke it again \(The connection to the local runtime .* broke before the whole answer was there; it has ended, and the next call starts it anew\)\.$/;
    await assert.rejects(lost, (error) => isProviderError(error) && error.kind === 'network' && sentence.test(error.message));
    await eventually(() => !isAlive(pid), 'it is gone');
    await new Promise((resolve) => setTimeout(resolve, 100));
    const again = await invoke(ref);
    assert.ok(again.ok && Buffer.from(again.payload).toString() === '"back"');
    assert.notEqual(runtimePid(host.storage), pid);
  });

  it('lose the runtime between two calls, and in the midst of a list: one sentence at most, then it goes on', async () => {
    const names = async (): Promise<readonly string[]> => {
      const found: string[] = [];
      for await (const page of provider.list({ id: 'local', label: '' }, options)) found.push(...page.functions.map((fn) => fn.ref.name));
      return found.sort();
    };
    const before = await names();
    for (const lead of [0, 3]) {
      const pid = runtimePid(host.storage);
      const listing = lead ? names() : undefined;
      if (lead) await new Promise((resolve) => setTimeout(resolve, lead));
      process.kill(pid, 'SIGKILL');
      const first = await (listing ?? names()).catch((error: unknown) => error);
      if (!Array.isArray(first)) assert.ok(isProviderError(first) && first.kind === 'network' && /^[^.]+.*\.$/.test(first.message) && !first.message.includes('\n'), String(first));
      await eventually(() => !isAlive(pid), 'it is gone');
      assert.deepEqual(await names(), before);
    }
  });

  it('lose the runtime in the midst of a tail, which goes on and shows each line once', async () => {
    const ref = await deploy('talks', { 'index.js': 'exports.handler = async (e) => console.log(`line ${e.n}.`);' }, javascript);
    const end = new AbortController();
    const seen: string[] = [];
    const tailing = (async () => {
      for await (const events of provider.tail?.(ref, new Date(Date.now() - 1000), { signal: end.signal }) ?? []) {
        seen.push(...events.flatMap(({ message }) => /line \d+\./.exec(message)?.[0] ?? []));
      }
    })().catch((error: Error) => assert.equal(error.name, 'AbortError'));
    for (let n = 0; n < 3; n++) {
      await invoke(ref, { n });
      await eventually(() => seen.includes(`line ${n}.`), `line ${n} is shown`, 15_000);
      const pid = runtimePid(host.storage);
      process.kill(pid, 'SIGKILL');
      await eventually(() => !isAlive(pid), 'it is gone');
      // The tail may be what starts it anew.
      await eventually(() => provider.config?.read(ref, options).then(() => true, () => false) ?? false, 'the next call works');
    }
    await invoke(ref, { n: 3 });
    await eventually(() => seen.includes('line 3.'), 'the last line is shown', 15_000);
    end.abort();
    await tailing;
    assert.deepEqual(seen, ['line 0.', 'line 1.', 'line 2.', 'line 3.']);
  });

  it('find what a killed runtime has written down, and a stranger at its port, who is told nothing', async () => {
    const found = fakeHost();
    const asked: string[] = [];
    const stranger = createServer((request, response) => {
      asked.push(request.url ?? '');
      response.end();
    }).listen(0, '127.0.0.1');
    await once(stranger, 'listening');
    const endpoint = `http://127.0.0.1:${(stranger.address() as AddressInfo).port}`;
    mkdirSync(found.storage, { recursive: true });
    writeFileSync(path.join(found.storage, 'runtime.json'), JSON.stringify({ endpoint, accessKeyId: 'k'.repeat(20), secretAccessKey: 'k'.repeat(20), region: 'local', pid: 4194304 }));
    const window = local(found);
    for await (const page of window.list({ id: 'local', label: '' }, options)) assert.deepEqual(page.functions, []);
    assert.deepEqual(asked, []);
    process.kill(runtimePid(found.storage), 'SIGTERM');
    stranger.close();
  });

  it('work in two windows at once, which share one runtime', async () => {
    const shared = fakeHost();
    const windows = [local(shared), local(shared)];
    const refs = await Promise.all(windows.map((window, index) => deploy(`window-${index}`, { 'index.js': `exports.handler = async () => ${index};` }, javascript, window)));
    const across = await Promise.all(refs.map((ref, index) => invoke(ref, {}, windows[1 - index])));
    assert.deepEqual(across.map((one) => one.ok && Buffer.from(one.payload).toString()), ['0', '1']);
    const pid = runtimePid(shared.storage);
    process.kill(pid, 'SIGTERM');
    await eventually(() => !isAlive(pid), 'it is gone');
    rmSync(shared.storage, { recursive: true, force: true });
  });
});
