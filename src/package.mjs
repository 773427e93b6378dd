// Makes packages of the extension: `npm run package` one for this machine, `-- win32-x64 universal` those, `-- all` every one.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { bringCompiler, targetHere, targets } from './compilers.mjs';

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
// A copy with nothing else in it: dist/ stays as it is, and nobody looks through the editors that were fetched for tests.
const stage = path.join(root, 'out', `package.${process.pid}`);
const dist = path.join(stage, 'dist');

function chosen() {
  const asked = process.argv.slice(2);
  if (asked.length === 0) return [targetHere()];
  const all = asked.includes('all') ? targets : asked;
  const unknown = all.filter((target) => !targets.includes(target));
  if (unknown.length) throw new Error(`There is no package for ${unknown.join(', ')}; there are ${targets.join(', ')}, and all.`);
  const lost = process.platform === 'win32' ? all.filter((target) => !/^(win32|universal)/.test(target)) : [];
  if (lost.length) throw new Error(`Files on Windows cannot be marked as programs: make the packages for ${lost.join(', ')} on Linux or macOS.`);
  return all;
}

async function node(script, ...args) {
  const [code] = await once(spawn(process.execPath, [path.join(root, script), ...args], { cwd: stage, stdio: 'inherit' }), 'exit');
  if (code !== 0) throw new Error(`${script} failed.`);
}

/** Copies what .vscodeignore lets in. */
async function copyFiles() {
  const ignore = await readFile(path.join(root, '.vscodeignore'), 'utf8');
  const names = new Set([...ignore.matchAll(/^!([^/\n]+)/gm)].map(([, name]) => name));
  names.delete('dist');
  await Promise.all(['.vscodeignore', ...names].map((name) => cp(path.join(root, name), path.join(stage, name), { recursive: true })));
  // What vsce alone would build is for all platforms.
  const manifest = JSON.parse(await readFile(path.join(stage, 'package.json'), 'utf8'));
  delete manifest.scripts['vscode:prepublish'];
  await writeFile(path.join(stage, 'package.json'), `${JSON.stringify(manifest, undefined, 2)}\n`);
}

const wanted = chosen();
await mkdir(stage, { recursive: true });
try {
  await copyFiles();
  await node('src/build.mjs', '--target', wanted[0], '--out', dist);
  for (const [i, target] of wanted.entries()) {
    if (i > 0) await bringCompiler(target, dist);
    const platform = target === 'universal' ? [] : ['--target', target];
    await node('node_modules/@vscode/vsce/vsce', 'package', '--no-dependencies', ...platform, '--out', path.join(root, `function-deck-${target}.vsix`));
  }
} finally {
  await rm(stage, { recursive: true, force: true });
}
