import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, realpathSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import {
  CreateFunctionCommand, type CreateFunctionCommandInput, DeleteFunctionCommand, GetFunctionCommand, InvokeCommand, PublishVersionCommand,
  UpdateFunctionCodeCommand, UpdateFunctionConfigurationCommand,
} from '@aws-sdk/client-lambda';
import { eventually, refused, role, RunningRuntime, zip } from './harness';

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

  type Files = Readonly<Record<string, string>>;
  const at = (...parts: string[]): string => path.join(workspace, ...parts);
  const write = async (name: string, files: Files): Promise<void> => {
    for (const [file, text] of Object.entries(files)) {
      await mkdir(path.dirname(at(name, file)), { recursive: true });
      await writeFile(at(name, file), text);
    }
  };
  const linked = (folder: string): { S3Bucket: string; S3Key: string } => ({ S3Bucket: 'hot-reload', S3Key: folder });
  const create = async (name: string, files: Files, settings: Partial<CreateFunctionCommandInput> = {}): Promise<void> => {
    await write(name, files);
    await runtime.lambda.send(new CreateFunctionCommand({ FunctionName: name, Role: role, Code: linked(at(name)), Runtime: 'nodejs20.x', Handler: 'index.handler', ...settings }));
  };
  const python = { Runtime: 'python3.13', Handler: 'app.handler' } as const;
  const result = async (name: string, event: unknown = {}): Promise<unknown> => (await runtime.call(name, event)).body;
  const facts = async (query = ''): Promise<Record<string, { folder?: string; runsOn?: string }>> => {
    const answer = await fetch(`${runtime.line.endpoint}/function-deck/functions${query}`, { headers: { authorization: `Bearer ${runtime.line.accessKeyId}` } });
    return (await answer.json()) as Record<string, { folder?: string; runsOn?: string }>;
  };

  it('run what was saved on the next call, and keep their process while nothing is', async () => {
    const source = (text: string): string => `let calls = 0;\nexports.handler = async () => ['${text}', ++calls];\n`;
    await create('node', { 'index.js': source('one') });
    assert.deepEqual([await result('node'), await result('node')], [['one', 1], ['one', 2]]);
    await write('node', { 'index.js': source('two') });
    assert.deepEqual([await result('node'), await result('node')], [['two', 1], ['two', 2]]);
    // Nothing of this is code.
    await write('node', { 'deck.json': '{}', 'a.log': '', 'events/one.json': '{}', '.venv/x': '', '__pycache__/a.pyc': '', '.index.js.swp': '' });
    assert.deepEqual(await result('node'), ['two', 3]);
  });

  it('have a call that runs come to its end with the code that it began with', async () => {
    const source = (text: string): string => `const { existsSync, writeFileSync } = require('node:fs');\nexports.handler = async ({ until }) => {\n  if (until) writeFileSync(until + '.begun', '');\n  while (until && !existsSync(until)) await new Promise((done) => setTimeout(done, 5));\n  return '${text}';\n};\n`;
    await create('slow', { 'index.js': source('old') });
    await result('slow');
    const running = result('slow', { until: at('go') });
    await eventually(() => existsSync(at('go.begun')), 'the call to begin');
    await write('slow', { 'index.js': source('new') });
    assert.equal(await result('slow'), 'new');
    await writeFile(at('go'), '');
    assert.equal(await running, 'old');
    assert.equal(await result('slow'), 'new');
  });

  it('find a change in any file below, behind a link to a folder, and in what is installed', async () => {
    await write('shared', { 'lib.js': 'exports.text = "a";\n' });
    await create('deep', { 'index.js': "exports.handler = async () => [require('./a/b/c').text, require('./link/lib').text, require('dep')];\n", 'a/b/c.js': 'exports.text = 1;\n', 'node_modules/dep/index.js': 'module.exports = "x";\n' });
    await symlink(at('shared'), at('deep', 'link'), 'junction');
    await symlink(at('deep'), at('deep', 'a', 'loop'), 'junction');
    assert.deepEqual(await result('deep'), [1, 'a', 'x']);
    await write('deep', { 'a/b/c.js': 'exports.text = 2;\n' });
    assert.deepEqual(await result('deep'), [2, 'a', 'x']);
    await write('shared', { 'lib.js': 'exports.text = "b";\n' });
    assert.deepEqual(await result('deep'), [2, 'b', 'x']);
    await write('deep', { 'node_modules/dep/index.js': 'module.exports = "y";\n', 'node_modules/.package-lock.json': '{}' });
    assert.deepEqual(await result('deep'), [2, 'b', 'y']);
  });

  it('run Python, and leave nothing in the folder', async () => {
    const app = 'import os\nimport lib.words\n\ndef handler(event, context):\n    return [lib.words.one, __file__, os.getcwd(), [name for name in os.environ if name.startswith("_FUNCTION")]]\n';
    await create('snake', { 'app.py': app, 'lib/words.py': 'one = 1\n' }, python);
    assert.deepEqual(await result('snake'), [1, at('snake', 'app.py'), at('snake'), []]);
    await write('snake', { 'lib/words.py': 'one = 2\n' });
    assert.deepEqual(((await result('snake')) as unknown[])[0], 2);
    assert.deepEqual([await readdir(at('snake')), await readdir(at('snake', 'lib'))], [['app.py', 'lib'], ['words.py']]);
  });

  it('have the packages and the interpreter of the virtual environment in or above the folder', async () => {
    const own = execFileSync(process.platform === 'win32' ? 'python' : 'python3', ['-c', 'import sys; print(sys.executable, sys.version_info[0], sys.version_info[1])'], { encoding: 'utf8' });
    const [program = '', major, minor] = own.trim().split(' ');
    const packages = `lib/python${major}.${minor}/site-packages`;
    await write('.venv', { 'pyvenv.cfg': '', [`${packages}/installed.py`]: 'name = "first"\n', [`${packages}/more.pth`]: `${at('editable')}\n`, 'bin/x': '' });
    await symlink(program, at('.venv', 'bin', 'python'));
    await write('editable', { 'edited.py': 'name = "in place"\n' });
    const app = 'import sys\nimport edited\nimport installed\n\ndef handler(event, context):\n    return [installed.name, edited.name, sys.executable]\n';
    await create('venv', { 'app.py': app }, python);
    assert.deepEqual(await result('venv'), ['first', 'in place', at('.venv', 'bin', 'python')]);
    await write('.venv', { [`${packages}/installed.py`]: 'name = "second"\n', [`${packages}/other.py`]: '' });
    assert.deepEqual(((await result('venv')) as unknown[])[0], 'second');
    await rm(at('.venv'), { recursive: true });
  });

  it('run TypeScript with its own places, tell the lines of the source, and leave nothing in the folder', async () => {
    const index = "import { one } from './lib/one';\nexport const handler = async (event: { fail?: boolean }): Promise<unknown> => {\n  if (event.fail) throw new Error('failed');\n  return [one, __dirname, process.cwd(), process.env.LAMBDA_TASK_ROOT, process.env._FUNCTION_ROOT];\n};\n";
    await create('typed', { 'index.ts': index, 'lib/one.ts': 'export const one: number = 1;\n' });
    const folder = at('typed');
    assert.deepEqual(await result('typed'), [1, folder, folder, folder, null]);
    const { trace } = (await result('typed', { fail: true })) as { trace: string[] };
    assert.match(trace[1] ?? '', new RegExp(`\\(${at('typed', 'index.ts')}:3:25\\)$`));
    assert.deepEqual(await readdir(folder), ['index.ts', 'lib']);
  });

  it('answer with the place of what cannot be compiled, and run again once it can', async () => {
    await write('typed', { 'lib/one.ts': 'export const one: number = 3;\nexport const two = ;\n' });
    const { error, body, log } = await runtime.call('typed');
    const { errorType, errorMessage, trace } = body as { errorType: string; errorMessage: string; trace: string[] };
    assert.deepEqual([error, errorType, errorMessage], ['Unhandled', 'Runtime.UserCodeSyntaxError', 'SyntaxError: Unexpected ";"']);
    assert.deepEqual(trace.slice(1, 4), [`${at('typed', 'lib', 'one.ts')}:2`, 'export const two = ;', '                   ^']);
    assert.match(log, /REPORT RequestId: .*Status: error\tError Type: Runtime.UserCodeSyntaxError/);
    await write('typed', { 'lib/one.ts': 'export const one: number = 4;\n' });
    assert.deepEqual(((await result('typed')) as unknown[])[0], 4);
  });

  it('are compiled with the esbuild of the folder if it has one, and again when a source outside changes', async () => {
    // A program that starts the real one.
    const real = path.join(__dirname, '../../../node_modules/esbuild/bin/esbuild');
    const own = `#!/usr/bin/env node\nconst { spawnSync } = require('node:child_process');\nconst args = [...process.argv.slice(2), "--define:compiledBy='own'"];\nconst { status } = spawnSync(process.execPath, [${JSON.stringify(real)}, ...args], { stdio: 'inherit' });\nprocess.exit(status);\n`;
    await write('packages', { 'common.ts': "export const text: string = 'a';\n" });
    const index = "import { text } from '../../packages/common';\ndeclare const compiledBy: string;\nexport const handler = async () => [text, import.meta.url, compiledBy];\n";
    await create('outside', { 'src/index.mts': index, 'node_modules/esbuild/bin/esbuild': own }, { Handler: 'src/index.handler' });
    const url = pathToFileURL(at('outside', 'src', 'index.mjs')).href;
    assert.deepEqual(await result('outside'), ['a', url, 'own']);
    await write('packages', { 'common.ts': "export const text: string = 'b';\n" });
    assert.deepEqual(await result('outside'), ['b', url, 'own']);
    await write('packages', { 'common.ts': 'export const text: = 1;\n' });
    const { trace } = (await result('outside')) as { trace: string[] };
    assert.deepEqual(trace.slice(1, 3), [`${at('packages', 'common.ts')}:1`, 'export const text: = 1;']);
    await write('packages', { 'common.ts': "export const text: string = 'c';\n" });
    assert.deepEqual(await result('outside'), ['c', url, 'own']);
  });

  it('register with the very framework that calls them', async () => {
    const index = "import { http } from '@google-cloud/functions-framework';\nhttp('hello', (request, response) => void response.send({ hello: request.query['name'] }));\n";
    await write('framed', { 'package.json': '{ "type": "module" }' });
    await symlink(path.join(__dirname, '../../../node_modules'), at('framed', 'node_modules'), 'junction');
    await create('framed', { 'index.ts': index }, { Handler: 'functions-framework/http:index.hello' });
    const answer = (await result('framed', { method: 'GET', path: '/', query: { name: 'Ada' } })) as { body: string };
    assert.deepEqual(JSON.parse(answer.body), { hello: 'Ada' });
    await write('framed', { 'index.ts': index.replace('hello:', 'bye:') });
    assert.deepEqual(JSON.parse(((await result('framed', { method: 'GET', path: '/', query: { name: 'Ada' } })) as { body: string }).body), { bye: 'Ada' });
  });

  it('run the program of the folder for `provided`', async () => {
    const program = `#!/bin/sh\napi="http://$AWS_LAMBDA_RUNTIME_API/2018-06-01/runtime/invocation"\nid=$(curl -sD - -o /dev/null "$api/next" | tr -d '\\r' | sed -n 's/^[Ll]ambda-[Rr]untime-[Aa]ws-[Rr]equest-[Ii]d: //p')\ncurl -s -X POST "$api/$id/response" -d '"WORD"'\n`;
    await write('own', { bootstrap: program.replace('WORD', 'one') });
    execFileSync('chmod', ['+x', at('own', 'bootstrap')]);
    await create('own', {}, { Runtime: 'provided.al2023', Handler: 'any' });
    assert.equal(await result('own'), 'one');
    await writeFile(at('own', 'bootstrap'), program.replace('WORD', 'two'));
    assert.equal(await result('own'), 'two');
  });

  it('change their settings as others do, and between a folder and a package', async () => {
    await runtime.lambda.send(new UpdateFunctionConfigurationCommand({ FunctionName: 'node', Environment: { Variables: { LEVEL: 'info' } } }));
    assert.deepEqual(await result('node'), ['two', 1]);
    const packed = await runtime.lambda.send(new UpdateFunctionCodeCommand({ FunctionName: 'node', ZipFile: zip({ 'index.js': 'exports.handler = async () => "packed";' }) }));
    assert.deepEqual([await result('node'), (await facts()).node, (packed.CodeSize ?? 0) > 0], ['packed', undefined, true]);
    const dry = await runtime.lambda.send(new UpdateFunctionCodeCommand({ FunctionName: 'node', ...linked(at('node')), DryRun: true }));
    assert.deepEqual([dry.CodeSize, await result('node')], [0, 'packed']);
    await runtime.lambda.send(new UpdateFunctionCodeCommand({ FunctionName: 'node', ...linked(at('node')) }));
    assert.deepEqual(await result('node'), ['two', 1]);
  });

  it('are told with their folder, and with what runs them', async () => {
    const [code, found] = [(await runtime.lambda.send(new GetFunctionCommand({ FunctionName: 'node' }))).Code, await facts('?name=node')];
    assert.deepEqual([code?.Location, Object.keys(found), found.node?.folder], [`file://${at('node')}`, ['node'], at('node')]);
    await runtime.lambda.send(new UpdateFunctionConfigurationCommand({ FunctionName: 'node', Runtime: 'nodejs18.x' }));
    assert.equal((await facts()).node?.runsOn, `Node.js ${process.versions.node}`);
    assert.deepEqual(await facts('?name=nobody'), {});
  });

  it('are refused as versions, and without a folder that is there', async () => {
    await refused(runtime.lambda.send(new PublishVersionCommand({ FunctionName: 'node' })), 'InvalidParameterValueException', 400, /node runs from the folder .+node, whose files go on changing: upload a package/);
    const update = (folder: string): Promise<unknown> => runtime.lambda.send(new UpdateFunctionCodeCommand({ FunctionName: 'node', ...linked(folder) }));
    await refused(update('relative/path'), 'InvalidParameterValueException', 400, /"relative\/path" is none/);
    await refused(update(at('nowhere')), 'InvalidParameterValueException', 400, /There is no folder .+nowhere/);
    await refused(update(at('node', 'index.js')), 'InvalidParameterValueException', 400, /There is no folder .+index\.js/);
    assert.deepEqual(((await result('node')) as unknown[])[0], 'two');
  });

  it('say what to do when their folder has gone, also to those who do not wait', async () => {
    await create('moved', { 'index.js': 'exports.handler = async () => 1;' });
    await result('moved');
    await rm(at('moved'), { recursive: true });
    const { body } = await runtime.call('moved');
    const { errorType, errorMessage } = body as { errorType: string; errorMessage: string };
    assert.equal(errorType, 'Runtime.InvalidEntrypoint');
    assert.match(errorMessage, /The folder .+moved that moved runs from is not there: put it back, or deploy moved from where it is now\.$/);
    assert.equal((await runtime.lambda.send(new InvokeCommand({ FunctionName: 'moved', InvocationType: 'Event' }))).StatusCode, 202);
    await write('moved', { 'index.js': 'exports.handler = async () => 2;' });
    assert.equal(await result('moved'), 2);
  });

  it('leave their folder alone when they are deleted', async () => {
    await runtime.lambda.send(new DeleteFunctionCommand({ FunctionName: 'deep' }));
    assert.equal(await readFile(at('deep', 'a', 'b', 'c.js'), 'utf8'), 'exports.text = 2;\n');
  });

  it('are there after a restart, with their folder', async () => {
    const { data } = runtime;
    await runtime.stop('SIGKILL', true);
    runtime = await RunningRuntime.start(data);
    assert.equal((await facts()).node?.folder, at('node'));
    assert.deepEqual(await result('node'), ['two', 1]);
    // What was compiled is still there, so nothing is compiled again.
    await rm(at('outside', 'node_modules', 'esbuild', 'bin', 'esbuild'));
    await writeFile(at('outside', 'node_modules', 'esbuild', 'bin', 'esbuild'), '#!/never\n');
    assert.deepEqual(((await result('outside')) as unknown[])[0], 'c');
  });
});
