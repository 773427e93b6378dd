import assert from 'node:assert/strict';
import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { strToU8, zipSync, type Zippable } from 'fflate';
import { ArchiveError, readArchive } from '../../../src/runtime/store/archive';
import { CodeStore } from '../../../src/runtime/store/code';

describe('unpacking a deployment package', () => {
  let folder: string;
  before(async () => (folder = await mkdtemp(path.join(tmpdir(), 'archive-test-'))));
  after(() => rm(folder, { recursive: true, force: true }));

  const packed = (tree: Zippable) => Buffer.from(zipSync(tree));
  const refused = (zip: Buffer, message: RegExp) => {
    const readAll = () => readArchive(zip).forEach((file) => file.read());
    assert.throws(readAll, (error) => error instanceof ArchiveError && message.test(error.message));
  };

  it('keeps files, folders and what may be executed', async () => {
    const code = new CodeStore(path.join(folder, 'ok'));
    const zip = packed({
      'index.js': strToU8('x'.repeat(1000)),
      'lib/ü.txt': [strToU8('y'), { level: 0 }],
      'run.sh': [strToU8('#!'), { os: 3, attrs: (0o100755 << 16) >>> 0 }],
      'empty/': new Uint8Array(),
    });
    const { sha256 } = await code.add(zip);
    assert.equal(await readFile(path.join(code.folder(sha256), 'lib', 'ü.txt'), 'utf8'), 'y');
    assert.deepEqual(await readFile(code.zip(sha256)), zip);
    if (process.platform !== 'win32') assert.equal((await stat(path.join(code.folder(sha256), 'run.sh'))).mode & 0o111, 0o111);
    await rm(code.folder(sha256), { recursive: true });
    await code.ensure(sha256);
    assert.equal((await readFile(path.join(code.folder(sha256), 'index.js'))).length, 1000);
  });

  it('refuses what leads outside, links, and the same path twice', () => {
    for (const name of ['../x', 'a/../../x', '/x', 'a\\..\\x', 'C:/x', './x', 'a//x', 'nul\0x']) refused(packed({ [name]: strToU8('x') }), /not a path inside/);
    refused(packed({ link: [strToU8('/etc/passwd'), { os: 3, attrs: (0o120777 << 16) >>> 0 }] }), /is a link/);
    const twice = packed({ 'a.txt': strToU8('1'), 'b.txt': strToU8('2') });
    refused(Buffer.from(twice.toString('latin1').replaceAll('b.txt', 'a.txt'), 'latin1'), /same path twice/);
  });

  it('refuses a bomb, and a size that is a lie, without unpacking them', () => {
    const zip = packed({ bomb: new Uint8Array(50_000_000) });
    const at = zip.lastIndexOf(Buffer.from('PK\x01\x02', 'latin1'));
    const lie = Buffer.from(zip);
    lie.writeUInt32LE(10, at + 24);
    refused(lie, /damaged/);
    const huge = Buffer.from(zip);
    huge.writeUInt32LE(300_000_000, at + 24);
    refused(huge, /Unzipped size must be smaller/);
  });

  it('refuses what is cut off or damaged anywhere, and leaves nothing behind', async () => {
    const zip = packed({ 'index.js': [strToU8('exports.handler = async () => 1;'), { level: 0 }] });
    const code = new CodeStore(path.join(folder, 'bad'));
    for (let end = 0; end < zip.length; end += 7) await assert.rejects(code.add(zip.subarray(0, end)), ArchiveError);
    const damaged = Buffer.from(zip);
    damaged[45] = (damaged[45] ?? 0) ^ 1;
    await assert.rejects(code.add(damaged), ArchiveError);
    assert.deepEqual(await readdir(path.join(folder, 'bad')).catch(() => []), []);
  });

  it('removes what is no longer used, but not what has just come in', async () => {
    const code = new CodeStore(path.join(folder, 'old'));
    const one = await code.add(packed({ a: strToU8('1') }));
    const two = await code.add(packed({ a: strToU8('2') }));
    await code.remove(one.sha256);
    assert.ok((await stat(code.folder(one.sha256))).isDirectory());
    await code.keepOnly(new Set([two.sha256]));
    assert.deepEqual((await readdir(path.join(folder, 'old'))).length, 2);
  });
});
