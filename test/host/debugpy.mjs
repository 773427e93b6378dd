import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { cache } from './paths.mjs';

const run = promisify(execFile);
const folder = path.join(cache, 'debugpy');
const systemFolder = '/usr/lib/python3/dist-packages';

/**
 * The folder that holds a real debugpy: the system's, or one that pip fetches into the cache once; `undefined` when there is
 * none to be had.
 */
export async function findDebugpy() {
  const known = [folder, systemFolder].find((one) => existsSync(path.join(one, 'debugpy', '__init__.py')));
  return known ?? fetchDebugpy();
}

async function fetchDebugpy() {
  const draft = `${folder}.${process.pid}.part`;
  try {
    await run('python3', ['-m', 'pip', 'install', '--quiet', '--no-deps', '--target', draft, 'debugpy'], { timeout: 60_000 });
    await rename(draft, folder);
  } catch (error) {
    await rm(draft, { recursive: true, force: true });
    // Another run was quicker, or there is no Python, no pip or no network.
    if (!(error instanceof Error)) throw error;
  }
  return existsSync(path.join(folder, 'debugpy')) ? folder : undefined;
}
