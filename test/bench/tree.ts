import { mkdir, writeFile } from 'node:fs/promises';
import * as path from 'node:path';

const files = 9725;
/** Bytes of the whole tree, about. */
const total = 31_000_000;
const filesPerPart = 25;
const kinds = ['.js', '.d.ts', '.js', '.js.map', '.mjs', '.json'];
const shapes = ['exports.# = function (#, more) { return #.#(more); };', 'exports.# = async (#) => [#, "#", #.#];', 'if (typeof # === "#") throw new Error("# # # #");', '// # # # #', 'exports.#.# = { #: "#", #: #.# };'];

/** Plants what installed dependencies look like: thousands of small texts, some large ones, in many folders; the same each time. */
export async function plantTree(folder: string): Promise<void> {
  const random = dice(7);
  const words = Array.from({ length: 3000 }, () => word(random));
  const sizes = Array.from({ length: files - 1 }, () => Math.exp(1.3 * bell(random)));
  const unit = total / sizes.reduce((sum, size) => sum + size, 0);
  await mkdir(folder, { recursive: true });
  await writeFile(path.join(folder, 'index.js'), 'exports.handler = async (event) => event;\n');
  for (const [at, size] of sizes.entries()) {
    const below = path.join(folder, 'lib', `part${Math.floor(at / filesPerPart / 5)}`, `dist-${Math.floor(at / filesPerPart) % 5}`);
    if (at % filesPerPart === 0) await mkdir(below, { recursive: true });
    await writeFile(path.join(below, `${words[at % words.length]}${at}${kinds[at % kinds.length]}`), text(random, words, size * unit));
  }
}

function text(random: () => number, words: readonly string[], length: number): string {
  // A file speaks of few things, so its words come back.
  const own = Array.from({ length: 12 + length / 90 }, () => words[Math.floor(random() * words.length)]!);
  let written = '';
  while (written.length < length) written += `${shapes[Math.floor(random() * shapes.length)]!.replace(/#/g, () => own[Math.floor(random() ** 2 * own.length)]!)}\n`;
  return written;
}

function word(random: () => number): string {
  return Array.from({ length: 3 + random() * 9 }, () => 'etaoinsrhldcumfpgwyb'[Math.floor(random() ** 1.6 * 20)]).join('');
}

/** Numbers from 0 to 1, the same row for the same seed (mulberry32). */
function dice(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

/** About normal: mean 0, variance 1. */
function bell(random: () => number): number {
  return Array.from({ length: 12 }, random).reduce((sum, each) => sum + each, -6);
}
