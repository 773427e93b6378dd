import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync, realpathSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { findBrought } from '../../../src/core/packaging/esbuild';
import { Compiler } from '../../../src/runtime/live/compiler';
import { fingerprint } from '../../../src/runtime/live/fingerprint';
import { LiveFolders } from '../../../src/runtime/live/liveFolders';

type Files = Readonly<Record<string, string>>;
type Version = Parameters<LiveFolders['look']>[0];

/** Stands for esbuild: what it builds is the text of the entry, once the test lets it. */
const fakeEsbuild = `
const fs = require('node:fs');
const path = require('node:path');
const state = (globalThis.fakeEsbuild ??= { begun: 0, running: 0, cut: 0, hold: undefined });
exports.build = async ({ absWorkingDir, entryPoints: [entry], outfile }) => {
  const text = fs.readFileSync(path.join(absWorkingDir, entry), 'utf8');
  state.begun++;
  state.running++;
  try {
    await state.hold;
  } finally {
    state.running--;
  }
  if (text.startsWith('fault')) throw Object.assign(new Error(), { errors: [{ text: 'Unexpected', location: { file: 'index.ts', line: 2, column: 3, lineText: text } }] });
  if (text.startsWith('died')) throw new Error('The service is no longer running');
  return { outputFiles: [{ path: outfile, contents: Buffer.from(text) }], metafile: { inputs: { 'index.ts': {} } } };
};
exports.stop = async () => {
  state.stops = (state.stops ?? 0) + 1;
  state.cut += state.running;
};
`;
interface Fake {
  begun: number;
  running: number;
  cut: number;
  stops: number;
  hold: Promise<void> | undefined;
}

