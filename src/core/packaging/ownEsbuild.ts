import { open } from 'node:fs/promises';
import * as path from 'node:path';
import { codeOf } from './systemCode';

/** A program with its first arguments. */
export type Command = readonly [file: string, ...args: string[]];

/** How to run the esbuild that a folder has installed itself; its script may have been replaced by the program. `node` runs scripts. */
export async function ownEsbuild(folder: string, node: string): Promise<Command | undefined> {
  const file = path.join(folder, 'node_modules', 'esbuild', 'bin', 'esbuild');
  const start = await firstBytes(file);
  if (start === undefined) return undefined;
  return start === '#!' ? [node, file] : [file];
}

async function firstBytes(file: string): Promise<string | undefined> {
  const handle = await open(file).catch((error: unknown) => {
    // Not there, or not for anybody here to read: then the one that comes along compiles.
    if (codeOf(error) === undefined) throw error;
    return undefined;
  });
  if (!handle) return undefined;
  try {
    const { buffer } = await handle.read(Buffer.alloc(2), 0, 2, 0);
    return buffer.toString('latin1');
  } finally {
    await handle.close();
  }
}
