import { readdir, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { isMissing } from './files';

const foreignMs = 60_000;

/** Removes files that a kill left half written. Those at the top may be of others who try to start, so they go when old. */
export async function removeDrafts(folder: string): Promise<void> {
  await sweep(folder, Date.now() - foreignMs);
  // Packages are swept by what refers to them.
  for (const name of ['functions', 'events', 'layers', 'letters', 'logs', 'queues', 'triggers']) await sweepTree(path.join(folder, name));
}

async function sweepTree(folder: string): Promise<void> {
  const folders = await sweep(folder, Infinity);
  for (const name of folders) await sweep(path.join(folder, name), Infinity);
}

/** Resolves with the folders in it. */
async function sweep(folder: string, before: number): Promise<string[]> {
  const all = await readdir(folder, { withFileTypes: true }).catch((error: unknown) => {
    if (isMissing(error)) return [];
    throw error;
  });
  const drafts = all.filter((one) => one.isFile() && one.name.endsWith('.tmp')).map((one) => path.join(folder, one.name));
  for (const draft of drafts) if (await isBefore(draft, before)) await rm(draft, { force: true });
  return all.filter((one) => one.isDirectory()).map((one) => one.name);
}

async function isBefore(file: string, time: number): Promise<boolean> {
  if (time === Infinity) return true;
  try {
    return (await stat(file)).mtimeMs < time;
  } catch (error) {
    if (isMissing(error)) return false;
    throw error;
  }
}
