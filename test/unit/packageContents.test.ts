import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { cp, mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { promisify } from 'node:util';
import { listFiles, PackageManager } from '@vscode/vsce';

const root = path.resolve(__dirname, '../..');

const words = ['package.json', 'package.nls.json', 'README.md', 'CHANGELOG.md', 'LICENSE'];

/** Everything that may be in the extension's package. */
const allowed = [
  /^dist\/[a-zA-Z]+\.js$/,
  /^dist\/manifest\.schema\.json$/,
  /^dist\/THIRD-PARTY-NOTICES\.txt$/,
  /^dist\/bootstrap\/([a-z]+\/)?(_function_adapters\/)?\w+\.(cjs|mjs|py)$/,
  /^dist\/templates\/[\w/.-]+\.(json|py|mjs|js|ts|txt|md|deckignore)$/,
  /^dist\/esbuild\/(esbuild|esbuild\.exe|LICENSE\.md)$/,
  /^media\/(deck\.svg|icon\.png|result\.(css|js)|log\.(tmLanguage|language)\.json)$/,
  /^media\/providers\/[a-z]+-(light|dark)\.svg$/,
  /^media\/screenshots\/[\w-]+\.png$/,
  /^snippets\/\w+\.json$/,
];

describe('the package of the extension', () => {
  let files: readonly string[];

  let copy: string;

  // Of a copy with what is checked in and what is built: looking through the editors fetched for tests takes many seconds.
  before(async () => {
    assert.ok(existsSync(path.join(root, 'dist/extension.js')), 'run `npm run build` first');
    const { stdout } = await promisify(execFile)('git', ['ls-files'], { cwd: root });
    copy = await mkdtemp(path.join(tmpdir(), 'package-'));
    const present = stdout.split('\n').filter((file) => file && existsSync(path.join(root, file)));
    await Promise.all([...present, 'dist'].map((file) => cp(path.join(root, file), path.join(copy, file), { recursive: true })));
    files = await listFiles({ cwd: copy, packageManager: PackageManager.None });
  });
  after(() => rm(copy, { recursive: true, force: true }));

  it('holds only what runs', () => {
    const isAllowed = (file: string): boolean => words.includes(file) || allowed.some((pattern) => pattern.test(file));
    assert.deepEqual(files.filter((file) => !isAllowed(file)), []);
  });

  it('holds all that is needed to run', () => {
    const bundles = ['extension', 'aws', 'gcp', 'local', 'package', 'runtime', 'watch'].map((name) => `dist/${name}.js`);
    const needed = [...words, ...bundles, 'dist/manifest.schema.json', 'media/deck.svg', 'dist/esbuild/LICENSE.md'];
    assert.deepEqual(needed.filter((file) => !files.includes(file)), []);
  });

  it('holds one compiler, which can be started', async () => {
    const [program = '', ...more] = files.filter((file) => /^dist\/.*(esbuild|\.exe|\.wasm)$/.test(file));
    assert.deepEqual(more, []);
    const { mode } = await stat(path.join(copy, program));
    assert.ok(process.platform === 'win32' || (mode & 0o111) === 0o111, `${program} has the mode ${mode.toString(8)}`);
  });

  it('starts with one small file, which asks for VS Code once', async () => {
    const text = await readFile(path.join(root, 'dist/extension.js'), 'utf8');
    assert.ok(text.length <= 100_000, `dist/extension.js has ${text.length} bytes`);
    assert.equal(text.split('require("vscode")').length - 1, 1);
  });
});
