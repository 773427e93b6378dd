import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, readdirSync, readFileSync, statSync, truncateSync, utimesSync, writeFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import * as path from 'node:path';
import { batchesOf, jobsOf } from '../../src/core/packaging/batches';
import { sweep } from '../../src/core/packaging/cache';
import { deflate, deflateAside, type Deflated } from '../../src/core/packaging/deflate';
import { KeptFiles } from '../../src/core/packaging/keptFiles';
import { KeptTable, writeTable } from '../../src/core/packaging/keptTable';
import { type Facts, PieceList, Pieces, PieceWriter } from '../../src/core/packaging/pieces';
import { isSettled, type Stamp } from '../../src/core/packaging/stamp';
import { ZipJoin } from '../../src/core/packaging/zip';
import type { PackageRequest } from '../../src/core/package';
import { other, packer, texts, type Tree, World } from './packageWorld';

const tools = { node: process.execPath, esbuild: '', packer };
const alone = { ...tools, packer: undefined };
// Put together at run time, so that no scanner takes this file for a leak.
const keyText = ['-----BEGIN RSA', 'PRIVATE KEY-----\nMIIEowIBAAKCAQEA\n'].join(' ');

const hash = 'ab'.repeat(32);

describe('packageFolder with many files', () => {
  let world: World;
  before(() => void (world = new World()));
  after(() => world.dispose());

  const fresh = (name: string): string => path.join(world.root, `cache ${name}`);
  const pack = async (folder: string, more: Partial<PackageRequest> = {}): Promise<Uint8Array> => (await world.pack(folder, other, { tools, ...more })).bytes;

  it('gives the same bytes in threads, in one thread and from what is kept', async () => {
    const folder = world.folder(many());
    const bytes = await pack(folder, { cache: fresh('threads') });
    assert.deepEqual(texts(bytes), Object.fromEntries(Object.entries(many()).map(([name, content]) => [name, String(content)])));
    assert.deepEqual(await pack(folder, { cache: fresh('alone'), tools: alone }), bytes);
    assert.deepEqual(await pack(folder, { cache: fresh('threads') }), bytes);
    assert.deepEqual(await pack(folder, { cache: fresh('threads'), tools: alone }), bytes);
  });

  it('deflates aside to the same bytes as at once', async () => {
    for (const size of [0, 1, 64, 255, 256, 4096, 70_000, 300_000]) {
      const content = Buffer.from(Array.from({ length: size }, (_, at) => (at * at) % 97));
      assert.deepEqual(await deflateAside(content), deflate(content));
    }
  });

  it('sees each edit, also one that leaves size and time as they were', async () => {
    const folder = world.folder(many());
    const file = path.join(folder, 'lib/file7.txt');
    for (const word of ['first', 'other', 'third', 'final']) {
      writeFileSync(file, word);
      utimesSync(file, 1_000_000, 1_000_000);
      assert.equal(texts(await pack(folder))['lib/file7.txt'], word);
    }
    writeFileSync(path.join(folder, 'new.txt'), 'new');
    chmodSync(file, 0o755);
    assert.deepEqual(await pack(folder), await pack(folder, { cache: fresh('edited') }));
  });

  it('does not read again what nobody has touched', async () => {
    // Long on disk, as a file that has just come there may change again without a trace.
    const folder = path.resolve(__dirname, '../../node_modules/fflate');
    const cache = fresh('untouched');
    const request = { folder, manifest: { name: 'sample', ...other }, platform: 'host', cache, tools } as const;
    const first = await pack(folder, { cache });
    const files = new KeptFiles(request);
    const table = await files.load();
    const paths = Object.keys(texts(first));
    const list = new PieceList();
    for (const path of paths) {
      const packed = table!.find(path)!;
      const stamp = packed.pieces.stamp(packed.row);
      assert.ok(isSettled(stamp, Date.now()));
      list.add(path === 'README.md' ? { pieces: forged(path, packed.pieces.facts(packed.row)), row: 0 } : packed, stamp);
    }
    await files.save({ paths, list });
    assert.notDeepEqual(await pack(folder, { cache }), first, 'what is kept was not looked at');
  });

  it('writes again what it keeps only when much has changed', async () => {
    const folder = path.resolve(__dirname, '../../node_modules/fflate');
    const cache = fresh('little');
    const written = async (...ignore: string[]): Promise<number> => {
      const bytes = await pack(folder, { cache, ignore });
      assert.deepEqual(bytes, await pack(folder, { cache: fresh(`not ${ignore.join()}`), ignore }));
      return statSync(path.join(cache, readdirSync(cache)[0] ?? '')).ino;
    };
    const first = await written();
    assert.deepEqual([await written(), await written('README.md'), await written()], [first, first, first]);
    assert.notEqual(await written('*.js', '*.cjs', '*.mjs', '*.ts', '*.cts', '*.mts'), first);
  });

  it('keeps it for the user alone, and nothing that may be a secret', async () => {
    const folder = world.folder({ ...many(), 'server.pem': keyText, '.deckignore': '!server.pem\n' });
    const cache = fresh('secret');
    const request = { folder, manifest: { name: 'sample', ...other }, platform: 'host', cache, tools } as const;
    await pack(folder, { cache });
    const [name = ''] = readdirSync(cache);
    if (process.platform !== 'win32') assert.equal(statSync(path.join(cache, name)).mode & 0o777, 0o600);
    const table = await new KeptFiles(request).load();
    const { pieces, row } = table!.find('lib/file7.txt')!;
    assert.deepEqual([table?.find('server.pem'), pieces.facts(row).size], [undefined, 14]);
    assert.ok(!readFileSync(path.join(cache, name)).includes(Buffer.from(deflate(Buffer.from(keyText)).data)));
  });

  it('refuses secrets in threads and among what is kept, with the line', async () => {
    const folder = world.folder({ ...many(), 'keys.txt': `\n${keyText}`, '.deckignore': '!keys.txt\n' });
    await pack(folder);
    writeFileSync(path.join(folder, '.deckignore'), '');
    const error = await world.refuse(folder, other, { tools });
    assert.match(error.message, /^keys\.txt, line 2: this looks like a private key; /);
    assert.deepEqual(error.place, { file: path.join(folder, 'keys.txt'), line: 2 });
  });

  it('packs anew what was kept badly, or cannot be kept', async () => {
    const folder = world.folder(many());
    const cache = fresh('damaged');
    const bytes = await pack(folder, { cache });
    const file = path.join(cache, readdirSync(cache)[0] ?? '');
    const whole = readFileSync(file);
    for (const damaged of [Buffer.alloc(0), whole.subarray(0, 10), whole.subarray(0, -1), flipped(whole, 20), flipped(whole, whole.length - 5), Buffer.alloc(5000)]) {
      writeFileSync(file, damaged);
      assert.deepEqual(await pack(folder, { cache }), bytes);
    }
    writeFileSync(fresh('file'), '');
    assert.deepEqual(await pack(folder, { cache: fresh('file') }), bytes);
  });

  it('does by itself what a thread cannot', async () => {
    const folder = world.folder(many());
    const bytes = await pack(folder, { cache: fresh('broken') });
    const scripts = { missing: undefined, throwing: 'throw new Error("no")', leaving: 'require("node:worker_threads").parentPort.on("message", () => process.exit(1))' };
    for (const [name, text] of Object.entries(scripts)) {
      const script = path.join(world.root, `${name}.cjs`);
      if (text !== undefined) writeFileSync(script, text);
      assert.deepEqual(await pack(folder, { cache: fresh(name), tools: { ...tools, packer: script } }), bytes, name);
    }
  });

  it('stops at once when cancelled while threads work', async () => {
    const script = path.join(world.root, 'silent.cjs');
    writeFileSync(script, 'require("node:worker_threads").parentPort.on("message", () => undefined)');
    const controller = new AbortController();
    const packing = world.pack(world.folder(many()), other, { cache: fresh('cancelled'), tools: { ...tools, packer: script } }, controller.signal);
    while (!world.steps.includes('Packing')) await new Promise(setImmediate);
    setTimeout(() => controller.abort(), 20);
    await assert.rejects(packing, { name: 'AbortError' });
  });

  it('keeps a bounded number of bytes, the latest', async () => {
    const cache = fresh('full');
    await mkdir(cache);
    for (const [age, name] of ['new', 'old', 'oldest'].entries()) {
      const file = path.join(cache, `packed-${name}`);
      writeFileSync(file, '');
      truncateSync(file, 120 * 1024 * 1024);
      utimesSync(file, Date.now() / 1000, Date.now() / 1000 - 60 * (age + 1));
    }
    await pack(world.folder(many()), { cache });
    const names = readdirSync(cache);
    assert.deepEqual(names.filter((name) => /^packed-(?:new|old|oldest)$/.test(name)), ['packed-new', 'packed-old']);
    assert.equal(names.length, 3);
  });

  it('has the installed dependencies that were used last, and those in use', async () => {
    const cache = world.folder({});
    const age = (name: string, hours: number): void => {
      mkdirSync(path.join(cache, name));
      utimesSync(path.join(cache, name), Date.now() / 1000, Date.now() / 1000 - 3600 * hours);
    };
    for (let n = 0; n < 12; n++) for (const kind of ['node', 'python']) age(`${kind}-${n}`, 2 + n);
    age('node-oldest-needed', 99);
    age('.tmp-new', 20);
    age('packed-other', 99);
    await sweep(cache, path.join(cache, 'node-oldest-needed'));
    const last = Array.from({ length: 10 }, (_, n) => [`node-${n}`, `python-${n}`]).flat();
    assert.deepEqual(readdirSync(cache).sort(), [...last, '.tmp-new', 'node-oldest-needed', 'packed-other'].sort());
    const busy = world.folder({});
    for (let n = 0; n < 25; n++) mkdirSync(path.join(busy, `node-${n}`));
    await sweep(busy);
    assert.equal(readdirSync(busy).length, 25);
  });
});

