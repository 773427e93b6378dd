import { execFile } from 'node:child_process';
import { mkdir, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import * as path from 'node:path';
import { promisify } from 'node:util';
import { findProgram } from '../../src/core/findProgram';
import type { PackageRequest } from '../../src/core/package';
import { findBrought } from '../../src/core/packaging/esbuild';
import { install } from '../host/install.mjs';
import { clock, type Figure, median } from './report';
import { plantTree } from './tree';
import { createWorld, type World } from './world';

const run = promisify(execFile);
const rounds = 5;
const peers = { yazl: 'yazl@3.3.1', archiver: 'archiver@8.0.0', 'adm-zip': 'adm-zip@0.6.1' };

interface Measured {
  readonly times: readonly number[];
  readonly megabytes: number;
}

/** What is measured where. */
interface Bench {
  readonly world: World;
  readonly tree: string;
  readonly zip: string | undefined;
}

/** Packaging a tree of 9,725 files (31 MB): all of it, again after one edit, and bundled, against other ways to make a zip of it. */
export async function packagingFigures(): Promise<Figure[]> {
  const world = await createWorld();
  try {
    const tree = path.join(world.folder, 'tree');
    await plantTree(tree);
    const bench = { world, tree, zip: await findProgram(['zip']) };
    const { figures, peer } = await whole(bench);
    return [...figures, await again(bench, peer), ...(await bundled(bench, peer)), await small(bench), ...(await others(bench, figures[0]?.ours ?? 0))];
  } finally {
    await world.dispose();
  }
}

/** In turn, so that both see the machine equally busy. */
async function whole(bench: Bench): Promise<{ figures: Figure[]; peer: Figure['peer'] }> {
  const ours: Measured[] = [];
  const zip: number[] = [];
  for (let round = 0; round <= rounds; round++) {
    ours.push(await ourWay(bench, bench.tree, { forget: cache(bench) }));
    if (bench.zip) zip.push(await clock(() => zipTree(bench)));
  }
  const peer = zip.length ? { name: 'zip', value: median(zip.slice(1)) } : undefined;
  const note = peer ? 'zip: its process' : 'peer skipped: no zip command on the PATH';
  const value = median(ours.slice(1).flatMap(({ times }) => times));
  const memory = median(ours.map(({ megabytes }) => megabytes));
  const figures = [
    { what: 'package 9,725 files, 31 MB', ours: value, unit: 'ms', peer, limit: { must: 1.25, aim: 0.8 }, note },
    { what: 'package 9,725 files, memory of the process', ours: memory, unit: 'MB', limit: { must: 200, aim: 150 } },
  ];
  return { figures, peer };
}

async function again(bench: Bench, peer: Figure['peer']): Promise<Figure> {
  await ourWay(bench, bench.tree, {});
  const { times } = await ourWay(bench, bench.tree, { rounds: rounds + 1, edit: path.join(bench.tree, 'index.js') });
  return { what: 'package it again after one edit', ours: median(times.slice(1)), unit: 'ms', peer, limit: { must: 0.5, aim: 0.1 } };
}

/** A handler in TypeScript that uses a part of the tree, which is installed as a dependency. */
async function bundled(bench: Bench, peer: Figure['peer']): Promise<Figure[]> {
  const folder = path.join(bench.world.folder, 'bundled');
  await mkdir(folder);
  await writeFile(path.join(bench.tree, 'package.json'), '{"name":"tree","version":"1.0.0"}');
  await run('tar', ['-czf', path.join(folder, 'tree.tgz'), '-C', path.dirname(bench.tree), path.basename(bench.tree)]);
  await rm(path.join(bench.tree, 'package.json'));
  await writeFile(path.join(folder, 'package.json'), '{"dependencies":{"tree":"file:tree.tgz"}}');
  await writeFile(path.join(folder, '.deckignore'), 'tree.tgz\n');
  const modules = (await readdir(path.join(bench.tree, 'lib'), { recursive: true })).filter((name) => name.endsWith('.js')).sort().slice(0, 300);
  const imports = modules.map((name, i) => `import * as m${i} from ${JSON.stringify(`tree/lib/${name.split(path.sep).join('/')}`)};\n`);
  await writeFile(path.join(folder, 'index.ts'), `${imports.join('')}export const handler = () => [${modules.map((_, i) => `m${i}`).join()}];\n`);
  const figure = async (what: string): Promise<Figure> => {
    const { times } = await ourWay(bench, folder, { rounds: 4 });
    return { what, ours: median(times.slice(1)), unit: 'ms', peer, limit: { must: 0.5, aim: 0.3 }, note: 'zip: of the whole tree' };
  };
  const brought = await figure('bundle a handler that uses 300 of them, by the compiler that comes along');
  const wasm = await ourWay(bench, folder, { rounds: 3 }, require.resolve('esbuild-wasm/bin/esbuild'));
  const universal: Figure = { what: 'bundle it by the WebAssembly build', ours: median(wasm.times.slice(1)), unit: 'ms', note: 'what the universal package has' };
  await mkdir(path.join(folder, 'node_modules'));
  await symlink(path.resolve(__dirname, '../../node_modules/esbuild'), path.join(folder, 'node_modules/esbuild'), 'junction');
  const own = await figure("bundle it by the folder's own esbuild");
  return [brought, universal, own, ...(await bundledByHand(bench, folder, own.ours))];
}

/** The same by esbuild's command and `zip`. */
async function bundledByHand(bench: Bench, folder: string, ours: number): Promise<Figure[]> {
  if (!bench.zip) return [];
  const script = path.join(folder, 'node_modules/esbuild/bin/esbuild');
  const [entry, made] = [path.join(folder, 'index.ts'), path.join(bench.world.folder, 'made.js')];
  const installed = await readdir(path.join(bench.world.folder, 'cache')).then((names) => names.find((name) => name.startsWith('node-')));
  const env = { ...process.env, NODE_PATH: path.join(bench.world.folder, 'cache', installed ?? '', 'node_modules') };
  const times: number[] = [];
  for (let round = 0; round < 4; round++) {
    await rm(out(bench), { force: true });
    times.push(
      await clock(async () => {
        await run(process.execPath, [script, entry, '--bundle', '--minify', '--platform=node', '--log-level=error', `--outfile=${made}`], { env });
        await run(bench.zip ?? '', ['-q', '-X', '-j', out(bench), made]);
      }),
    );
  }
  return [{ what: "bundle it by the folder's own esbuild", ours, unit: 'ms', peer: { name: 'esbuild && zip', value: median(times.slice(1)) } }];
}

async function small(bench: Bench): Promise<Figure> {
  const folder = path.join(bench.world.folder, 'small');
  await mkdir(folder);
  const { times } = await ourWay(bench, folder, { rounds: 30, edit: path.join(folder, 'index.js') });
  return { what: 'package one file', ours: median(times.slice(5)), unit: 'ms' };
}

async function others(bench: Bench, ours: number): Promise<Figure[]> {
  const found = await install('bench-zip', Object.values(peers)).catch((error: Error) => error);
  const what = 'package 9,725 files, 31 MB';
  if (found instanceof Error) return [{ what, ours, unit: 'ms', note: `${Object.keys(peers).join(', ')} skipped: ${found.message.split('\n', 1)[0]}` }];
  const figures: Figure[] = [];
  for (const way of Object.keys(peers)) {
    const { times, megabytes } = await measure({ way, folder: bench.tree, out: out(bench), modules: path.join(found, 'node_modules'), rounds: 3 });
    figures.push({ what, ours, unit: 'ms', peer: { name: way, value: median(times) }, note: `${megabytes.toFixed(0)} MB` });
  }
  return figures;
}

function ourWay(bench: Bench, folder: string, more: object, esbuild = findBrought(bench.world.host.dist)): Promise<Measured> {
  const { dist } = bench.world.host;
  const tools = { node: process.execPath, esbuild, packer: path.join(dist, 'packer.js') };
  const manifest = { name: 'tree', runtime: 'nodejs22.x', handler: 'index.handler' };
  const request: PackageRequest = { folder, manifest, platform: 'host', cache: cache(bench), tools };
  return measure({ way: 'ours', folder, out: out(bench), request: { ...request, bundle: path.join(dist, 'package.js') }, ...more });
}

async function measure(task: object): Promise<Measured> {
  const { stdout } = await run(process.execPath, [path.join(__dirname, 'packers.mjs'), JSON.stringify(task)]);
  return JSON.parse(stdout) as Measured;
}

async function zipTree(bench: Bench): Promise<void> {
  await rm(out(bench), { force: true });
  await run(bench.zip ?? '', ['-q', '-r', '-X', out(bench), '.'], { cwd: bench.tree });
}

function cache({ world }: Bench): string {
  return path.join(world.folder, 'cache');
}

function out({ world }: Bench): string {
  return path.join(world.folder, 'out.zip');
}
