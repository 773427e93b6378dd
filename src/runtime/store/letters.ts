import { mkdir, readdir, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { unlessMissing, writeAtomic } from './files';

/** What is sent to a queue, topic, bucket or bus, none of which is here. */
export interface Letter {
  readonly target: string;
  readonly sent: string;
  readonly attributes?: Readonly<Record<string, string>>;
  readonly body: unknown;
}

const kept = 1000;
const keptBytes = 64 * 1024 * 1024;

/** Keeps what was sent to things outside: a folder for each of them, a file for each letter, the newest thousand or 64 MB. */
export class LetterBox {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Resolves with the file. */
  async put(target: string, requestId: string, body: unknown, attributes?: Letter['attributes']): Promise<string> {
    const folder = path.join(this.#folder, target.replace(/[^\w.-]+/g, '-').slice(0, 150));
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const letter: Letter = { target, sent: new Date().toISOString(), attributes, body };
    const file = path.join(folder, `${letter.sent.replaceAll(':', '')}-${requestId}.json`);
    await writeAtomic(file, JSON.stringify(letter, undefined, 2));
    await prune(folder);
    return file;
  }
}

async function prune(folder: string): Promise<void> {
  const files = (await readdir(folder)).filter((name) => name.endsWith('.json')).sort().reverse();
  let bytes = 0;
  for (const [index, name] of files.entries()) {
    const file = path.join(folder, name);
    bytes += await sizeOf(file);
    if (index > 0 && (index >= kept || bytes > keptBytes)) await rm(file, { force: true });
  }
}

async function sizeOf(file: string): Promise<number> {
  // Another letter's pruning may have taken it.
  return (await unlessMissing(stat(file)))?.size ?? 0;
}
