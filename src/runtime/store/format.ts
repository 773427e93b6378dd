import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { unlessMissing, writeAtomic } from './files';

/**
 * The format of a data folder as this runtime writes it. A folder without a number has format 1, or is new. Records have
 * numbers of their own; this one says how files lie and what must be in them. It rises with every change that an older
 * runtime would misread, and each rise has a step in migrate.ts.
 */
export const format = 2;

/** The folder was written by a runtime that is newer than this one. */
export class NewerFormat extends Error {
  override readonly name = 'NewerFormat';

  constructor(folder: string, found: number) {
    super(`The data in ${folder} were written by a newer version (format ${found}; this one reads up to ${format}) and are left as they are: update Function Deck, or choose another --data.`);
  }
}

/** Of a folder that has none yet: 1. Throws `NewerFormat` for one that is not to be touched. */
export async function readFormat(folder: string): Promise<number> {
  const found = parse((await unlessMissing(readFile(path.join(folder, 'format.json'), 'utf8'))) ?? '{"format":1}');
  if (found > format) throw new NewerFormat(folder, found);
  return found;
}

export async function writeFormat(folder: string, number: number): Promise<void> {
  await writeAtomic(path.join(folder, 'format.json'), JSON.stringify({ format: number }));
}

function parse(text: string): number {
  const found = /^\s*\{\s*"format"\s*:\s*([1-9]\d{0,8})\s*[,}]/.exec(text)?.[1];
  if (!found) throw new Error(`format.json says "${text.slice(0, 100)}", which is no format: choose another --data, or restore that file.`);
  return Number(found);
}
