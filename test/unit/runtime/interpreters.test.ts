import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { limitCompiled } from '../../../src/runtime/engine/compiled';
import { Interpreters } from '../../../src/runtime/engine/interpreters';
import { RunningRuntime } from './harness';

describe('the local runtime: programs that run functions', () => {
  let folder: string;
  before(async () => (folder = await mkdtemp(path.join(tmpdir(), 'interpreters-'))));
  after(() => rm(folder, { recursive: true, force: true }));

  const shim = async (name: string): Promise<string> => {
    const file = path.join(folder, name);
    await writeFile(file, `#!/bin/sh\necho asked >> ${folder}/asked\nexec python3 "$@"\n`);
    await chmod(file, 0o755);
    return file;
  };

  it('are asked once for what they really are', async function () {
    if (process.platform === 'win32') this.skip(); // the stand-in is a script for sh
    const found = new Interpreters({ python: await shim('python') });
    const [one, two] = await Promise.all([found.find('python3.13'), found.find('python3.13')]);
    assert.equal(one, two);
    assert.equal(path.dirname(one.command) === folder, false);
    assert.match(one.version, /^3\.\d+\.\d+$/);
    assert.equal(await readFile(path.join(folder, 'asked'), 'utf8'), 'asked\n');
  });

  it('are missed with the cure in the message, and found once they are there', async function () {
    if (process.platform === 'win32') this.skip(); // the stand-in is a script for sh
    const found = new Interpreters({ python: path.join(folder, 'later') });
    await assert.rejects(found.find('python3.13'), { name: 'MissingInterpreter', message: /later is not a Python that runs: install Python 3 .* or set its path/ });
    await shim('later');
    assert.match((await found.find('python3.13')).version, /^3\./);
  });

  const fakeNode = async (place: string, versions: object): Promise<string> => {
    const file = path.join(folder, place, 'node');
    await mkdir(path.dirname(file), { recursive: true });
    const asEditor = 'if (process.versions.electron && !process.env.ELECTRON_RUN_AS_NODE) { console.log("a window"); process.exit(); }';
    const versionsLine = `Object.defineProperty(process, "versions", { value: { ...process.versions, ...${JSON.stringify(versions)} } });`;
    await writeFile(`${file}.cjs`, `process.execPath = ${JSON.stringify(file)};\n${versionsLine}\n${asEditor}\n`);
    await writeFile(file, `#!/bin/sh\nexec "${process.execPath}" -r "${file}.cjs" "$@"\n`, { mode: 0o755 });
    return file;
  };

  it('are the Node of the PATH, else our own', async function () {
    if (process.platform === 'win32') this.skip(); // the stand-in is a script for sh
    const before = process.env.PATH;
    const inPath = async (place: string) => {
      process.env.PATH = path.join(folder, place);
      const [one, other] = await Promise.all([new Interpreters({}).find('nodejs20.x'), new Interpreters({ node: await fakeNode('set', {}) }).find('nodejs20.x')]);
      assert.equal(other.command, path.join(folder, 'set', 'node'), 'the setting comes first');
      return [one.command, one.version];
    };
    try {
      const own = [process.execPath, process.versions.node];
      assert.deepEqual(await inPath('empty'), own);
      const node = await fakeNode('new', { node: '99.1.0' });
      assert.deepEqual(await inPath('new'), [node, '99.1.0']);
      await fakeNode('old', { node: '16.20.0' });
      assert.deepEqual(await inPath('old'), own);
    } finally {
      process.env.PATH = before;
    }
  });

  it('are the editor as a Node, also for what a function starts', async function () {
    if (process.platform === 'win32') this.skip(); // the stand-in is a script for sh
    const runtime = await RunningRuntime.start(undefined, ['--node', await fakeNode('editor', { electron: '39.0.0' })]);
    try {
      const source = 'const { execFileSync } = require("node:child_process"); exports.handler = async () => execFileSync(process.execPath, ["-p", "6 * 7"]).toString();';
      await runtime.node('starts', source);
      await runtime.node('starts-early', source, { Environment: { Variables: { NODE_NO_WARNINGS: '1' } } });
      assert.deepEqual([(await runtime.call('starts')).text, (await runtime.call('starts-early')).text], ['"42\\n"', '"42\\n"']);
    } finally {
      await runtime.stop();
    }
  });

  it('are run by the wrapper that a function brings along', async function () {
    if (process.platform === 'win32') this.skip(); // wrappers are scripts for sh
    const runtime = await RunningRuntime.start();
    const wrapper = '#!/bin/sh\nexport WRAPPED="$#"\nexec "$@"\n';
    const settings = { Environment: { Variables: { AWS_LAMBDA_EXEC_WRAPPER: '/var/task/wrap' } } };
    try {
      await runtime.create('n', { wrap: wrapper, 'index.js': 'exports.handler = async () => { console.log("a\\nb"); return process.env.WRAPPED; };' }, { Runtime: 'nodejs20.x', Handler: 'index.handler', ...settings });
      const { body, log } = await runtime.call('n');
      assert.equal(body, '4');
      assert.match(log, /\tINFO\ta\nb\n/);
      await runtime.create('p', { wrap: wrapper, 'app.py': 'import os\ndef handler(e, c): return os.environ["WRAPPED"]\n' }, { Runtime: 'python3.13', Handler: 'app.handler', ...settings });
      assert.equal((await runtime.call('p')).body, '4');
    } finally {
      await runtime.stop();
    }
  });

  it('keep what they compiled, up to a limit', async () => {
    const compiled = path.join(folder, 'compiled');
    await limitCompiled(compiled, 10);
    await mkdir(path.join(compiled, 'v22'), { recursive: true });
    await writeFile(path.join(compiled, 'v22', 'one'), 'x'.repeat(5));
    // A folder takes room of its own.
    await limitCompiled(compiled, 10_000);
    assert.ok(existsSync(path.join(compiled, 'v22', 'one')));
    await writeFile(path.join(compiled, 'v22', 'two'), 'x'.repeat(10_000));
    await limitCompiled(compiled, 10_000);
    assert.equal(existsSync(compiled), false);
  });
});
