import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, symlinkSync } from 'node:fs';
import * as path from 'node:path';
import type { DeploymentPackage } from '../../src/core/provider';
import type { Manifest } from '../../src/core/manifest';
import { npm, texts, type Tree, World } from './packageWorld';

const node: Partial<Manifest> = { runtime: 'nodejs22.x', handler: 'index.handler', signature: 'functions-framework/http' };
const python: Partial<Manifest> = { runtime: 'python3.13', handler: 'main.handler', signature: 'functions-framework/http' };

const framework = '@google-cloud/functions-framework';
const listed = { dependencies: { [framework]: '^5.0.5' } };
const register = `import { http } from '${framework}';\n\nhttp('handler', (request, response) => response.send('hello'));\n`;
const typed = `import { http, type Request } from '${framework}';\nimport { greet } from './lib/greet';\n\nhttp('handler', (request: Request, response) => response.send(greet(request.path)));\n`;
const greet = 'export function greet(name: string): string {\n  throw new Error(`boom ${name}`);\n}\n';

describe('packageFolder for a provider that installs the dependencies', () => {
  let world: World;
  before(() => void (world = new World()));
  after(() => world.dispose());

  const pack = (tree: Tree, manifest: Partial<Manifest> = node): Promise<DeploymentPackage> => world.pack(world.folder(tree), manifest, { builds: true, platform: 'linux' });
  const refuse = async (tree: Tree, manifest: Partial<Manifest> = node): Promise<string> => (await world.refuse(world.folder(tree), manifest, { builds: true, platform: 'linux' })).message;
  const projectIn = ({ bytes }: DeploymentPackage): Record<string, unknown> => JSON.parse(texts(bytes)['package.json'] ?? '') as Record<string, unknown>;

  it('leaves Python as it is, and installs nothing', async () => {
    const tree = { 'main.py': 'def handler(request):\n    return "x"\n', 'requirements.txt': 'never-there==9\n', '.deckignore': 'requirements.txt\ntest_*.py\n', 'test_main.py': '' };
    const { files, bytes } = await pack(tree, python);
    assert.deepEqual(files, ['main.py', 'requirements.txt']);
    assert.equal(texts(bytes)['requirements.txt'], tree['requirements.txt']);
    assert.ok(!world.steps.includes('Installing dependencies'));
  });

  it('refuses requirements that the build cannot see', async () => {
    for (const line of ['-e ../lib', '../lib/tiny.whl', '-r /etc/more.txt', 'tiny @ file:///tmp/tiny.whl']) {
      assert.match(await refuse({ 'main.py': 'def handler(request):\n    return ""\n', 'requirements.txt': `flask\n${line}\n` }, python), /^requirements\.txt names \S+, which is not in the folder/, line);
    }
    const { files } = await pack({ 'main.py': 'def handler(request):\n    return ""\n', 'requirements.txt': '# ../not asked\n--find-links wheels\n./wheels/a.whl\nrequests==2.*\n', 'wheels/a.whl': 'x' }, python);
    assert.deepEqual(files, ['main.py', 'requirements.txt', 'wheels/a.whl']);
  });

  it('leaves a Node project as it is', async () => {
    const text = `${JSON.stringify({ type: 'module', main: './index', scripts: { build: 'x' }, ...listed })}`;
    const { bytes, files } = await pack({ 'index.js': register, 'package.json': text, 'package-lock.json': '{}', '.deckignore': '*.json\n', 'node_modules/a/index.js': '1' });
    assert.deepEqual(files, ['index.js', 'package-lock.json', 'package.json']);
    assert.equal(texts(bytes)['package.json'], text);
  });

  for (const [main, handler, file] of [
    [undefined, 'index.handler', 'index.js'],
    ['.', 'index.handler', 'index.js'],
    ['./src/api.mjs', 'src/api.handler', 'src/api.mjs'],
    ['src', 'src/index.handler', 'src/index.js'],
  ] as const) {
    it(`keeps "main": ${JSON.stringify(main)} for ${handler}`, async () => {
      const text = JSON.stringify({ main, type: 'module' });
      const { bytes } = await pack({ [file]: register, 'package.json': text }, { ...node, handler });
      assert.equal(texts(bytes)['package.json'], text);
    });
  }

  it('leads to the handler in the copy, not in the folder', async () => {
    const tree = { 'src/api.js': register, 'other.js': '', 'package.json': JSON.stringify({ main: 'other.js', type: 'module', ...listed }) };
    const packed = await pack(tree, { ...node, handler: 'src/api.handler' });
    assert.deepEqual(projectIn(packed), { main: 'src/api.js', type: 'module', ...listed });
    assert.deepEqual(projectIn(await pack({ 'src/api.js': register }, { ...node, handler: 'src/api.handler' })), { private: true, main: 'src/api.js', dependencies: { [framework]: '^5.0.0' } });
    assert.match(await refuse({ 'index.js': register, 'node_modules/a/index.js': '' }), /node_modules and no package\.json/);
  });

  it('still finds a mistake in the handler', async () => {
    const tree = { 'index.js': 'const = handler\n', 'package.json': '{"main":"x.js"}' };
    assert.match(await refuse(tree, { ...node, runtime: 'nodejs20.x' }), /^index\.js, line 1: /);
  });

  it('bundles TypeScript beside its packages, in the kind of module that it is', async () => {
    const project = { name: 'shop', scripts: { build: 'tsc' }, devDependencies: { typescript: '*' }, ...listed };
    const sources = { 'index.ts': typed, 'lib/greet.ts': greet, 'page.html': '<p>', 'tsconfig.json': '{}', 'package-lock.json': '{}' };
    for (const type of ['module', 'commonjs']) {
      const packed = await pack({ ...sources, 'package.json': JSON.stringify({ ...project, type }) });
      assert.deepEqual(packed.files, ['index.bundle.js', 'index.bundle.js.map', 'index.js', 'package-lock.json', 'package.json', 'page.html']);
      assert.deepEqual(projectIn(packed), { name: 'shop', type, main: 'index.js', ...listed });
      assert.match(await answerOf(packed), /^Error: boom \/x\n\s+at greet \(.*lib\/greet\.ts:2:9\)\n.*index\.ts:4:/);
    }
  });

  it('keeps the development dependencies beside a lockfile that names them', async () => {
    const project = { devDependencies: { typescript: '*' }, ...listed };
    const packed = await pack({ 'index.ts': register, 'package.json': JSON.stringify(project), 'yarn.lock': '' });
    assert.deepEqual(projectIn(packed), { ...project, type: 'commonjs', main: 'index.js' });
    assert.ok(packed.files.includes('yarn.lock'));
  });

  it('takes dependencies along that lie in the folder, and npm installs them from the package', async () => {
    const made = world.folder({
      ...{ 'index.ts': "import { tiny } from 'tiny';\nexport const handler = (): string => tiny;\n", 'vendor/tiny/package.json': '{"name":"tiny","version":"1.0.0"}' },
      ...{ 'vendor/tiny/index.js': "exports.tiny = 'from the folder';\n", 'vendor/dev/package.json': '{"name":"dev","version":"1.0.0"}', '.deckignore': 'vendor/\n' },
      'package.json': JSON.stringify({ name: 'app', version: '1.0.0', dependencies: { tiny: 'file:vendor/tiny' }, devDependencies: { dev: 'file:vendor/dev' } }),
    });
    npm(made, 'install', '--package-lock-only');
    const { bytes, files } = await world.pack(made, node, { builds: true });
    assert.ok(files.includes('vendor/tiny/index.js') && !files.includes('vendor/dev/package.json'));
    const task = world.folder(texts(bytes));
    npm(task, 'ci', '--omit=dev');
    assert.equal(execFileSync(process.execPath, ['-p', "require('./index').handler()"], { cwd: task, encoding: 'utf8' }).trim(), 'from the folder');
    for (const spec of ['file:../tiny', 'file:/opt/tiny', 'link:tiny', 'workspace:*']) {
      assert.match(await refuse({ 'index.js': register, 'package.json': JSON.stringify({ dependencies: { tiny: spec } }) }), /^package\.json lists "tiny" as \S+, which is not in the folder/, spec);
    }
  });

  it('knows at once that a handler is not in its file', async () => {
    assert.match(await refuse({ 'index.js': register.replace("'handler'", "'other'") }), /^index\.js neither registers nor exports "handler"; correct "handler" in deck\.json/);
    assert.match(await refuse({ 'main.py': 'def other(request):\n    return ""\n' }, python), /^main\.py does not define "handler"/);
    for (const text of ["export * from './other.js';", "import './other.js';", 'module.exports = make();', "exports['han' + 'dler'] = 1;"]) {
      assert.ok((await pack({ 'index.js': `${text}\n`, 'other.js': register })).files.length, text);
    }
  });

  it('goes on for this machine without the framework for Python where it cannot be had, and without nothing else', async () => {
    const tree = { 'main.py': 'import functions_framework\n\n@functions_framework.http\ndef handler(request):\n    return ""\n', 'requirements.txt': '# for the cloud\nfunctions-framework==99.0\n' };
    const manifest = { ...python, runtime: 'python3.11' };
    process.env['PIP_NO_INDEX'] = '1';
    try {
      const { files } = await world.pack(world.folder(tree), manifest);
      assert.deepEqual(files, ['main.py', 'requirements.txt']);
      assert.ok(world.steps.includes('Going on without functions-framework, which could not be installed'));
      const more = world.folder({ ...tree, 'requirements.txt': 'functions-framework==99.0\nnever-there==9\n' });
      assert.match((await world.refuse(more, manifest)).message, /could not be installed/);
      assert.match((await world.refuse(world.folder(tree), manifest, { platform: 'linux' })).message, /could not be installed/);
    } finally {
      delete process.env['PIP_NO_INDEX'];
    }
  });

  it('leaves the framework out of the bundle for this machine too, and installs it beside', async () => {
    const tree = {
      ...{ 'index.ts': typed, 'lib/greet.ts': greet, 'vendor/framework/package.json': JSON.stringify({ name: framework, version: '5.0.5' }) },
      ...{ 'vendor/framework/index.js': 'exports.http = () => {};\n', 'package.json': JSON.stringify({ type: 'module', dependencies: { [framework]: 'file:vendor/framework' } }) },
    };
    const { files, bytes } = await world.pack(world.folder(tree), node);
    const installed = files.filter((file) => file.startsWith('node_modules/'));
    assert.deepEqual(installed, [`node_modules/${framework}/index.js`, `node_modules/${framework}/package.json`]);
    assert.deepEqual(files.filter((file) => !file.startsWith('node_modules/')), ['index.bundle.js', 'index.bundle.js.map', 'index.js', 'package.json']);
    assert.match(texts(bytes)['index.bundle.js'] ?? '', new RegExp(`from "${framework}"`));
  });

  /** What a packed function answers under the real framework, which has to be the one that it registers with. */
  async function answerOf({ bytes }: DeploymentPackage): Promise<string> {
    const task = world.folder(texts(bytes));
    mkdirSync(path.join(task, 'node_modules', '@google-cloud'), { recursive: true });
    symlinkSync(path.resolve('node_modules', framework), path.join(task, 'node_modules', framework), 'junction');
    const script = `
      import { getFunction } from '${framework}/testing';
      await import(new URL('index.js', 'file://' + process.cwd() + '/'));
      try { getFunction('handler')({ path: '/x' }, {}); } catch (error) { console.log(error.stack); }`;
    return execFileSync(process.execPath, ['--input-type=module', '-e', script], { cwd: task, encoding: 'utf8' });
  }
});
