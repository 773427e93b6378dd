import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { formatBytes } from '../../core/bytes';
import type { Scope } from '../../core/provider';

/** What functions, logs and all else of the local runtime take on disk, for its row; nothing while nobody knows. */
export async function diskUse(storage: string): Promise<Pick<Scope, 'description' | 'details'>> {
  const text = await readFile(path.join(storage, 'disk.json'), 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return '';
    throw error;
  });
  const bytes = /^\{"bytes":(\d{1,15})\}$/.exec(text)?.[1];
  if (!bytes) return {};
  const description = `${formatBytes(Number(bytes))} on disk`;
  return { description, details: `Functions, logs and packages: ${description}, in ${storage}` };
}
