import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import * as path from 'node:path';
import { listFiles, PackageManager } from '@vscode/vsce';

const root = path.resolve(__dirname, '../..');

const words = ['package.json', 'package.nls.json', 'README.md', 'CHANGELOG.md', 'LICENSE'];

/** Everything that may be in the extension's package. */
const allowed = [
  /^dist\/[a-zA-Z]+\.js$/,
  /^dist\/manifest\.schema\.json$/,
  /^dist\/bootstrap\/([a-z]+\/)?\w+\.(cjs|mjs|py|sh|ps1)$/,
  /^dist\/templates\/[\w/.-]+\.(json|py|mjs|js|ts|txt|md|deckignore)$/,
  /^dist\/esbuild-wasm\/(bin\/esbuild|esbuild\.wasm|wasm_exec(_node)?\.js|LICENSE\.md)$/,
  /^media\/(deck\.svg|icon\.png|result\.(css|js)|log\.(tmLanguage|language)\.json)$/,
  /^media\/screenshots\/[\w-]+\.png$/,
  /^snippets\/\w+\.json$/,
];

describe('the package of the extension', () => {
  let files: readonly string[];

  before(async () => {
    assert.ok(existsSync(path.join(root, 'dist/extension.js')), 'run `npm run build` first');
    files = await listFiles({ cwd: root, packageManager: PackageManager.None });
  });

  it('holds only what runs', () => {
    const isAllowed = (file: string): boolean => words.includes(file) || allowed.some((pattern) => pattern.test(file));
    assert.deepEqual(files.filter((file) => !isAllowed(file)), []);
  });

  it('holds all that is needed to run', () => {
    const bundles = ['extension', 'aws', 'local', 'package', 'runtime'].map((name) => `dist/${name}.js`);
    const needed = [...words, ...bundles, 'dist/manifest.schema.json', 'media/deck.svg', 'dist/esbuild-wasm/esbuild.wasm'];
    assert.deepEqual(needed.filter((file) => !files.includes(file)), []);
  });

  it('starts with one small file, which asks for VS Code once', async () => {
    const text = await readFile(path.join(root, 'dist/extension.js'), 'utf8');
    assert.ok(text.length <= 100_000, `dist/extension.js has ${text.length} bytes`);
    assert.equal(text.split('require("vscode")').length - 1, 1);
  });
});
