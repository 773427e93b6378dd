import { execFile } from 'node:child_process';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import * as path from 'node:path';
import { promisify } from 'node:util';
import { findProgram } from '../../src/core/findProgram';
import { packageFolder } from '../../src/core/package';
import { type Figure, timed } from './report';
import { createWorld } from './world';

/** Packaging a tree of 2,000 files (about 8 MB), against the `zip` command on the same tree. */
export async function packagingFigures(): Promise<Figure[]> {
  const world = await createWorld();
  const folder = path.join(world.folder, 'tree');
  try {
    await plant(folder);
    const manifest = { name: 'tree', runtime: 'python3.13', handler: 'main.handler' };
    const tools = { node: process.execPath, esbuild: path.join(world.host.dist, 'esbuild-wasm', 'bin', 'esbuild') };
    const request = { folder, manifest, platform: 'host', cache: path.join(world.folder, 'cache'), tools } as const;
    const options = { signal: new AbortController().signal, report: () => undefined };
    const ours = await timed(5, () => packageFolder(request, options));
    const zip = await findProgram(['zip']);
    const out = path.join(world.folder, 'peer.zip');
    const peer = zip && { name: 'zip', value: await timed(5, () => rm(out, { force: true }).then(() => promisify(execFile)(zip, ['-q', '-r', '-X', out, '.'], { cwd: folder }))) };
    return [{ what: 'package 2,000 files', ours, unit: 'ms', peer: peer || undefined, note: peer ? undefined : 'peer skipped: no zip command on the PATH' }];
  } finally {
    await world.dispose();
  }
}

async function plant(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  await writeFile(path.join(folder, 'main.py'), 'def handler(event, context):\n    return event\n');
  for (let i = 0; i < 2000; i++) {
    const below = path.join(folder, `part${i % 40}`);
    await mkdir(below, { recursive: true });
    const line = `value_${i} = ${JSON.stringify(Array.from({ length: 40 }, (_, n) => (i * 7919 + n * 104729) % 100003))}\n`;
    await writeFile(path.join(below, `module${i}.py`), line.repeat(14));
  }
}
