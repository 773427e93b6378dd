// Which esbuild comes along in the package for which platform.
import { existsSync } from 'node:fs';
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { npm } from '../test/host/npm.mjs';

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));

/** VS Code's name of a platform to esbuild's. Its programs for Linux need nothing of the system, so Alpine runs them too. */
const programs = {
  'win32-x64': 'win32-x64',
  'win32-arm64': 'win32-arm64',
  'linux-x64': 'linux-x64',
  'linux-arm64': 'linux-arm64',
  'linux-armhf': 'linux-arm',
  'alpine-x64': 'linux-x64',
  'alpine-arm64': 'linux-arm64',
  'darwin-x64': 'darwin-x64',
  'darwin-arm64': 'darwin-arm64',
};

/** All that a package can be made for: platforms with a program, and `universal` for all others, with the WebAssembly build. */
export const targets = [...Object.keys(programs), 'universal'];

/** What this machine takes. */
export function targetHere() {
  const system = existsSync('/etc/alpine-release') ? 'alpine' : process.platform;
  const target = `${system}-${process.arch === 'arm' ? 'armhf' : process.arch}`;
  return target in programs ? target : 'universal';
}

/** Puts the one esbuild for a target into a folder of bundles, in place of any other. */
export async function bringCompiler(target, dist) {
  await Promise.all(['esbuild', 'esbuild-wasm'].map((name) => rm(path.join(dist, name), { recursive: true, force: true })));
  if (target === 'universal') return bringWebAssembly(dist);
  const name = programs[target];
  if (!name) throw new Error(`There is no package for ${target}; there are ${targets.join(', ')}.`);
  const installed = path.join(root, 'node_modules');
  if (existsSync(path.join(installed, '@esbuild', name))) return bringProgram(name, installed, dist);
  const fetched = await mkdtemp(path.join(tmpdir(), 'function-deck-esbuild-'));
  try {
    await fetchProgram(name, fetched);
    await bringProgram(name, path.join(fetched, 'node_modules'), dist);
  } finally {
    await rm(fetched, { recursive: true, force: true });
  }
}

async function bringProgram(name, modules, dist) {
  const [from, to] = name.startsWith('win32') ? ['esbuild.exe', 'esbuild.exe'] : ['bin/esbuild', 'esbuild'];
  await cp(path.join(modules, '@esbuild', name, from), path.join(dist, 'esbuild', to));
  await cp(path.join(root, 'node_modules/esbuild/LICENSE.md'), path.join(dist, 'esbuild/LICENSE.md'));
}

async function bringWebAssembly(dist) {
  const files = ['bin/esbuild', 'lib/main.js', 'esbuild.wasm', 'wasm_exec_node.js', 'wasm_exec.js', 'LICENSE.md'];
  await Promise.all(files.map((file) => cp(path.join(root, 'node_modules/esbuild-wasm', file), path.join(dist, 'esbuild-wasm', file))));
}

/** Installs a program by a lockfile of its own with the entry of ours, so that npm refuses all but the very same bytes. */
async function fetchProgram(name, folder) {
  const place = `node_modules/@esbuild/${name}`;
  const { packages } = JSON.parse(await readFile(path.join(root, 'package-lock.json'), 'utf8'));
  const { version, integrity } = packages[place];
  if (!integrity?.startsWith('sha512-')) throw new Error(`package-lock.json has no integrity of ${place}; run \`npm install\` to add it.`);
  const project = { name: 'fetched', version: '1.0.0', dependencies: { [`@esbuild/${name}`]: version } };
  const lock = { ...project, lockfileVersion: 3, packages: { '': project, [place]: { version, integrity } } };
  await writeFile(path.join(folder, 'package.json'), JSON.stringify(project));
  await writeFile(path.join(folder, 'package-lock.json'), JSON.stringify(lock));
  await npm(['ci', '--ignore-scripts'], folder);
}
