import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { broughtEsbuild, findBrought, runEsbuild } from '../../src/core/packaging/esbuild';
import { bringCompiler, targetHere, targets } from '../../src/compilers.mjs';

describe('the compiler that comes along', () => {
  let dist: string;
  before(async () => void (dist = await mkdtemp(path.join(tmpdir(), 'compilers-'))));
  after(() => rm(dist, { recursive: true, force: true }));

  const version = async (): Promise<string> => {
    const task = { node: process.execPath, args: ['--version'], cwd: dist };
    return (await runEsbuild(await broughtEsbuild(findBrought(dist)), task, { signal: AbortSignal.timeout(60_000) })).stdout.trim();
  };

  it('is one program, or the WebAssembly build where there is none, of the same version', async () => {
    assert.notEqual(targetHere(), 'universal', 'the tests run where there is a program');
    await bringCompiler(targetHere(), dist);
    const program = process.platform === 'win32' ? 'esbuild.exe' : 'esbuild';
    assert.deepEqual([await readdir(dist), (await readdir(path.join(dist, 'esbuild'))).sort()], [['esbuild'], ['LICENSE.md', program]]);
    assert.deepEqual(await broughtEsbuild(findBrought(dist)), { file: path.join(dist, 'esbuild', program), isScript: false, isOwn: false });
    const native = await version();
    await bringCompiler('universal', dist);
    assert.deepEqual(await readdir(dist), ['esbuild-wasm']);
    assert.deepEqual(await broughtEsbuild(findBrought(dist)), { file: path.join(dist, 'esbuild-wasm', 'bin', 'esbuild'), isScript: true, isOwn: false });
    assert.deepEqual([native, /^\d+\.\d+\.\d+$/.test(native)], [await version(), true]);
  });

  it('is built anew, for all platforms, when vsce is called alone', async () => {
    const { scripts } = JSON.parse(await readFile(path.resolve(__dirname, '../../package.json'), 'utf8')) as { scripts: Record<string, string> };
    assert.equal(scripts['vscode:prepublish'], 'node src/build.mjs --target universal');
  });

  it('is known for every package, down to the bytes', async () => {
    const { packages } = JSON.parse(await readFile(path.resolve(__dirname, '../../package-lock.json'), 'utf8')) as { packages: Record<string, { version: string; integrity?: string }> };
    const wanted = packages['node_modules/esbuild']?.version;
    for (const name of ['win32-x64', 'win32-arm64', 'linux-x64', 'linux-arm64', 'linux-arm', 'darwin-x64', 'darwin-arm64']) {
      const { version: found, integrity } = packages[`node_modules/@esbuild/${name}`] ?? {};
      assert.deepEqual([found, integrity?.startsWith('sha512-')], [wanted, true], name);
    }
    assert.equal(packages['node_modules/esbuild-wasm']?.version, wanted);
    assert.ok(targets.includes('universal') && targets.includes(targetHere()));
    await assert.rejects(bringCompiler('amiga-68k', dist), /no package for amiga-68k; there are win32-x64, .*universal/);
    assert.equal(existsSync(path.join(dist, 'esbuild')), false);
  });
});
