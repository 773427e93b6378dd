import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readdir, readFile, readlink, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { strToU8, type Zippable, zipSync } from 'fflate';
import { isAbort, isInputError } from '../../src/core/errors';
import { linkError } from '../../src/core/scaffolding/newFiles';
import { unpackInto } from '../../src/core/unpack';

describe('unpacking downloaded code', () => {
  let home: string;
  beforeEach(async () => (home = await mkdtemp(path.join(tmpdir(), 'unpack-'))));
  afterEach(() => rm(home, { recursive: true, force: true }));

  const options = { signal: new AbortController().signal };
  const link = (target: string): Zippable[string] => [strToU8(target), { os: 3, attrs: (0o120777 << 16) >>> 0 }];
  const folder = (): string => path.join(home, 'new', 'hello-code');
  const refused = async (tree: Zippable | Uint8Array, reason: RegExp, most?: { files: number; bytes: number }): Promise<void> => {
    const zip = tree instanceof Uint8Array ? tree : zipSync(tree);
    await assert.rejects(unpackInto(folder(), zip, options, most), (error) => isInputError(error) && reason.test(error.message) && error.message.endsWith('; nothing was written.'));
    assert.deepEqual(await readdir(home), []);
  };

  it('writes every file, with its bytes and rights', async () => {
    const image = Uint8Array.from({ length: 300 }, (_, i) => i % 256);
    const zip = zipSync({ 'index.mjs': strToU8('export const handler = 1;'), 'lib/a.png': image, 'empty/': new Uint8Array(), 'run.sh': [strToU8('#!/bin/sh'), { os: 3, attrs: (0o100755 << 16) >>> 0 }] });
    // A part of a larger buffer, as a download may be.
    const files = await unpackInto(folder(), Buffer.concat([Buffer.from('before'), zip]).subarray(6), options);
    assert.deepEqual([...files].sort(), ['index.mjs', 'lib/a.png', 'run.sh']);
    assert.deepEqual(new Uint8Array(await readFile(path.join(folder(), 'lib/a.png'))), image);
    if (process.platform !== 'win32') assert.deepEqual(await Promise.all(['run.sh', 'index.mjs'].map(async (file) => (await stat(path.join(folder(), file))).mode & 0o111)), [0o111, 0]);
    assert.deepEqual(await readdir(path.join(home, 'new')), ['hello-code']);
  });

  it('takes an empty folder, and never one with something in it', async () => {
    await mkdir(folder(), { recursive: true });
    await unpackInto(folder(), zipSync({ a: strToU8('1') }), options);
    await assert.rejects(unpackInto(folder(), zipSync({ b: strToU8('2') }), options), /is not empty; choose a new folder\.$/);
    assert.deepEqual([await readdir(folder()), await readFile(path.join(folder(), 'a'), 'utf8')], [['a'], '1']);
    const file = path.join(home, 'file');
    await writeFile(file, '');
    await assert.rejects(unpackInto(file, zipSync({ a: strToU8('1') }), options), isInputError);
  });

  it('refuses what is no code of its own, in one sentence, and writes nothing', async () => {
    await refused({ 'good.js': strToU8('1'), '../evil.js': strToU8('1') }, /^The package was not unpacked, because "\.\.\/evil\.js" is not a path inside/);
    await refused({ '/etc/evil': strToU8('1') }, /not a path inside/);
    for (const target of ['/etc/passwd', '../x', 'lib/../../x', '..']) await refused({ link: link(target) }, /"link" is a link that leads out of the package/);
    await refused({ link: link('lib'), 'link/x': strToU8('x') }, /"link\/x" leads through a link/);
    await refused({ pipe: [strToU8('x'), { os: 3, attrs: (0o010644 << 16) >>> 0 }] }, /"pipe" is a link or a special file/);
    await refused({ a: strToU8('1'), b: strToU8('2'), c: strToU8('3') }, /more than 2 files/, { files: 2, bytes: 100 });
    await refused({ a: new Uint8Array(5_000_000) }, /more than 4 MB of files/, { files: 2, bytes: 4_000_000 });
    await refused(strToU8('<html>'), /it is no zip/);
    const damaged = zipSync({ a: [strToU8('stored'), { level: 0 }], good: strToU8('1') });
    damaged[32] = 0;
    await refused(damaged, /"a" is damaged/);
  });

  it('makes the links that stay inside, in a new folder and in an empty one', async function () {
    if (process.platform === 'win32') this.skip(); // not everybody may make one there
    const zip = zipSync({ 'bin/run': link('../lib/deep/run.sh'), 'lib/now': link('deep'), 'lib/none': link('nothing'), 'lib/deep/run.sh': strToU8('#!/bin/sh') });
    await mkdir(path.join(home, 'empty'));
    for (const to of [folder(), path.join(home, 'empty')]) {
      assert.deepEqual([...(await unpackInto(to, zip, options))].sort(), ['bin/run', 'lib/deep/run.sh', 'lib/none', 'lib/now']);
      const links = ['bin/run', 'lib/now', 'lib/none'].map((file) => readlink(path.join(to, file)));
      assert.deepEqual(await Promise.all(links), ['../lib/deep/run.sh', 'deep', 'nothing']);
      assert.equal(await readFile(path.join(to, 'lib/now/run.sh'), 'utf8'), '#!/bin/sh');
      assert.equal((await stat(path.join(to, 'bin/run'))).mode & 0o111, 0, 'what a link leads to has its own rights');
    }
  });

  it('says what to do where Windows lets nobody make links', () => {
    const refusal = linkError('bin/run', Object.assign(new Error(), { code: 'EPERM' }), 'win32');
    assert.ok(isInputError(refusal));
    assert.equal(refusal.message, 'bin/run is a link, which Windows does not let you make; turn on its Developer Mode and try again.');
    const other = Object.assign(new Error(), { code: 'EIO' });
    assert.equal(linkError('bin/run', other, 'win32'), other);
  });

  it('leaves nothing behind when it is cancelled', async () => {
    const cancelled = new AbortController();
    cancelled.abort();
    await assert.rejects(unpackInto(folder(), zipSync({ a: strToU8('1') }), { signal: cancelled.signal }), isAbort);
    assert.deepEqual(await readdir(home), []);
  });
});
