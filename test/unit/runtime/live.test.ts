import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { realpathSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { CreateFunctionCommand } from '@aws-sdk/client-lambda';
import { role, RunningRuntime } from './harness';

describe('the local runtime: functions that run from a folder', () => {
  let runtime: RunningRuntime;
  let workspace: string;
  before(async () => {
    workspace = realpathSync(await mkdtemp(path.join(tmpdir(), 'live-test-')));
    runtime = await RunningRuntime.start();
  });
  after(async () => {
    await runtime.stop();
    await rm(workspace, { recursive: true, force: true });
  });

  const write = async (name: string, files: Record<string, string>): Promise<string> => {
    const folder = path.join(workspace, name);
    for (const [file, text] of Object.entries(files)) {
      await mkdir(path.dirname(path.join(folder, file)), { recursive: true });
      await writeFile(path.join(folder, file), text);
    }
    return folder;
  };
  const link = async (name: string, files: Record<string, string>, settings: object): Promise<string> => {
    const folder = await write(name, files);
    const code = { S3Bucket: 'hot-reload', S3Key: folder };
    await runtime.lambda.send(new CreateFunctionCommand({ FunctionName: name, Role: role, Code: code, Runtime: 'nodejs20.x', Handler: 'index.handler', ...settings }));
    return folder;
  };
  const python = { Runtime: 'python3.13', Handler: 'app.handler' } as const;
  const result = async (name: string): Promise<unknown> => (await runtime.call(name)).body;

  it('runs what was saved on the next call, and keeps its process while nothing is', async () => {
    const source = (text: string): string => `let calls = 0;\nexports.handler = async () => ['${text}', ++calls];\n`;
    await link('node', { 'index.js': source('one') }, {});
    assert.deepEqual([await result('node'), await result('node')], [['one', 1], ['one', 2]]);
    await write('node', { 'index.js': source('two') });
    assert.deepEqual([await result('node'), await result('node')], [['two', 1], ['two', 2]]);
    await write('node', { 'deck.json': '{}', 'node.log': '', 'events/one.json': '{}' });
    assert.deepEqual(await result('node'), ['two', 3]);
  });

  it('runs Python from its folder and leaves nothing there', async () => {
    const folder = await link('snake', { 'app.py': 'import lib.words\n\ndef handler(event, context):\n    return lib.words.one\n', 'lib/words.py': 'one = 1\n' }, python);
    assert.equal(await result('snake'), 1);
    await write('snake', { 'lib/words.py': 'one = 22\n' });
    assert.equal(await result('snake'), 22);
    assert.deepEqual([await readdir(folder), await readdir(path.join(folder, 'lib'))], [['app.py', 'lib'], ['words.py']]);
  });
  it('compiles TypeScript', async () => {
    await link('typed', { 'index.ts': "import { one } from './one';\nexport const handler = async (): Promise<unknown> => [one, __dirname, process.env.LAMBDA_TASK_ROOT, process.cwd(), process.env._FUNCTION_ROOT];\n", 'one.ts': 'export const one: number = 1;\n' }, {});
    let t = performance.now();
    console.log(await runtime.call('typed'), performance.now() - t);
    await write('typed', { 'one.ts': 'export const one: number = 2;\n' });
    t = performance.now();
    console.log(await runtime.call('typed'), performance.now() - t);
    await write('typed', { 'one.ts': 'export const one: number = 2;;;\n  cons x = 3\n' });
    t = performance.now();
    console.log(await runtime.call('typed'), performance.now() - t);
    await write('typed', { 'one.ts': 'export const one: number = 2;;;\n  throw new Error("x")' });
    t = performance.now();
    console.log(await runtime.call('typed'), performance.now() - t);
  });
});
