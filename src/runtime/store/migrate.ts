import { readdir, readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { isMissing, writeAtomic } from './files';
import { format, readFormat, writeFormat } from './format';

/** Brings a folder from one format to the next. Killed at any moment and run again it comes to the same end. */
export type Step = (folder: string, warn: (line: string) => void) => Promise<void>;

/** By the format that a step starts from. */
const steps: Readonly<Record<number, Step>> = { 1: stampEvents };

/**
 * Brings a data folder up to this runtime's format, in place and step by step; the number is written after each step, so
 * a step that was broken off is run again. Throws `NewerFormat`. The folder must be ours alone.
 */
export async function migrate(folder: string, warn: (line: string) => void, all = steps, target = format): Promise<void> {
  for (let at = await readFormat(folder); at < target; at++) {
    await all[at]?.(folder, warn);
    await writeFormat(folder, at + 1);
  }
}

// From format 2 on an event says when it was accepted: before, one that waited was as good as new after each restart.
async function stampEvents(folder: string, warn: (line: string) => void): Promise<void> {
  const events = path.join(folder, 'events');
  for (const name of await list(events)) await stampEvent(path.join(events, name), warn);
}

async function stampEvent(file: string, warn: (line: string) => void): Promise<void> {
  try {
    const event = JSON.parse(await readFile(file, 'utf8')) as { accepted?: number };
    if (event.accepted === undefined) await writeAtomic(file, JSON.stringify({ ...event, accepted: Math.round((await stat(file)).mtimeMs) }));
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    warn(`The event in ${file} cannot be read and stays as it is.`);
  }
}

async function list(folder: string): Promise<string[]> {
  try {
    return (await readdir(folder)).filter((name) => name.endsWith('.json'));
  } catch (error) {
    if (isMissing(error)) return [];
    throw error;
  }
}
