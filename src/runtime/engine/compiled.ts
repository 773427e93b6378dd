import { readdir, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { isMissing } from '../store/files';

const maxBytes = 200 * 1024 * 1024;

/** Empties the folder in which Node keeps what it compiled once it has grown too large: all in it can be made again. */
export async function limitCompiled(folder: string, limit = maxBytes): Promise<void> {
  if ((await bytesOf(folder)) > limit) await rm(folder, { recursive: true, force: true });
}

async function bytesOf(folder: string): Promise<number> {
  try {
    const entries = await readdir(folder, { recursive: true });
    const sizes = await Promise.all(entries.map(async (name) => (await stat(path.join(folder, name))).size));
    return sizes.reduce((sum, size) => sum + size, 0);
  } catch (error) {
    // Nothing was compiled yet, or Node has just given a file its name.
    if (isMissing(error)) return 0;
    throw error;
  }
}
