import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmodSync, mkdirSync, readdirSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import * as path from 'node:path';
import fc from 'fast-check';
import { isInputError } from '../../src/core/errors';
import { checkUnzipped, defaultLimits } from '../../src/core/packaging/limits';
import { findProgram } from '../../src/core/findProgram';
import { Pieces, PieceWriter } from '../../src/core/packaging/pieces';
import { ZipJoin } from '../../src/core/packaging/zip';
import { javascript, other, python, texts, type Tree, World } from './packageWorld';

const handler = 'def handler(event, context):\n    return event\n';
// Put together at run time, so that no scanner takes this file for a leak.
const keyText = ['-----BEGIN RSA', 'PRIVATE KEY-----\nMIIEowIBAAKCAQEA\n'].join(' ');
const awsKeys = `[default]\naws_access_key_id = ${'AKIA'}ABCDEFGHIJKLMNOP\naws_secret_access_key = ${'abcdEFGH1234/+'.repeat(3).slice(0, 40)}\n`;

describe('packageFolder', () => {
  let world: World;
  before(() => void (world = new World()));
  after(() => world.dispose());

  it('packs files as they are, sorted, with the hash of what it hands out', async () => {
    const tree: Tree = { 'app.py': handler, 'z.txt': '', 'a/b/ä €.txt': 'ü', 'B.bin': Buffer.from([0, 255, 10, 13]), 'noise.bin': noise(1000) };
    const { bytes, hash, files } = await world.pack(world.folder(tree), python);
    assert.deepEqual(files, ['B.bin', 'a/b/ä €.txt', 'app.py', 'noise.bin', 'z.txt']);
    assert.deepEqual(texts(bytes), Object.fromEntries(Object.entries(tree).map(([name, content]) => [name, Buffer.from(content).toString()])));
    assert.equal(hash, createHash('sha256').update(bytes).digest('base64'));
  });

  it('is read by independent readers', async function () {
    const program = await findProgram(['python3', 'python']);
    if (!program) this.skip();
    const folder = world.folder({ 'app.py': handler, 'run.sh': '#!/bin/sh\n', 'big.txt': 'line of text\n'.repeat(100_000), 'ä.txt': 'x' });
    const zip = path.join(world.root, 'read.zip');
    writeFileSync(zip, (await world.pack(folder, python)).bytes);
    const script = 'import zipfile,sys\nz=zipfile.ZipFile(sys.argv[1])\nassert z.testzip() is None\nfor i in z.infolist(): print(i.filename, i.file_size, oct(i.external_attr>>16), i.date_time[0])';
    const listing = execFileSync(program, ['-X', 'utf8', '-c', script, zip], { encoding: 'utf8' }).trim().split(/\r?\n/);
    const mode = process.platform === 'win32' ? '0o100644' : '0o100755';
    assert.deepEqual(listing, ['app.py 46 0o100644 1980', 'big.txt 1300000 0o100644 1980', `run.sh 10 ${mode} 1980`, 'ä.txt 1 0o100644 1980']);
    const unzip = await findProgram(['unzip']);
    if (unzip) assert.match(execFileSync(unzip, ['-t', zip], { encoding: 'utf8' }), /No errors detected/);
  });

  it('gives the same bytes for the same files, whatever their times, order and place', async () => {
    const names = ['app.py', 'lib/one.py', 'lib/two.py', 'x.txt'];
    const content = (name: string): string => (name === 'app.py' ? handler : `# ${name}\n`.repeat(99));
    const first = world.folder(Object.fromEntries(names.map((name) => [name, content(name)])));
    const second = world.folder(Object.fromEntries([...names].reverse().map((name) => [name, content(name)])));
    const hash = (await world.pack(first, python)).hash;
    assert.equal((await world.pack(second, python)).hash, hash);
    for (const name of names) utimesSync(path.join(first, name), 1, 1);
    if (process.platform !== 'win32') chmodSync(path.join(first, 'x.txt'), 0o600);
    assert.equal((await world.pack(first, python)).hash, hash);
    writeFileSync(path.join(first, 'x.txt'), 'other');
    assert.notEqual((await world.pack(first, python)).hash, hash);
  });

  // Only the deflated bytes are up to the machine; the golden ones hold what is around them.
  it('writes the container that it always wrote', () => {
    const write = (...paths: string[]): Pieces => {
      const writer = new PieceWriter();
      const deflated = { data: Buffer.from('03000000', 'hex'), crc: 7, size: 9 };
      for (const path of paths) writer.add(path, { size: 9, isSource: true, executable: path.endsWith('.sh') }, Buffer.alloc(32), deflated);
      return new Pieces(writer.finish());
    };
    const join = (...rows: [Pieces, number][]): string => {
      const zip = new ZipJoin();
      for (const [pieces, row] of rows) zip.add({ pieces, row });
      return createHash('sha256').update(zip.finish()).digest('base64');
    };
    const both = write('app.py', 'ä/run.sh');
    const swapped = write('ä/run.sh', 'other', 'app.py');
    const hashes = [join([both, 0], [both, 1]), join([swapped, 2], [swapped, 0]), join([write('app.py'), 0], [both, 1])];
    assert.deepEqual(hashes, Array(3).fill('K50DcnwwwHFGOnl7zWutHsXYZjBUk+b8wbZmPb4ZdK4='));
  });

  it('leaves out what never belongs into a package', async () => {
    const secret = ['.env', '.env.local', 'sub/.env', '.ENV', '.git/config', 'sub/.git/HEAD', '.venv/bin/python', 'venv/x', '.vscode/settings.json', '.aws/credentials',
      'key.pem', 'a/b.key', 'id_rsa', 'id_ed25519.pub', 'x.p12', 'x.pfx', '.npmrc', 'terraform.tfstate', 'terraform.tfstate.backup', '.terraform/x', 'deck.json', '.deckignore',
      '__pycache__/a.pyc', 'sub/__pycache__/a.txt', 'a.pyc', 'lib/node_modules/.cache/x', '.DS_Store', 'sub/.function-deck/e.json', '.idea/x', '.ssh/config', '.netrc'];
    const kept = ['app.py', 'cacert.pem', 'environment.txt', 'keys.py', 'sub/deck.json', 'lib/.cache/x'];
    const tree = Object.fromEntries([...secret, ...kept].filter((name) => name !== '.deckignore').map((name) => [name, name.endsWith('.py') ? handler : '{}']));
    const { files } = await world.pack(world.folder({ ...tree, '.deckignore': '# nothing\n' }), python);
    assert.deepEqual(files, kept.sort());
  });

  it('follows .deckignore', async () => {
    const folder = world.folder({ 'app.py': handler, 'test_app.py': '', 'docs/a.md': '', 'docs/b.md': '', 'data/x.csv': '', 'data/keep.csv': '', '.deckignore': 'test_*.py\r\n/docs/\r\ndata/*\n!data/keep.csv\n' });
    assert.deepEqual((await world.pack(folder, python)).files, ['app.py', 'data/keep.csv']);
    assert.deepEqual((await world.pack(folder, python, { ignore: ['*.csv'] })).files, ['app.py', 'data/keep.csv']);
  });

  it('lets a private file in only when .deckignore names it', async () => {
    const tree = { 'app.py': handler, 'server.pem': keyText, 'sub/other.pem': 'x', '.env': 'A=1', 'src/.env': 'B=1' };
    const pack = async (rules: string): Promise<readonly string[]> => (await world.pack(world.folder({ ...tree, '.deckignore': rules }), python)).files;
    assert.deepEqual(await pack('!server.pem\n'), ['app.py', 'server.pem']);
    assert.deepEqual(await pack('!/.env\n'), ['.env', 'app.py']);
    assert.deepEqual(await pack('!*\n!src\n!*.pem\n!**/.env\n'), ['app.py']);
  });

  it('refuses secrets in text files, with the line', async () => {
    const key = await world.refuse(world.folder({ 'app.py': `${handler}\nKEY = """\n${keyText}"""\n` }), python);
    assert.match(key.message, /^app\.py, line 5: this looks like a private key; .*\.deckignore.*"!app\.py"\.$/);
    assert.equal(key.place?.line, 5);
    const aws = await world.refuse(world.folder({ 'app.py': handler, 'conf/settings.ini': awsKeys }), python);
    assert.match(aws.message, /^conf\/settings\.ini, line 2: this looks like an AWS access key with its secret/);
    const folder = world.folder({ 'app.py': handler, 'settings.ini': awsKeys, 'harmless.txt': `AKIAABCDEFGHIJKLMNOP\n${'0123456789abcdef'.repeat(3).slice(0, 40)}\n`, '.deckignore': '!settings.ini' });
    assert.deepEqual((await world.pack(folder, python)).files, ['app.py', 'harmless.txt', 'settings.ini']);
  });

  it('packs links inside the folder as what they lead to, and ends at loops', async function () {
    if (process.platform === 'win32') this.skip();
    const folder = world.folder({ 'app.py': handler, 'lib/a.txt': 'a' });
    symlinkSync('lib/a.txt', path.join(folder, 'link.txt'));
    symlinkSync('lib', path.join(folder, 'copy'));
    symlinkSync('..', path.join(folder, 'lib', 'up'));
    symlinkSync('.', path.join(folder, 'self'));
    symlinkSync('/etc', path.join(folder, 'ignored'));
    writeFileSync(path.join(folder, '.deckignore'), 'ignored\n');
    const { bytes } = await world.pack(folder, python);
    assert.deepEqual(texts(bytes), { 'app.py': handler, 'copy/a.txt': 'a', 'lib/a.txt': 'a', 'link.txt': 'a' });
  });

  it('refuses links to outside, to nothing and to private files by name', async function () {
    if (process.platform === 'win32') this.skip();
    const outside = world.folder({ 'secret.txt': 'x' });
    const cases: readonly (readonly [string, RegExp])[] = [
      [path.join(outside, 'secret.txt'), /^sub\/link links to .*secret\.txt, outside the folder; .*\.deckignore\.$/],
      [outside, /^sub\/link links to .*, outside the folder/],
      ['../..', /^sub\/link links to .*, outside the folder/],
      ['nowhere', /^sub\/link links to nowhere, which cannot be reached/],
      ['link', /^sub\/link links to link, which cannot be reached/],
      ['../.env', /^sub\/link links to \.env, which never enters a package/],
      ['../.git/config', /^sub\/link links to \.git\/config, which never enters a package/],
      ['../.git', /^sub\/link links to \.git, which never enters a package/],
    ];
    for (const [target, expected] of cases) {
      const folder = world.folder({ 'app.py': handler, '.env': 'A=1', '.git/config': 'x', 'sub/x.txt': '' });
      symlinkSync(target, path.join(folder, 'sub', 'link'));
      assert.match((await world.refuse(folder, python)).message, expected, target);
    }
  });

  it('refuses pipes, sockets and odd names by name', async function () {
    if (process.platform === 'win32') this.skip();
    const piped = world.folder({ 'app.py': handler });
    execFileSync('mkfifo', [path.join(piped, 'pipe')]);
    assert.match((await world.refuse(piped, python)).message, /^pipe is not a regular file .*\.deckignore\.$/);
    const socketed = world.folder({ 'app.py': handler });
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(path.join(socketed, 's'), resolve));
    assert.match((await world.refuse(socketed, python)).message, /^s is not a regular file/);
    server.close();
    assert.match((await world.refuse(world.folder({ 'app.py': handler, 'a\\b.txt': '' }), python)).message, /has a backslash/);
    const odd = world.folder({ 'app.py': handler });
    writeFileSync(Buffer.concat([Buffer.from(`${odd}/`), Buffer.from([0x61, 0xff])]), '');
    assert.match((await world.refuse(odd, python)).message, /has a name that is not valid UTF-8/);
  });

  it('refuses a file that it may not read', async function () {
    if (process.platform === 'win32' || !process.seteuid) this.skip();
    const folder = world.folder({ 'app.py': handler, 'private.txt': 'x', 'closed/x.txt': '' });
    const isRoot = process.getuid?.() === 0;
    chmodSync(path.join(folder, 'private.txt'), 0);
    chmodSync(world.root, 0o755);
    if (isRoot) process.seteuid(65534);
    try {
      assert.match((await world.refuse(folder, other)).message, /^private\.txt cannot be read; change its permissions, or name it in \.deckignore\.$/);
      if (isRoot) process.seteuid(0);
      chmodSync(path.join(folder, 'closed'), 0);
      if (isRoot) process.seteuid(65534);
      assert.match((await world.refuse(folder, other)).message, /^closed cannot be read/);
    } finally {
      if (isRoot) process.seteuid(0);
      chmodSync(path.join(folder, 'closed'), 0o755);
    }
  });

  it('refuses what is over the limits and names the biggest parts', async () => {
    const folder = world.folder({ 'app.py': handler, 'models/a.bin': noise(3_000_000), 'models/b.bin': noise(2_000_000), 'film.mp4': noise(1_500_000), 'zeros.txt': '0'.repeat(2_500_000) });
    const zipped = await world.refuse(folder, python, { limits: { zipped: 4 * 2 ** 20, unzipped: 1e9 } });
    assert.match(zipped.message, /^The package is over 4\.0 MB zipped, .* models \(4\.8 MB\), zeros\.txt \(2\.4 MB\), film\.mp4 \(1\.4 MB\); name in \.deckignore/);
    const unzipped = await world.refuse(folder, python, { limits: { zipped: 1e9, unzipped: 8 * 2 ** 20 } });
    assert.match(unzipped.message, /^The package is 8\.6 MB unzipped, and the limit is 8\.0 MB; the biggest parts are models/);
  });

  it('says what is missing', async () => {
    const folder = world.folder({ 'app.py': handler, 'index.js': 'exports.handler = 1', 'deck.json': '{\n  "name": "x",\n  "runtime": "python3.11",\n  "handler": "wrong.handler"\n}\n' });
    const cases = [
      [{}, /^deck\.json does not say the runtime/],
      [{ runtime: 'python3.11' }, /^deck\.json does not say the handler; add for example "handler": "lambda_function/],
      [{ ...python, handler: 'wrong.handler' }, /^The handler "wrong\.handler" needs a file wrong\.py, and there is none/],
      [{ ...python, handler: 'a.b.handler' }, /needs a file a\/b\.py/],
      [{ ...python, handler: 'handler' }, /^The handler "handler" must name a file and a function in it; write for example "lambda_function/],
      [{ ...python, handler: '../app.handler' }, /must name a file and a function/],
      [{ ...python, handler: 'app.' }, /must name a file and a function/],
      [{ ...javascript, handler: 'index' }, /must name a file and a function/],
      [{ ...javascript, handler: '../index.handler' }, /must name a file and a function/],
      [{ ...javascript, handler: 'src/index.handler' }, /needs a file src\/index\.ts or src\/index\.js or src\/index\.mjs, and there is none/],
      [{ runtime: 'provided.al2023' }, /^There is no file "bootstrap"/],
    ] as const;
    for (const [manifest, expected] of cases) assert.match((await world.refuse(folder, manifest)).message, expected);
    const place = (await world.refuse(folder, { ...python, handler: 'wrong.handler' })).place;
    assert.deepEqual(place, { file: path.join(folder, 'deck.json'), line: 4 });
    const ignored = world.folder({ 'app.py': handler, '.deckignore': '*.py' });
    assert.match((await world.refuse(ignored, python)).message, /app\.py is left out of the package.*\.deckignore/);
    assert.match((await world.refuse(path.join(world.root, 'nowhere'), python)).message, /^There is no folder/);
  });

  it('takes handlers in their usual places', async () => {
    const cases: readonly [Tree, object][] = [
      [{ 'a/b.py': handler }, { ...python, handler: 'a.b.handler' }],
      [{ 'a/b.py': handler }, { ...python, handler: 'a/b.handler' }],
      [{ 'a/__init__.py': handler }, { ...python, handler: 'a.handler' }],
      [{ 'src/x.mjs': 'export const api = {}' }, { ...javascript, handler: 'src/x.api.handler' }],
      [{ 'index.cjs': '' }, javascript],
      [{ 'x.txt': '' }, { ...javascript, handler: '/opt/nodejs/wrapper.handler' }],
      [{ bootstrap: '#!/bin/sh\n' }, { runtime: 'provided.al2023' }],
      [{ 'x.jar': '' }, other],
    ];
    for (const [tree, manifest] of cases) assert.deepEqual((await world.pack(world.folder(tree), manifest)).files, Object.keys(tree));
  });

  it('finds a syntax error in the handler before anything is sent', async () => {
    const broken = await world.refuse(world.folder({ 'app.py': 'def handler(event, context):\n    return (1\n\nx = 2\n' }), python);
    assert.match(broken.message, /^app\.py, line 2: '\(' was never closed; correct it, then deploy again\.$/);
    assert.deepEqual([broken.place?.line, broken.place?.column], [2, 12]);
    const script = await world.refuse(world.folder({ 'index.js': 'exports.handler = async () => {\n  return 1 2;\n};\n' }), javascript);
    assert.match(script.message, /^index\.js, line 2: Unexpected number; correct it/);
    assert.deepEqual([script.place?.line, script.place?.column], [2, 12]);
    const module = world.folder({ 'index.mjs': 'import fs from "node:fs";\nexport const handler = () => fs;\n' });
    assert.deepEqual((await world.pack(module, javascript)).files, ['index.mjs']);
    const typed = world.folder({ 'index.js': 'export const handler = 1;\n', 'package.json': '{"type":"module"}' });
    assert.deepEqual((await world.pack(typed, javascript)).files, ['index.js', 'package.json']);
  });

  it('does not judge by an older Python than the cloud has', async () => {
    const folder = world.folder({ 'app.py': 'def handler(event, context):\n    return (1\n' });
    assert.deepEqual((await world.pack(folder, { ...python, runtime: 'python3.99' }, { platform: 'linux' })).files, ['app.py']);
  });

  it("asks the function's own Python, where there is one, before it believes an older one", async function () {
    const real = await findProgram(['python3', 'python']);
    if (!real || process.platform === 'win32') this.skip(); // there it is not found by its name but by a launcher
    const folder = world.folder({ 'app.py': 'def handler(event, context):\n    return (1\n', 'bin/python3.98': '#!/bin/sh\nexit 1\n', 'bin/python3.99': `#!/bin/sh\n[ "$5" ] || echo "$0"\n` });
    for (const name of ['python3.98', 'python3.99']) chmodSync(path.join(folder, 'bin', name), 0o755);
    const before = process.env['PATH'];
    process.env['PATH'] = `${path.join(folder, 'bin')}${path.delimiter}${before}`;
    try {
      assert.match((await world.refuse(folder, { ...python, runtime: 'python3.98' })).message, /^app\.py, line 2/, 'one that does not start has no say');
      assert.ok((await world.pack(folder, { ...python, runtime: 'python3.99' })).files.includes('app.py'));
      const tools = { node: process.execPath, python: real, pythonIsChosen: true, esbuild: '' };
      assert.match((await world.refuse(folder, { ...python, runtime: 'python3.99' }, { tools })).message, /^app\.py, line 2/);
    } finally {
      process.env['PATH'] = before;
    }
  });

  it('can be cancelled', async () => {
    const folder = world.folder({ 'app.py': handler, ...Object.fromEntries(Array.from({ length: 300 }, (_, index) => [`f${index}.txt`, String(index)])) });
    await assert.rejects(world.pack(folder, python, {}, AbortSignal.abort()), { name: 'AbortError' });
    const controller = new AbortController();
    const packing = world.pack(folder, python, {}, controller.signal);
    setTimeout(() => controller.abort(), 5);
    await assert.rejects(packing, { name: 'AbortError' });
  });

  it('hands out a whole package when files change meanwhile', async () => {
    const folder = world.folder({ 'app.py': handler, 'grows.txt': 'x'.repeat(200_000) });
    let count = 0;
    const timer = setInterval(() => writeFileSync(path.join(folder, 'grows.txt'), 'y'.repeat(100_000 + 1000 * (count++ % 200))), 0);
    try {
      for (let round = 0; round < 5; round++) {
        const { bytes, hash } = await world.pack(folder, other);
        assert.equal(hash, createHash('sha256').update(bytes).digest('base64'));
        texts(bytes);
      }
    } finally {
      clearInterval(timer);
    }
  });

  it('refuses more files than a zip can count, and says where they are', () => {
    const files = Array.from({ length: 65_535 }, (_, index) => ({ path: `${index % 5 ? 'data' : 'lib'}/${index}`, bytes: 0 }));
    const sentence = /^The package has 65535 files, and the limit is 65534; most are in data \(52428\), lib \(13107\); name in \.deckignore what/;
    assert.throws(() => checkUnzipped(files, defaultLimits), (error) => isInputError(error) && sentence.test(error.message));
    checkUnzipped(files.slice(1), defaultLimits);
  });

  it('never packs a planted secret or anything from outside', async () => {
    const outside = path.join(world.root, 'outside');
    mkdirSync(outside);
    writeFileSync(path.join(outside, 'plain.txt'), 'OUTSIDE');
    const name = fc.constantFrom('a', 'b.txt', 'lib', 'ä', '.hidden', 'x y', '#z', '!n');
    const secretName = fc.constantFrom('.env', '.env.prod', 'id_rsa', 'k.pem', 'k.key', '.npmrc', 'x.tfstate', '.git/config', '.aws/credentials', 'venv/v.txt', 'k.PEM');
    const rule = fc.constantFrom('!*', '*.tmp', '!lib', '!**', '/a', '!.e*', '!/lib/', 'lib/**', '!*.pem', '# c', '\\', '[', '!', '**/');
    const place = fc.array(name, { maxLength: 3 });
    const plan = fc.record({
      plain: fc.array(fc.tuple(place, name), { maxLength: 6 }),
      secrets: fc.array(fc.tuple(place, secretName), { minLength: 1, maxLength: 4 }),
      links: fc.array(fc.tuple(place, fc.constantFrom('.', '..', '../..', outside, path.join(outside, 'plain.txt'), '.env', '.git', 'lib')), { maxLength: 2 }),
      rules: fc.array(rule, { maxLength: 4 }),
    });
    await fc.assert(
      fc.asyncProperty(plan, async ({ plain, secrets, links, rules }) => {
        const folder = world.folder({ 'x.jar': 'x', '.deckignore': rules.join('\n') });
        for (const [at, file] of plain) plant(() => world.write(folder, { [[...at, file].join('/')]: 'plain' }));
        for (const [at, file] of secrets) plant(() => world.write(folder, { [[...at, file].join('/')]: 'SECRET' }));
        for (const [at, to] of links) plant(() => symlinkSync(to, path.join(folder, ...at, 'link')));
        const packed = await world.pack(folder, other).catch((error: unknown) => assert.equal((error as Error).name, 'InputError'));
        const contents = packed ? Object.values(texts(packed.bytes)) : [];
        rmSync(folder, { recursive: true });
        assert.ok(!contents.includes('SECRET') && !contents.includes('OUTSIDE'));
      }),
      { numRuns: 150 },
    );
  });

  it('leaves the source folder as it was', async () => {
    const folder = world.folder({ 'app.py': handler });
    await world.pack(folder, python);
    assert.deepEqual(readdirSync(folder), ['app.py']);
  });
});

/** A generated tree may ask for a file where it has a folder; what cannot be planted is not. */
function plant(task: () => void): void {
  try {
    task();
  } catch (error) {
    assert.match((error as NodeJS.ErrnoException).code ?? '', /^(?:EEXIST|ENOTDIR|EISDIR|ENOENT|ELOOP|EINVAL)$/);
  }
}

/** Bytes that no deflate makes smaller, the same ones every time. */
function noise(length: number): Buffer {
  const blocks = Array.from({ length: Math.ceil(length / 32) }, (_, index) => createHash('sha256').update(String(index)).digest());
  return Buffer.concat(blocks).subarray(0, length);
}
