import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, realpathSync, symlinkSync } from 'node:fs';
import * as path from 'node:path';
import { pathToFileURL } from 'node:url';
import { javascript, npm, texts, type Tree, World } from './packageWorld';

const source: Tree = {
  'index.ts': "import { boom } from './lib/boom';\n\ninterface Event { name: string }\n\nexport const handler = async (event: Event): Promise<string> => boom(event.name);\n",
  'lib/boom.ts': 'type Name = string;\n\nexport function boom(name: Name): string {\n  throw new Error(`boom ${name}`);\n}\n',
  'tsconfig.json': '{"compilerOptions":{"strict":true}}',
  'package.json': '{"type":"module","devDependencies":{"typescript":"*"}}',
  'test/index.test.ts': 'export {};\n',
  'templates/mail.html': '<p>',
};

describe('packageFolder with TypeScript', () => {
  let world: World;
  before(() => void (world = new World()));
  after(() => world.dispose());

  /** With an esbuild of its own, which is faster than the one that comes along. */
  function folder(tree: Tree): string {
    const made = world.folder(tree);
    mkdirSync(path.join(made, 'node_modules'), { recursive: true });
    symlinkSync(path.resolve('node_modules/esbuild'), path.join(made, 'node_modules', 'esbuild'), 'junction');
    return made;
  }


  it('bundles the handler and packs what is not code', async () => {
    const { bytes, files, hash } = await world.pack(world.folder({ ...source, '.deckignore': 'tsconfig.json\n*.js\n' }), javascript);
    assert.deepEqual(files, ['index.bundle.js', 'index.bundle.js.map', 'index.js', 'templates/mail.html']);
    assert.equal((await world.pack(folder(source), javascript)).hash, hash, 'in another place, and by the native esbuild of the same version, the bytes are the same');
    assert.doesNotMatch(Object.values(texts(bytes)).join(), new RegExp(path.basename(world.root)));
  });

  it('keeps the lines of the source in stack traces', async () => {
    const { bytes } = await world.pack(folder(source), javascript);
    const task = world.folder(texts(bytes));
    const script = `require('./index').handler({name:'x'}).catch((e) => console.log(e.stack))`;
    const stack = execFileSync(process.execPath, ['-e', script], { cwd: task, encoding: 'utf8' });
    assert.match(stack, /^Error: boom x\n\s+at boom \(.*boom\.ts:4:9\)\n.*index\.ts:5:\d+\)/);
  });

  it('works for a handler in a folder, and for .mts', async () => {
    const { bytes, files } = await world.pack(folder({ 'src/api.mts': 'export const handler = (): number => 7;\n' }), { ...javascript, handler: 'src/api.handler' });
    assert.deepEqual(files, ['src/api.bundle.js', 'src/api.bundle.js.map', 'src/api.js']);
    const task = world.folder(texts(bytes));
    assert.equal(execFileSync(process.execPath, ['-p', "require('./src/api').handler()"], { cwd: task, encoding: 'utf8' }).trim(), '7');
  });

  it('bundles the dependencies of the lockfile, not those that lie around', async () => {
    const tiny = { 'vendor/tiny/package.json': '{"name":"tiny","version":"1.0.0"}', 'vendor/tiny/index.js': "module.exports = 'from the lockfile';\n" };
    const made = folder({
      'index.ts': "import tiny from 'tiny';\nexport const handler = (): string => tiny;\n",
      'package.json': '{"name":"app","version":"1.0.0","dependencies":{"tiny":"file:vendor/tiny"}}',
      ...tiny,
    });
    npm(made, 'install', '--package-lock-only');
    world.write(made, { 'node_modules/tiny/index.js': "module.exports = 'stray';\n", '.deckignore': 'vendor/\n' });
    const { bytes, files } = await world.pack(made, javascript);
    assert.deepEqual(files, ['index.bundle.js', 'index.bundle.js.map', 'index.js']);
    assert.match(texts(bytes)['index.bundle.js'] ?? '', /from the lockfile/);
    assert.match(texts(bytes)['index.bundle.js.map'] ?? '', /"node_modules\/tiny\/index\.js"/);
  });

  it("uses the folder's own esbuild, and says when there is none at all", async () => {
    const tools = { node: process.execPath, esbuild: path.join(world.root, 'not there') };
    const { files } = await world.pack(folder(source), javascript, { tools });
    assert.deepEqual(files, ['index.bundle.js', 'index.bundle.js.map', 'index.js', 'templates/mail.html']);
    assert.match((await world.refuse(world.folder(source), javascript, { tools })).message, /^The TypeScript could not be bundled/);
  });

  it('knows its own place as an ES module does', async () => {
    const { bytes } = await world.pack(folder({ 'index.ts': 'export const handler = (): unknown => [import.meta.url, import.meta.dirname];\n', 'package.json': '{"type":"module"}' }), javascript);
    const task = world.folder(texts(bytes));
    const [url, place] = JSON.parse(execFileSync(process.execPath, ['-p', "JSON.stringify(require('./index').handler())"], { cwd: task, encoding: 'utf8' })) as string[];
    assert.deepEqual([url, place], [pathToFileURL(path.join(realpathSync(task), 'index.bundle.js')).href, realpathSync(task)]);
  });

  it('leaves to the runtime what it brings along, and nothing else', async () => {
    const user = folder({ 'index.ts': "import { S3 } from '@aws-sdk/client-s3';\nexport const handler = (): unknown => new S3();\n" });
    const { bytes } = await world.pack(user, javascript, { provided: ['@aws-sdk/*'] });
    assert.match(texts(bytes)['index.bundle.js'] ?? '', /require\("@aws-sdk\/client-s3"\)/);
    assert.match((await world.refuse(user, javascript)).message, /^index\.ts, line 1: Could not resolve "@aws-sdk\/client-s3"/);
  });

  it('points at the line of a mistake', async () => {
    const broken = folder({ ...source, 'lib/boom.ts': 'export function boom(): string {\n  return 1 2;\n}\n' });
    const error = await world.refuse(broken, javascript);
    assert.match(error.message, /^lib\/boom\.ts, line 2: Expected ";" but found "2"; correct it, then deploy again\.$/);
    assert.deepEqual(error.place, { file: path.join(broken, 'lib/boom.ts'), line: 2, column: 12 });
    const missing = await world.refuse(folder({ 'index.ts': "import x from 'not-listed';\nexport const handler = x;\n" }), javascript);
    assert.match(missing.message, /^index\.ts, line 1: Could not resolve "not-listed"/);
  });

  it('refuses secrets in what it bundles, and cannot import private files', async () => {
    const key = ['-----BEGIN', 'PRIVATE KEY-----\nMIIEowIBAAKCAQEA'].join(' ');
    const tree = { 'index.ts': "import { key } from './key';\nexport const handler = (): string => key;\n", 'key.ts': `export const key = \`\n${key}\`;\n` };
    assert.match((await world.refuse(folder(tree), javascript)).message, /^key\.ts, line 2: this looks like a private key/);
    assert.match((await world.refuse(folder({ ...tree, '.deckignore': 'key.ts' }), javascript)).message, /^key\.ts, line 2/);
    assert.ok((await world.pack(folder({ ...tree, '.deckignore': '!key.ts' }), javascript)).files.length);
    const env = folder({ 'index.ts': "import secret from './.env.json';\nexport const handler = secret;\n", '.env.json': '{"a":1}' });
    assert.match((await world.refuse(env, javascript)).message, /Could not resolve "\.\/\.env\.json"/);
  });
});
