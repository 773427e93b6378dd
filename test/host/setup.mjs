// Makes a fresh clone ready: needs Node and npm, nothing else.
import { readdir, readFile, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { npm } from './npm.mjs';
import { cache, root } from './paths.mjs';

const oldestNode = 20;

async function lockedPackages(file) {
  try {
    return JSON.parse(await readFile(path.join(root, file), 'utf8')).packages;
  } catch (error) {
    if (error.code === 'ENOENT' || error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** Whether node_modules holds what the lockfile asks for, by npm's own record, which it writes last. */
async function isInstalled() {
  const [wanted, found] = await Promise.all([lockedPackages('package-lock.json'), lockedPackages('node_modules/.package-lock.json')]);
  if (!wanted || !found) return false;
  return Object.entries(wanted).every(([place, one]) => !place || one.optional || found[place]?.version === one.version);
}

const node = Number(process.versions.node.split('.')[0]);
if (node < oldestNode) {
  console.error(`Node.js ${oldestNode} or newer is needed; this is ${process.version}.`);
  process.exit(1);
}
if (!(await isInstalled())) {
  console.log('Installing the development packages (once)…');
  await npm(['ci', '--ignore-scripts'], root);
}

// What a run that was killed left behind.
const day = 86_400_000;
for (const name of await readdir(cache).catch(() => [])) {
  const folder = path.join(cache, name);
  const isLeft = /^(data|workspace)-|\.part$/.test(name) && Date.now() - (await stat(folder)).mtimeMs > day;
  if (isLeft) await rm(folder, { recursive: true, force: true });
}
