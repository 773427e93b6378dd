import { closeSync, ftruncateSync, openSync, renameSync, writeFileSync, writeSync } from 'node:fs';
import { readText } from '../store/files';
import type { Family } from './processTree';

const limitBytes = 1024 * 1024;

/** The families that live, on disk: a runtime that was killed together with what watches over it leaves them to the next. */
export class Journal {
  readonly #file: string;
  readonly #limit: number;
  readonly #head: string;
  readonly #live = new Map<number, Family>();
  #handle: number;
  #size: number;

  /** Begins anew: what is in the file must have been read before. */
  constructor(file: string, limit = limitBytes) {
    this.#file = file;
    this.#limit = limit;
    this.#head = `${bootId()}\n`;
    this.#handle = openSync(file, 'w', 0o600);
    this.#size = writeSync(this.#handle, this.#head);
  }

  /** The families of a runtime that was killed; none of those from before the machine was started. */
  static read(file: string): Family[] {
    const [boot, ...lines] = readText(file).split('\n');
    return boot === bootId() ? replay(lines) : [];
  }

  write(line: string): void {
    replay([line], this.#live);
    this.#size += writeSync(this.#handle, `${line}\n`, this.#size);
    if (this.#size > this.#limit) this.#shorten();
  }

  /** Nobody lives. */
  clear(): void {
    this.#live.clear();
    ftruncateSync(this.#handle, (this.#size = this.#head.length));
  }

  close(): void {
    this.clear();
    closeSync(this.#handle);
  }

  // The whole of it first and then in its place: a kill in between leaves the old.
  #shorten(): void {
    const text = this.#head + [...this.#live.values()].map((family) => `${lineOf(family)}\n`).join('');
    const draft = `${this.#file}.tmp`;
    writeFileSync(draft, text, { mode: 0o600 });
    closeSync(this.#handle);
    try {
      renameSync(draft, this.#file);
      this.#size = text.length;
    } finally {
      this.#handle = openSync(this.#file, 'r+');
    }
  }
}

/** The families that are there after these lines: `+ PID MARK STARTED BADGE` and `- PID`. */
export function replay(lines: readonly string[], live = new Map<number, Family>()): Family[] {
  for (const line of lines) {
    const [, sign, pid, mark = '', started, badge] = /^([+-]) (\d+)(?: ([0-9a-f]{16,64}) (\d+) (\d+|-))?$/.exec(line) ?? [];
    if (sign === '+' && mark) live.set(Number(pid), { pid: Number(pid), mark, started: Number(started), badge: badge === '-' ? undefined : Number(badge) });
    else live.delete(Number(pid));
  }
  return [...live.values()];
}

export function lineOf({ pid, mark, started, badge }: Family): string {
  return `+ ${pid} ${mark} ${started} ${badge ?? '-'}`;
}

// Numbers of processes mean something only until the machine is started again.
function bootId(): string {
  return process.platform === 'linux' ? readText('/proc/sys/kernel/random/boot_id').trim() : '';
}
