import { type Dirent, readdirSync, stat, type Stats, statSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { Turns } from './turns';

const together = 16;
/** Milliseconds for an answer; a local disk is ten times quicker. */
const slow = 0.25;
/** Of so many answers one may have come late because the machine was busy. */
const enough = 64;

/**
 * Looks at very many files. A disk that answers at once is asked in this thread, as handing each question to another takes
 * longer than the answer; as soon as one does not, no thread waits for it any more.
 */
export class Disk {
  readonly #turns = new Turns();
  #isQuick = true;
  #asked = 0;
  #waited = 0;

  async list(folder: string): Promise<readonly Dirent[]> {
    if (this.#turns.isOver) await this.#turns.give();
    if (!this.#isQuick) return readdir(folder, { withFileTypes: true });
    return this.#timed(together, () => readdirSync(folder, { withFileTypes: true }));
  }

  /** In their order: what a file is, or why that cannot be told. */
  async stats(files: readonly string[]): Promise<readonly (Stats | Error)[]> {
    const answers: (Stats | Error)[] = [];
    for (let at = 0; at < files.length; at += together) {
      const some = files.slice(at, at + together);
      answers.push(...(this.#isQuick ? this.#timed(some.length, () => some.map(look)) : await Promise.all(some.map(lookAside))));
      if (this.#turns.isOver) await this.#turns.give();
    }
    return answers;
  }

  #timed<T>(count: number, task: () => T): T {
    const start = performance.now();
    const answer = task();
    this.#waited += performance.now() - start;
    this.#asked += count;
    if (this.#waited > Math.max(this.#asked, enough) * slow) this.#isQuick = false;
    return answer;
  }
}

function look(file: string): Stats | Error {
  try {
    return statSync(file);
  } catch (error) {
    if (error instanceof Error) return error;
    throw error;
  }
}

function lookAside(file: string): Promise<Stats | Error> {
  return new Promise((resolve) => stat(file, (error, facts) => resolve(error ?? facts)));
}
