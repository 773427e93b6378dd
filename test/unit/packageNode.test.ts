import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import * as path from 'node:path';
import { javascript, npm, texts, World } from './packageWorld';

const handler = "exports.handler = async () => require('tiny')();\n";

describe('packageFolder with Node dependencies', () => {
  let world: World;
  let tarball: Buffer;

  before(() => {
    world = new World();
    const tiny = world.folder({ 'package.json': '{"name":"tiny","version":"1.2.3","bin":"run.js","scripts":{"install":"exit 9","postinstall":"exit 9"}}', 'index.js': "module.exports = () => 'tiny';\n", 'run.js': '#!/usr/bin/env node\n', 'cert.pem': 'public' });
    npm(tiny, 'pack');
    tarball = readFileSync(path.join(tiny, 'tiny-1.2.3.tgz'));
  });
  after(() => world.dispose());

  function project(more: object = {}, lock = true): string {
    const dependencies = { tiny: 'file:vendor/tiny-1.2.3.tgz' };
    const devDependencies = { dev: 'file:vendor/dev' };
    const folder = world.folder({
      'index.js': handler,
      'package.json': JSON.stringify({ name: 'app', version: '1.0.0', dependencies, devDependencies, ...more }),
      'vendor/tiny-1.2.3.tgz': tarball,
      'vendor/dev/package.json': '{"name":"dev","version":"1.0.0"}',
      '.deckignore': 'vendor/\n',
    });
    if (lock) npm(folder, 'install', '--package-lock-only');
    return folder;
  }

  it('installs what the lockfile says, without development ones and without running their scripts', async () => {
    const folder = project();
    world.write(folder, { 'node_modules/stray/index.js': 'stray' });
    const { bytes, files, hash } = await world.pack(folder, javascript);
    assert.deepEqual(files, ['index.js', 'node_modules/tiny/cert.pem', 'node_modules/tiny/index.js', 'node_modules/tiny/package.json', 'node_modules/tiny/run.js', 'package-lock.json', 'package.json']);
    assert.equal(texts(bytes)['node_modules/tiny/index.js'], "module.exports = () => 'tiny';\n");
    assert.ok(world.steps.includes('Installing dependencies'));
    world.steps.length = 0;
    assert.equal((await world.pack(folder, javascript)).hash, hash);
    assert.ok(!world.steps.some((step) => step.startsWith('Installing')), 'the second time the cache is used');
    rmSync(world.cache, { recursive: true });
    assert.equal((await world.pack(folder, javascript)).hash, hash, 'a fresh install gives the same bytes');
  });

  it('installs without a lockfile too, and says what it would be good for', async () => {
    world.steps.length = 0;
    const { files } = await world.pack(project({}, false), javascript);
    assert.ok(files.includes('node_modules/tiny/index.js'));
    assert.ok(world.steps.some((step) => step.includes('package-lock.json')));
  });

  it('installs for the cloud', async () => {
    const { files } = await world.pack(project(), javascript, { platform: 'linux' });
    assert.ok(files.includes('node_modules/tiny/index.js'));
  });

  it('packs a dependency beside the folder as files', async () => {
    const root = world.folder({
      'common/package.json': '{"name":"common","version":"1.0.0"}',
      'common/index.js': 'module.exports = 1;\n',
      'common/.env': 'SECRET=1',
      'common/node_modules/x/index.js': '',
      'app/index.js': "exports.handler = () => require('common');\n",
      'app/package.json': '{"name":"app","version":"1.0.0","dependencies":{"common":"file:../common"}}',
    });
    const folder = path.join(root, 'app');
    npm(folder, 'install', '--package-lock-only');
    const { bytes, hash } = await world.pack(folder, javascript);
    const packed = texts(bytes);
    assert.equal(packed['node_modules/common/index.js'], 'module.exports = 1;\n');
    assert.deepEqual(Object.keys(packed).filter((name) => /\.env|node_modules\/x/.test(name)), []);
    writeFileSync(path.join(root, 'common', 'index.js'), 'module.exports = 2;\n');
    assert.notEqual((await world.pack(folder, javascript)).hash, hash);
  });

  it('starts nothing when there is nothing to install', async () => {
    const none = world.folder({ 'index.js': handler, 'package.json': '{"devDependencies":{"mocha":"*"},"dependencies":{}}', 'node_modules/mocha/index.js': '' });
    assert.deepEqual((await world.pack(none, javascript)).files, ['index.js', 'package.json']);
    const copied = world.folder({ 'index.js': handler, 'node_modules/own/index.js': '' });
    assert.deepEqual((await world.pack(copied, javascript)).files, ['index.js', 'node_modules/own/index.js']);
  });

  it('says in one sentence why an install failed, and keeps nothing of it', async () => {
    const cases: readonly [string, RegExp][] = [
      ['{"dependencies":', /^package\.json is not valid JSON/],
      ['[]', /^package\.json must hold an object/],
      ['{"dependencies":{"a":1}}', /^"dependencies" in package\.json must be an object of names and versions/],
      ['{"dependencies":{"a":"file:nowhere.tgz"}}', /^package\.json lists a dependency at .*nowhere\.tgz, and there is nothing/],
      ['{"dependencies":{"a":"not a version!"}}', /^npm could not install the dependencies: .*Correct package\.json, then deploy again\.$/],
    ];
    for (const [text, expected] of cases) {
      const error = await world.refuse(world.folder({ 'index.js': handler, 'package.json': text }), javascript);
      assert.match(error.message, expected);
      assert.doesNotMatch(error.message, /\n/);
    }
    const folder = project();
    writeFileSync(path.join(folder, 'package.json'), '{"dependencies":{"tiny":"file:vendor/tiny-1.2.3.tgz","other":"1.0.0"}}');
    assert.match((await world.refuse(folder, javascript)).message, /in sync/);
    assert.deepEqual(readdirSync(world.cache).filter((name) => name.startsWith('.tmp')), []);
  });

  it('stops npm when cancelled', async () => {
    let asked: (() => void) | undefined;
    const waiting = new Promise<void>((resolve) => (asked = resolve));
    const registry = createServer(() => asked?.()).listen(0, '127.0.0.1');
    await new Promise((resolve) => registry.once('listening', resolve));
    const port = (registry.address() as AddressInfo).port;
    const folder = world.folder({ 'index.js': handler, 'package.json': '{"dependencies":{"never-answered":"1.0.0"}}', '.npmrc': `registry=http://127.0.0.1:${port}/\n` });
    const controller = new AbortController();
    const packing = world.pack(folder, javascript, {}, controller.signal);
    await Promise.race([waiting, packing]);
    const closed = new Promise<void>((resolve) => registry.once('close', resolve));
    controller.abort();
    await assert.rejects(packing, { name: 'AbortError' });
    // It closes once the killed npm's connections are gone.
    registry.close();
    await closed;
    assert.deepEqual(readdirSync(world.cache).filter((name) => name.startsWith('.tmp')), []);
  });

  it('says which folder cannot be written to', async function () {
    if (process.platform === 'win32') this.skip();
    const file = path.join(world.root, 'in the way');
    mkdirSync(file);
    rmSync(file, { recursive: true });
    writeFileSync(file, '');
    await assert.rejects(world.pack(project(), javascript, { cache: path.join(file, 'cache') }), { name: 'InputError', message: /in the way.* cannot be written to \(ENOTDIR\)/ });
  });

  it('says that the setting is wrong when Node cannot be started', async () => {
    const tools = { node: path.join(world.root, 'no-node'), esbuild: '' };
    const error = await world.refuse(world.folder({ 'index.mjs': 'export const handler = () => 1;\n' }), javascript, { tools });
    assert.match(error.message, /no-node cannot be started \(ENOENT\); correct functionDeck\.local\.node/);
  });
});
