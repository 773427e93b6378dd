import { rename } from 'node:fs/promises';
import path from 'node:path';
import { errorCode } from './store/files';

/**
 * Gives the file that this runtime's errors go to its place in the data folder: only whoever has the folder may, or the
 * log of one that lives would be lost. What the one before said stays beside it: it may tell why that one has ended.
 */
export async function takeLog(file: string, folder: string): Promise<void> {
  const log = path.join(folder, 'runtime.log');
  await move(log, path.join(folder, 'runtime.old.log'));
  await move(file, log);
}

async function move(from: string, to: string): Promise<void> {
  try {
    await rename(from, to);
  } catch (error) {
    // Not there, or held by whoever reads it: then it stays where it is.
    if (!['ENOENT', 'EPERM', 'EBUSY', 'EACCES', 'EXDEV'].includes(errorCode(error) ?? '')) throw error;
  }
}