describe('what is kept of a package', () => {
  const name = 'a/ä.txt';
  const stamp = { mtimeMs: 1000.25, ctimeMs: 2000.5, ino: 7 };
  const facts: Facts = { isSource: true, executable: false, size: 5 };
  const table = tableWith(name, facts, stamp);
  const item = { path: name, executable: false, bytes: 5, file: '/a', stamp, isSource: true, keeps: true };

  it('is read as it was written', () => {
    const { pieces, row } = table!.find(name)!;
    assert.deepEqual([pieces.facts(row), pieces.stamp(row), pieces.hash(row)], [facts, stamp, hash]);
    assert.ok(Buffer.from(pieces.locals.subarray(pieces.localsAt(row), pieces.localsAt(row + 1))).includes('data'));
    assert.equal(table?.find('a'), undefined);
  });

  it('becomes the zip where it lies, unless that would spoil it', () => {
    const names = ['a', 'b', 'c'];
    const planned = (steps: readonly (string | number)[], isInPlace: boolean): readonly [Uint8Array, boolean] => {
      const list = new PieceList();
      for (const each of names) list.add({ pieces: piecesOf(each, facts, { data: Buffer.from(each.repeat(300)), crc: 1, size: 5 }), row: 0 }, stamp);
      const kept = KeptTable.read(Buffer.concat(writeTable({ paths: names, list })))!;
      const join = new ZipJoin();
      for (const step of steps) join.add(typeof step === 'string' ? kept.find(step)! : { pieces: piecesOf('new', facts, { data: Buffer.alloc(step, 7), crc: 2, size: 5 }), row: 0 });
      const zip = join.finish(isInPlace ? kept.room : undefined);
      return [zip, zip.buffer === kept.room.buffer];
    };
    const plans = [['a', 'b', 'c'], ['a', 5, 'c'], ['c'], [200, 'b', 'c'], ['b', 'a'], ['a', 'b', 100_000], [5000, 'a', 'b', 'c']];
    for (const plan of plans) assert.deepEqual(planned(plan, true)[0], planned(plan, false)[0], plan.join());
    assert.deepEqual(plans.map((plan) => planned(plan, true)[1]), [true, true, true, true, true, false, false]);
  });

  it('counts only for a file with the same stamp', () => {
    assert.equal(jobsOf([item], table)[0]?.isSame, true);
    const touched = [{ mtimeMs: 1000 }, { ctimeMs: 2001 }, { ino: 8 }].map((change) => ({ ...item, stamp: { ...item.stamp, ...change } }));
    for (const changed of [...touched, { ...item, bytes: 6 }, { ...item, stamp: undefined }]) {
      assert.deepEqual(jobsOf([changed], table).map(({ isSame, kept }) => [isSame, kept?.pieces.hash(kept.row)]), [[false, hash]]);
    }
    for (const other of [{ ...item, keeps: false }, { ...item, executable: true }]) assert.deepEqual(jobsOf([other], table), [{ item: other, isSame: false }]);
  });

  it('counts for a source only when it was looked through for secrets', () => {
    const dependency = tableWith(name, { ...facts, isSource: false }, stamp);
    assert.deepEqual(jobsOf([item], dependency)[0], { item, isSame: false });
    assert.equal(jobsOf([{ ...item, isSource: false }], table)[0]?.isSame, true);
  });

  it('is not trusted for a file that may have changed right after it was read', () => {
    const stamp = { mtimeMs: 10_000, ctimeMs: 12_000, ino: 1 };
    assert.deepEqual([12_000, 14_000, 14_001].map((readAt) => isSettled(stamp, readAt)), [false, false, true]);
  });

  it('is worked off in batches, in order, and none of them large', () => {
    const items = Array.from({ length: 500 }, (_, at) => ({ ...item, path: `f${at}`, bytes: at % 50 === 0 ? 2_000_000 : 9000 }));
    const batches = batchesOf(jobsOf(items, undefined));
    assert.deepEqual(batches.flat().map((job) => job.item), items);
    assert.ok(batches.every((batch) => batch.length === 1 || batch.reduce((sum, job) => sum + job.item.bytes, 0) <= 1024 * 1024 && batch.length <= 64));
  });
});

