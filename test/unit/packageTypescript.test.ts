import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, realpathSync, symlinkSync, writeFileSync } from 'node:fs';
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

  it('bundles the handler and packs what is not code', async () => {
    const { bytes, files, hash } = await world.pack(world.folder({ ...source, '.deckignore': 'tsconfig.json\n*.js\n' }), javascript);
    assert.deepEqual(files, ['index.bundle.js', 'index.bundle.js.map', 'index.js', 'templates/mail.html']);
    const tools = { node: process.execPath, esbuild: require.resolve('esbuild-wasm/bin/esbuild') };
    assert.equal((await world.pack(world.folder(source), javascript, { tools })).hash, hash, 'in another place, and by the WebAssembly build, the bytes are the same');
    assert.doesNotMatch(Object.values(texts(bytes)).join(), new RegExp(path.basename(world.root)));
  });

  it('keeps the lines of the source in stack traces', async () => {
    const { bytes } = await world.pack(world.folder(source), javascript);
    const task = world.folder(texts(bytes));
    const script = `require('./index').handler({name:'x'}).catch((e) => console.log(e.stack))`;
    const stack = execFileSync(process.execPath, ['-e', script], { cwd: task, encoding: 'utf8' });
    assert.match(stack, /^Error: boom x\n\s+at boom \(.*boom\.ts:4:9\)\n.*index\.ts:5:\d+\)/);
  });

  it('works for a handler in a folder, for .mts, and where a name has = in it', async () => {
    for (const name of ['src/api', 'a=b/c=d']) {
      const { bytes, files } = await world.pack(world.folder({ [`${name}.mts`]: 'export const handler = (): number => 7;\n' }), { ...javascript, handler: `${name}.handler` });
      assert.deepEqual(files, ['.bundle.js', '.bundle.js.map', '.js'].map((ending) => name + ending));
      const task = world.folder(texts(bytes));
      assert.equal(execFileSync(process.execPath, ['-p', `require('./${name}').handler()`], { cwd: task, encoding: 'utf8' }).trim(), '7');
    }
  });

  it('bundles the dependencies of the lockfile, not those that lie around', async () => {
    const tiny = { 'vendor/tiny/package.json': '{"name":"tiny","version":"1.0.0"}', 'vendor/tiny/index.js': "module.exports = 'from the lockfile';\n" };
    const made = world.folder({
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

  it("uses the folder's own esbuild, and says what to do when none runs", async () => {
    const esbuild = path.join(world.root, 'esbuild');
    const tools = { node: process.execPath, esbuild };
    const own = world.folder(source);
    mkdirSync(path.join(own, 'node_modules'));
    symlinkSync(path.resolve('node_modules/esbuild'), path.join(own, 'node_modules', 'esbuild'), 'junction');
    assert.deepEqual((await world.pack(own, javascript, { tools })).files, ['index.bundle.js', 'index.bundle.js.map', 'index.js', 'templates/mail.html']);
    const refused = async (reason: RegExp): Promise<void> => {
      const { message } = await world.refuse(world.folder(source), javascript, { tools });
      assert.match(message, /^The esbuild that comes with Function Deck does not run \(.+\): install Function Deck again, from the package for this machine, or install esbuild in this folder\.$/);
      assert.match(message, reason);
    };
    await refused(/\(ENOENT\)/);
    writeFileSync(esbuild, 'MZ', { mode: 0o644 });
    await refused(process.platform === 'win32' ? /./ : /\(EACCES\)/);
    writeFileSync(esbuild, "#!/usr/bin/env node\nrequire('./esbuild.wasm');\n");
    await refused(/\(Error: Cannot find module '\.\/esbuild\.wasm'\)/);
  });

  it('says what to do when a program is for another machine', async () => {
    const made = world.folder({ ...source, 'node_modules/esbuild/bin/esbuild': 'MZ' });
    chmodSync(path.join(made, 'node_modules/esbuild/bin/esbuild'), 0o755);
    const { message } = await world.refuse(made, javascript);
    assert.match(message, /^The esbuild that is installed in this folder does not run \(.+\): install it there again, or remove it there\.$/);
  });

  it("does not take for a mistake in the code what the folder's own esbuild is too old for", async () => {
    const script = path.resolve('node_modules/esbuild/bin/esbuild');
    const old = `#!/usr/bin/env node\nprocess.argv.push('--not-yet');\nrequire(${JSON.stringify(script)});\n`;
    const { message } = await world.refuse(world.folder({ ...source, 'node_modules/esbuild/bin/esbuild': old }), javascript);
    assert.equal(message, 'The esbuild that is installed in this folder does not run (Invalid build flag: "--not-yet"): install a newer one there, or remove it there.');
    const wrong = await world.refuse(world.folder({ 'index.ts': 'export const handler = 1;\n1 = 2;\n' }), javascript);
    assert.match(wrong.message, /^index\.ts, line 2: Invalid assignment target/);
  });

  it('knows its own place as an ES module does', async () => {
    const { bytes } = await world.pack(world.folder({ 'index.ts': 'export const handler = (): unknown => [import.meta.url, import.meta.dirname];\n', 'package.json': '{"type":"module"}' }), javascript);
    const task = world.folder(texts(bytes));
    const [url, place] = JSON.parse(execFileSync(process.execPath, ['-p', "JSON.stringify(require('./index').handler())"], { cwd: task, encoding: 'utf8' })) as string[];
    assert.deepEqual([url, place], [pathToFileURL(path.join(realpathSync(task), 'index.bundle.js')).href, realpathSync(task)]);
  });

  it('leaves to the runtime what it brings along, and nothing else', async () => {
    const user = world.folder({ 'index.ts': "import { S3 } from '@aws-sdk/client-s3';\nexport const handler = (): unknown => new S3();\n" });
    const { bytes } = await world.pack(user, javascript, { provided: ['@aws-sdk/*'] });
    assert.match(texts(bytes)['index.bundle.js'] ?? '', /require\("@aws-sdk\/client-s3"\)/);
    assert.match((await world.refuse(user, javascript)).message, /^index\.ts, line 1: Could not resolve "@aws-sdk\/client-s3"/);
  });

  it('points at the line of a mistake', async () => {
    const broken = world.folder({ ...source, 'lib/boom.ts': 'export function boom(): string {\n  return 1 2;\n}\n' });
    const error = await world.refuse(broken, javascript);
    assert.match(error.message, /^lib\/boom\.ts, line 2: Expected ";" but found "2"; correct it, then deploy again\.$/);
    assert.deepEqual(error.place, { file: path.join(broken, 'lib/boom.ts'), line: 2, column: 12 });
    const missing = await world.refuse(world.folder({ 'index.ts': "import x from 'not-listed';\nexport const handler = x;\n" }), javascript);
    assert.match(missing.message, /^index\.ts, line 1: Could not resolve "not-listed"/);
  });

  it('refuses secrets in what it bundles, and cannot import private files', async () => {
    const key = ['-----BEGIN', 'PRIVATE KEY-----\nMIIEowIBAAKCAQEA'].join(' ');
    const tree = { 'index.ts': "import { key } from './key';\nexport const handler = (): string => key;\n", 'key.ts': `export const key = \`\n${key}\`;\n` };
    assert.match((await world.refuse(world.folder(tree), javascript)).message, /^key\.ts, line 2: this looks like a private key/);
    assert.match((await world.refuse(world.folder({ ...tree, '.deckignore': 'key.ts' }), javascript)).message, /^key\.ts, line 2/);
    assert.ok((await world.pack(world.folder({ ...tree, '.deckignore': '!key.ts' }), javascript)).files.length);
    const env = world.folder({ 'index.ts': "import secret from './.env.json';\nexport const handler = secret;\n", '.env.json': '{"a":1}' });
    assert.match((await world.refuse(env, javascript)).message, /Could not resolve "\.\/\.env\.json"/);
  });
});
