import assert from 'node:assert/strict';
import { mkdtemp, readdir, readFile, readlink, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { strToU8, zipSync, type Zippable } from 'fflate';
import { ArchiveError, readArchive } from '../../../src/core/archive';
import { CodeStore } from '../../../src/runtime/store/code';

describe('unpacking a deployment package', () => {
  let folder: string;
  before(async () => (folder = await mkdtemp(path.join(tmpdir(), 'archive-test-'))));
  after(() => rm(folder, { recursive: true, force: true }));

  const packed = (tree: Zippable) => Buffer.from(zipSync(tree));
  const readAll = async (zip: Buffer) => Promise.all((await readArchive(zip)).map((file) => file.read()));
  const refused = (zip: Buffer, message: RegExp) => assert.rejects(readAll(zip), (error) => error instanceof ArchiveError && message.test(error.message));

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

  it('refuses what leads outside, links, and the same path twice', async () => {
    for (const name of ['../x', 'a/../../x', '/x', 'a\\..\\x', 'C:/x', './x', 'a//x', 'nul\0x']) await refused(packed({ [name]: strToU8('x') }), /not a path inside/);
    await refused(packed({ link: [strToU8('/etc/passwd'), { os: 3, attrs: (0o120777 << 16) >>> 0 }] }), /is a link/);
    const twice = packed({ 'a.txt': strToU8('1'), 'b.txt': strToU8('2') });
    await refused(Buffer.from(twice.toString('latin1').replaceAll('b.txt', 'a.txt'), 'latin1'), /same path twice/);
  });

  it('takes links that stay inside, where they are asked for, and refuses all others', async function () {
    if (process.platform === 'win32') this.skip(); // there is none that is taken
    const code = new CodeStore(path.join(folder, 'links'));
    const linked = (name: string, target: string, more: Zippable = {}) => packed({ 'lib/one.so.1': strToU8('x'), [name]: [strToU8(target), { os: 3, attrs: (0o120777 << 16) >>> 0 }], ...more });
    for (const [name, target] of [['lib/one.so', 'one.so.1'], ['lib/one.so', './one.so.1'], ['bin/deep/one', '../../lib/one.so.1']] as const) {
      const { sha256 } = await code.add(linked(name, target));
      assert.deepEqual([await readlink(path.join(code.folder(sha256), name)), await readFile(path.join(code.folder(sha256), name), 'utf8')], [target, 'x']);
    }
    const before = await readdir(path.join(folder, 'links'));
    const outside = /is a link that leads out of the package/;
    for (const target of ['/etc/passwd', '..', '../x', 'lib/../../x', 'lib/..', '.', '', 'a\0b', 'x'.repeat(5000)]) await assert.rejects(code.add(linked('link', target)), outside, target);
    await assert.rejects(code.add(linked('lib/link', '../../x')), outside);
    await assert.rejects(code.add(linked('link', 'lib', { 'link/x': strToU8('x') })), /leads through a link/);
    assert.deepEqual(await readdir(path.join(folder, 'links')), before);
  });

  it('refuses a bomb, and a size that is a lie, without unpacking them', async () => {
    const zip = packed({ bomb: new Uint8Array(50_000_000) });
    const at = zip.lastIndexOf(Buffer.from('PK\x01\x02', 'latin1'));
    const lie = Buffer.from(zip);
    lie.writeUInt32LE(10, at + 24);
    await refused(lie, /damaged/);
    const huge = Buffer.from(zip);
    huge.writeUInt32LE(300_000_000, at + 24);
    await refused(huge, /Unzipped size must be smaller/);
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

  it('answers whatever bytes come, and with nothing else than files or a refusal', async () => {
    const zip = packed({ 'a.js': strToU8('x'.repeat(300)), 'lib/ü.txt': [strToU8('y'), { level: 0 }], 'lib/': new Uint8Array() });
    const bytes = fc.uint8Array({ minLength: 1, maxLength: 8 });
    const change = fc.record({ at: fc.nat(zip.length - 1), bytes: fc.oneof(bytes, fc.constant(new Uint8Array(8).fill(255))) });
    await fc.assert(
      fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 3 }), fc.nat(zip.length), async (changes, end) => {
        const damaged = Buffer.from(zip);
        for (const { at, bytes } of changes) damaged.set(bytes.subarray(0, zip.length - at), at);
        for (const one of [damaged, damaged.subarray(end)]) await readAll(one).catch((error: unknown) => assert.ok(error instanceof ArchiveError, String(error)));
      }),
      { numRuns: 1500 },
    );
  });

  it('refuses a directory that claims billions of entries', async () => {
    const zip = packed({ a: strToU8('x') });
    const record = Buffer.alloc(56 + 20);
    record.writeUInt32LE(0x06064b50, 0);
    record.writeBigUInt64LE(4_000_000_000n, 32);
    record.writeUInt32LE(0x07064b50, 56);
    record.writeBigUInt64LE(BigInt(zip.length - 22), 64);
    await refused(Buffer.concat([zip.subarray(0, -22), record, zip.subarray(-22)]), /more than 65535 files/);
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
