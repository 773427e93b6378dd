import { execFile } from 'node:child_process';
import { stat } from 'node:fs/promises';
import * as path from 'node:path';
import { promisify } from 'node:util';
import { type Figure, timed } from './report';

const dist = path.resolve(__dirname, '../../dist');

/** Sizes of the bundles, and what it costs to load each one beyond an empty file. */
export async function bundleFigures(): Promise<Figure[]> {
  const size = async (name: string): Promise<number> => (await stat(path.join(dist, name))).size / 1000;
  const empty = await load('');
  const figures: Figure[] = [{ what: 'dist/extension.js, size', ours: await size('extension.js'), unit: 'kB', aim: '≤ 100 kB' }];
  for (const name of ['aws.js', 'gcp.js', 'package.js']) {
    figures.push({ what: `dist/${name}, size`, ours: await size(name), unit: 'kB' });
    figures.push({ what: `dist/${name}, load`, ours: (await load(path.join(dist, name))) - empty, unit: 'ms', aim: name === 'package.js' ? undefined : '≤ 60 ms' });
  }
  return figures;
}

function load(file: string): Promise<number> {
  const code = file ? `require(${JSON.stringify(file)})` : '';
  return timed(9, () => promisify(execFile)(process.execPath, ['-e', code]));
}
