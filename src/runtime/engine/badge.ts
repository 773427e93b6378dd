import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { errorCode } from '../store/files';
import { readProc } from './processTable';

/** The first of each block, within fifty; the rest of them are in use elsewhere, as a rule with a hundred. */
const firsts = [1, 17, 33];
const blockSize = 16;
/** From what this process began with on: a difference that matters little. */
const reach = 300;

/**
 * Linux: a number that a process hands on to all that it starts, and that neither a new session nor an empty environment
 * takes from them: by how many thousandths it is ended rather than others when the machine has no memory left. Each
 * runtime has a block of numbers for itself: it wears the first, and so shows others that the block is taken. It takes
 * another when all are in use; that shows by those who wear its numbers, and is given back once nobody does.
 */
export class Badges {
  readonly #inUse = new Set<number>();
  readonly #own = ownNumber();
  /** The one whose first this process wears, then the others. */
  #blocks = reserve(this.#own);

  /** Pins one that no other family has to a process that was just started; `undefined` when there is none. */
  pin(pid: number): number | undefined {
    if (!this.#blocks.length) return undefined;
    const free = this.#free();
    const badge = free === undefined ? this.#more(pid) : wear(pid, free) ? free : undefined;
    if (badge !== undefined) this.#inUse.add(badge);
    return badge;
  }

  release(badge: number | undefined): void {
    if (badge === undefined) return;
    this.#inUse.delete(badge);
    this.#blocks = this.#blocks.filter((first, index) => index === 0 || numbersOf(first).some((number) => this.#inUse.has(number)));
  }

  #free(): number | undefined {
    return this.#blocks.flatMap(numbersOf).find((badge) => !this.#inUse.has(badge));
  }

  #more(pid: number): number | undefined {
    const first = claim(pid, blocks(this.#own).filter((one) => !this.#blocks.includes(one)), 1);
    if (first === undefined) return undefined;
    this.#blocks.push(first);
    return first + 1;
  }
}

/** The first number of the block that a badge is of: what the runtime wears that gave it out, unless it had no other left. */
export function firstOf(badge: number): number {
  const rest = badge % 50;
  return badge - rest + (firsts.findLast((first) => first <= rest) ?? 0);
}

/** Whether it is what a runtime wears. */
export function isFirst(badge: number): boolean {
  return firsts.includes(badge % 50);
}

function ownNumber(): number {
  return process.platform === 'linux' ? Number(readFileSync('/proc/self/oom_score_adj', 'latin1')) : 0;
}

function reserve(own: number): number[] {
  if (process.platform !== 'linux') return [];
  const first = claim(process.pid, blocks(own), 0);
  if (first === undefined) wear(process.pid, own);
  return first === undefined ? [] : [first];
}

/** Has a process wear the number that is `offset` from the first of a block that is nobody's. What comes back is that first. */
function claim(pid: number, candidates: readonly number[], offset: number): number | undefined {
  const worn = new Set([...wornNumbers().values()].map(firstOf));
  for (const first of candidates) {
    if (worn.has(first) || !wear(pid, first + offset)) continue;
    // Of two that took it at once the elder keeps it.
    if ([...wornNumbers()].every(([other, number]) => firstOf(number) !== first || other >= pid)) return first;
  }
  return undefined;
}

function blocks(own: number): number[] {
  const fifties = Array.from({ length: reach / 50 + 1 }, (_, index) => (Math.floor(own / 50) + index) * 50);
  return fifties.flatMap((fifty) => firsts.map((first) => fifty + first)).filter((first) => first > own && first + blockSize < 1000);
}

function numbersOf(first: number): number[] {
  return Array.from({ length: blockSize - 1 }, (_, index) => first + 1 + index);
}

/** What each process of the machine wears. */
function wornNumbers(): Map<number, number> {
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name)).map(Number);
  return new Map(pids.map((pid) => [pid, Number(readProc(pid, 'oom_score_adj') ?? NaN)]));
}

function wear(pid: number, badge: number): boolean {
  try {
    writeFileSync(`/proc/${pid}/oom_score_adj`, String(badge));
    return Number(readProc(pid, 'oom_score_adj')) === badge;
  } catch (error) {
    // Gone already, or the system does not let us: the mark in the environment has to do.
    if (['ENOENT', 'ESRCH', 'EACCES', 'EPERM', 'EROFS', 'EINVAL'].includes(errorCode(error) ?? '')) return false;
    throw error;
  }
}