describe('the local runtime: the look at a folder', () => {
  let workspace: string;
  let fake: Fake;
  let live: LiveFolders;
  let told: string[];
  const at = (...parts: string[]): string => path.join(workspace, ...parts);
  const write = async (name: string, files: Files): Promise<string> => {
    for (const [file, text] of Object.entries(files)) {
      await mkdir(path.dirname(at(name, file)), { recursive: true });
      await writeFile(at(name, file), text);
    }
    return at(name);
  };
  const versionOf = (folder: string, revisionId = 'one', runtime = 'nodejs20.x'): Version => ({ revisionId, runtime, handler: 'index.handler', logGroup: '/one', folder });
  const look = async (...version: Parameters<typeof versionOf>): Promise<string> => (await live.look(versionOf(...version))).revision;
  const tools = (): ConstructorParameters<typeof LiveFolders>[0] => ({ data: at('data'), esbuild: at('esbuild', 'bin', 'esbuild'), retire: () => undefined, tell: (group, line) => void told.push(`${group} ${line}`) });
  /** Whether it is new code after a change. */
  const isNew = async (folder: string, change: () => Promise<unknown>, runtime?: string): Promise<boolean> => {
    const before = await look(folder, folder, runtime);
    await change();
    return (await look(folder, folder, runtime)) !== before;
  };

  before(async () => {
    workspace = realpathSync(await mkdtemp(path.join(tmpdir(), 'live-look-')));
    await write('esbuild', { 'lib/main.js': fakeEsbuild, 'bin/esbuild': '#!/usr/bin/env node\n' });
  });
  after(() => rm(workspace, { recursive: true, force: true }));
  beforeEach(() => {
    told = [];
    fake = Object.assign((globalThis as { fakeEsbuild?: Fake }).fakeEsbuild ?? {}, { begun: 0, running: 0, cut: 0, stops: 0, hold: undefined });
    Object.assign(globalThis, { fakeEsbuild: fake });
    live = new LiveFolders(tools());
  });
  afterEach(() => live.close());

  it('compiles once for all functions of a folder that are called at once, and the last that was saved is what stays', async () => {
    const folder = await write('both', { 'index.ts': 'first' });
    let go = (): void => undefined;
    fake.hold = new Promise((done) => (go = done));
    const names = ['a', 'b', 'c', 'd'];
    const all = names.map((name) => live.look(versionOf(folder, name)));
    await until(() => fake.begun > 0);
    await write('both', { 'index.ts': 'second' });
    const late = live.look(versionOf(folder, 'e'));
    go();
    const roots = new Set((await Promise.all([...all, late])).map(({ live: { root } }) => root));
    assert.deepEqual([roots.size, fake.begun], [1, 2]);
    const [root = ''] = roots;
    assert.equal(readFileSync(path.join(root, 'index.cjs'), 'utf8'), 'second');
    assert.deepEqual((await readdir(root)).sort(), ['built.json', 'index.cjs']);
    // Another version of Node may need other code.
    assert.notEqual((await live.look(versionOf(folder, 'f', 'nodejs18.x'))).live.root, root);
  });

  it('lets a build that fails hold up no other', async () => {
    const folder = await write('died', { 'index.ts': 'died' });
    const [one, two] = await Promise.allSettled([live.look(versionOf(folder, 'a')), live.look(versionOf(folder, 'b'))]);
    assert.deepEqual([one.status, two.status, fake.begun], ['rejected', 'rejected', 2]);
    await write('died', { 'index.ts': 'alive' });
    assert.ok(existsSync((await live.look(versionOf(folder, 'a'))).live.root ?? ''));
  });

  it('has the place of what cannot be compiled', async () => {
    const folder = await write('fault', { 'index.ts': 'fault' });
    const { live: { root = '' } } = await live.look(versionOf(folder));
    assert.match(readFileSync(path.join(root, 'index.cjs'), 'utf8'), /^throw .*index\.ts:2\\nfault\\n {3}\^\\n\\nSyntaxError: Unexpected/);
  });

  it('compiles the same by the program that comes along and by the WebAssembly build', async () => {
    const files = { 'index.mts': "import { one } from './lib/one';\nimport data from './data.json';\nexport const handler = (): unknown => [one, data, import.meta.url, __dirname];\n", 'lib/one.ts': 'export const one: number = 1;\n', 'data.json': '{"a":1}' };
    const broken = { 'index.ts': "export * from './lib/one';\n", 'lib/one.ts': 'export const one: number = 1;\nexport const two = ;\n' };
    const folders = [await write(process.platform === 'win32' ? 'a=b' : 'a=b*c', files), await write('broken', broken), await write('lost', { 'index.ts': "import 'never-there';\n" })];
    const compilers = [findBrought(path.join(__dirname, '../../../dist')), require.resolve('esbuild-wasm/bin/esbuild')];
    const [native, wasm] = await Promise.all(
      compilers.map(async (esbuild, i) => {
        const one = new LiveFolders({ ...tools(), data: at(`data-${i}`), esbuild });
        const all = await Promise.all(folders.map(async (folder) => textsIn((await one.look(versionOf(folder))).live.root ?? '')));
        one.close();
        return all;
      }),
    );
    assert.deepEqual([compilers[0] === compilers[1], native?.map((texts) => Object.keys(texts))], [false, [['index.cjs', 'index.cjs.map'], ['index.cjs'], ['index.cjs']]]);
    assert.deepEqual(native, wasm);
    assert.match(native?.[1]?.['index.cjs'] ?? '', /^throw .*one\.ts:2\\nexport const two = ;\\n/);
  });

  it('compiles a file whose own name holds signs that mean something to compilers', async () => {
    const name = process.platform === 'win32' ? 'a=b' : 'a=b*c';
    const folder = await write('named ü#', { [`${name}.ts`]: "import { one } from './lib/one';\nexport const handler = (): unknown => [one, __filename];\n", 'lib/one.ts': 'export const one: number = 1;\n', 'b.ts': 'throw 1;\n' });
    await write('misnamed', { [`${name}.ts`]: 'export const one = ;\n' });
    const compilers = [findBrought(path.join(__dirname, '../../../dist')), require.resolve('esbuild-wasm/bin/esbuild')];
    for (const [i, esbuild] of compilers.entries()) {
      const one = new LiveFolders({ ...tools(), data: at(`named-${i}`), esbuild });
      const file = async (from: string): Promise<string> => path.join((await one.look({ ...versionOf(from), handler: `${name}.handler` })).live.root ?? '', `${name}.cjs`);
      const compiled = await file(folder);
      assert.deepEqual(((await import(pathToFileURL(compiled).href)) as { handler(): unknown }).handler(), [1, path.join(folder, `${name}.js`)]);
      const { sources } = JSON.parse(readFileSync(`${compiled}.map`, 'utf8')) as { sources: string[] };
      assert.deepEqual(sources.map((source) => fileURLToPath(source)).sort(), [`${name}.ts`, 'lib/one.ts'].map((source) => path.join(folder, source)));
      assert.ok(readFileSync(await file(at('misnamed')), 'utf8').includes(JSON.stringify(`${at('misnamed', name)}.ts:1\nexport const one = ;\n`).slice(1, -1)));
      one.close();
    }
  });

  it('counts what a folder behind a link imports from where it really is', async () => {
    live = new LiveFolders({ ...tools(), esbuild: findBrought(path.join(__dirname, '../../../dist')) });
    const folder = await write('far/away/real', { 'index.ts': "import { one } from '../one';\nexport const handler = (): unknown => one;\n", '../one.ts': 'export const one = 1;\n' });
    await symlink(folder, at('link'), 'junction');
    assert.ok(await isNew(at('link'), () => write('far/away', { 'one.ts': 'export const one = 2;\n' })));
    assert.equal(await isNew(at('link'), () => Promise.resolve()), false);
  });

  it('says what to do when the program that comes along does not run', async () => {
    await write('program', { esbuild: 'MZ' });
    live = new LiveFolders({ ...tools(), esbuild: at('program', 'esbuild') });
    const { live: { root = '' } } = await live.look(versionOf(await write('unbuilt', { 'index.ts': 'text' })));
    assert.match(readFileSync(path.join(root, 'index.cjs'), 'utf8'), /The esbuild that comes with Function Deck does not run \(.+\): install Function Deck again/);
  });

  it('never ends the compiler while it compiles, and ends it when it rests', async () => {
    const compiler = new Compiler(at('esbuild'), 1);
    const plan = { folder: await write('plan', { 'index.ts': 'text' }), entry: at('plan', 'index.ts'), outfile: at('plan', 'out.cjs'), format: 'cjs' as const, target: 'node20', isLinked: false };
    let go = (): void => undefined;
    fake.hold = new Promise((done) => (go = done));
    const two = [compiler.compile(plan), compiler.compile(plan)];
    go();
    await Promise.all(two);
    fake.hold = new Promise((done) => (go = done));
    const third = compiler.compile(plan);
    // Timers of the same length fire in their order, so this one comes after any that was left.
    await new Promise((done) => setTimeout(done, 1));
    assert.deepEqual([fake.running, fake.stops, fake.cut], [1, 0, 0]);
    const died = compiler.compile({ ...plan, folder: await write('dead', { 'index.ts': 'died' }) });
    go();
    await Promise.all([third, assert.rejects(died)]);
    assert.deepEqual([fake.stops, fake.cut], [1, 0]);
    await compiler.compile(plan);
    await until(() => fake.stops === 2);
    assert.equal(fake.cut, 0);
  });

  it('counts what may be code, and neither what a function writes nor what .deckignore leaves out', async () => {
    const folder = await write('counted', { 'index.js': '', 'lib/data.json': '{}', '.deckignore': 'drafts/\n*.gen.js\n' });
    const data = { 'state.json': '1', 'a.sqlite': '1', 'a.sqlite-wal': '1', 'cache/x': '1', 'out.csv': '1', 'drafts/a.js': '1', 'x.gen.js': '1', 'lib/data.json': '1' };
    assert.equal(await isNew(folder, () => write('counted', data)), false);
    for (const file of ['lib/new.js', 'page.html', 'query.sql', 'package.json', 'app.config.json', 'config.json', '.env', '.env.local', 'native.node']) {
      assert.equal(await isNew(folder, () => write('counted', { [file]: '' })), true, file);
    }
    assert.equal(await isNew(folder, () => write('counted', { 'lib.py': '', 'state.json': '2' }), 'python3.13'), true);
    assert.equal(await isNew(folder, () => write('counted', { 'any.thing': '' }), 'provided.al2023'), true);
  });

  it('counts what is imported: beside the folder, of a linked package, and data', async () => {
    const index = "require('../beside');\nimport('./data.json');\nimport { a } from '@own/pkg/part';\nrequire('stored');\n";
    await write('space', { '.git/x': '', 'beside.js': "require('./further.js')", 'further.js': '', 'other.js': '', 'packages/pkg/part.js': "require('deep')", 'packages/deep/lib/a.js': '', 'packages/unused/a.js': '' });
    await write('space', { 'node_modules/.store/node_modules/stored/index.js': '', 'node_modules/@own/x': '', 'function/index.js': index, 'function/data.json': '{}', 'function/state.json': '{}' });
    const link = (to: string, from: string): Promise<void> => symlink(at('space', to), at('space', 'node_modules', from), 'junction');
    await Promise.all([link('packages/pkg', '@own/pkg'), link('packages/deep', 'deep'), link('packages/unused', 'unused'), link('node_modules/.store/node_modules/stored', 'stored')]);
    const folder = at('space', 'function');
    for (const file of ['beside.js', 'further.js', 'function/data.json', 'packages/pkg/part.js', 'packages/deep/lib/a.js']) {
      const text = readFileSync(at('space', file), 'utf8');
      assert.equal(await isNew(folder, () => write('space', { [file]: `${text}\n\n` })), true, file);
    }
    for (const file of ['other.js', 'function/state.json', 'packages/unused/a.js', 'node_modules/.store/node_modules/stored/index.js']) {
      assert.equal(await isNew(folder, () => write('space', { [file]: '//' })), false, file);
    }
  });

  it('has an end also in one big folder, which the function is told once', async () => {
    const folder = await write('big', Object.fromEntries(['index', 'a', 'b', 'c', 'd'].map((name) => [`${name}.js`, ''])));
    const sizes = [3, 5, 6].map((most) => fingerprint(folder, 'nodejs20.x', most)).map(({ files, isCut }) => [files.size, isCut]);
    assert.deepEqual(sizes, [[3, true], [5, false], [5, false]]);
    live = new LiveFolders({ ...tools(), mostFiles: 3 });
    for (const revision of ['one', 'two']) await look(folder, revision);
    assert.match(told.join('|'), /^\/one The folder .+big has more files than are looked at \(3 that may be code\).+\.deckignore[^|]+$/);
  });

  it('is not taken again for a while if it took long, unless the folder is small', async () => {
    let time = 0;
    live = new LiveFolders({ ...tools(), now: () => (time += 5) });
    const small = await write('small', { 'index.js': '' });
    assert.equal(await isNew(small, () => write('small', { 'index.js': ' ' })), true);
    const large = await write('large', Object.fromEntries(Array.from({ length: 201 }, (_, index) => [`${index}.js`, ''])));
    const first = await look(large);
    await write('large', { '0.js': ' ' });
    assert.equal(await look(large), first);
    time += 50;
    assert.notEqual(await look(large), first);
  });
});

/** The built files by name. */
function textsIn(root: string): Record<string, string> {
  const names = readdirSync(root).filter((name) => name !== 'built.json').sort();
  return Object.fromEntries(names.map((name) => [name, readFileSync(path.join(root, name), 'utf8')]));
}

async function until(check: () => boolean): Promise<void> {
  while (!check()) await new Promise((done) => setImmediate(done));
}
