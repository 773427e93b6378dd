import { readdir } from 'node:fs/promises';
import * as path from 'node:path';

/** Folders with code that is not the user's own. */
const foreign = new Set(['node_modules', '.venv', 'venv', '__pycache__', '.git']);

/** The files in a folder and below it as absolute paths, nearest first, at most so many; links are not followed. */
export async function listFiles(root: string, most: number): Promise<readonly string[]> {
  const files: string[] = [];
  const folders = [root];
  for (let folder = folders.shift(); folder !== undefined && files.length < most; folder = folders.shift()) {
    for (const entry of await entries(folder)) {
      if (entry.isFile()) files.push(path.join(folder, entry.name));
      else if (entry.isDirectory() && !foreign.has(entry.name)) folders.push(path.join(folder, entry.name));
    }
  }
  return files.slice(0, most);
}

/** A folder that went away or may not be read holds nothing. */
async function entries(folder: string) {
  try {
    return await readdir(folder, { withFileTypes: true });
  } catch (error) {
    if (error instanceof Error && 'code' in error) return [];
    throw error;
  }
}