function tableWith(name: string, facts: Facts, stamp: Stamp): KeptTable | undefined {
  const writer = new PieceWriter();
  writer.add('other', facts, Buffer.alloc(32), { data: Buffer.from('more'), crc: 1, size: 5 });
  writer.add(name, facts, Buffer.from(hash, 'hex'), { data: Buffer.from('data'), crc: 2, size: 5 });
  const list = new PieceList();
  list.add({ pieces: new Pieces(writer.finish()), row: 1 }, stamp);
  return KeptTable.read(Buffer.concat(writeTable({ paths: [name], list })));
}

/** Says to be a file, and has another content. */
function forged(name: string, facts: Facts): Pieces {
  return piecesOf(name, facts, deflate(Buffer.from('forged')));
}

function piecesOf(name: string, facts: Facts, deflated: Deflated): Pieces {
  const writer = new PieceWriter();
  writer.add(name, facts, Buffer.alloc(32), deflated);
  return new Pieces(writer.finish());
}

/** More than is packed without threads. */
function many(): Tree {
  const names = Array.from({ length: 150 }, (_, at) => `lib/file${at}.txt`);
  return { 'big.txt': 'Lorem ipsum dolor sit amet. '.repeat(40_000), ...Object.fromEntries(names.map((name, at) => [name, `${at}, ${name}\n`.slice(-14).repeat(at === 7 ? 1 : at)])) };
}

function flipped(bytes: Buffer, at: number): Buffer {
  const copy = Buffer.from(bytes);
  copy[at]! ^= 1;
  return copy;
}
