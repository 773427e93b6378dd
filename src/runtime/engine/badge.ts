import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { readProc } from './processTable';

/** The first of each block, within fifty; the rest of them are in use elsewhere, as a rule with a hundred. */
const firsts = [1, 17, 33];
const blockSize = 16;
/** From what this process began with on: a difference that matters little. */
const reach = 300;

/**
 * Linux: a number that a process hands on to all that it starts, and that neither a new session nor an empty environment
 * takes from them: by how many thousandths it is ended rather than others when the machine has no memory left. Each
 * runtime has a block of numbers for itself: it wears the first, and so shows others that the block is taken.
 */
export class Badges {
  readonly #inUse = new Set<number>();
  readonly #first = reserve();

  /** Pins one that no other family has to a process that was just started; `undefined` when there is none. */
  pin(pid: number): number | undefined {
    const badge = this.#free();
    if (badge === undefined || !wear(pid, badge)) return undefined;
    this.#inUse.add(badge);
    return badge;
  }

  release(badge: number | undefined): void {
    if (badge !== undefined) this.#inUse.delete(badge);
  }

  #free(): number | undefined {
    if (this.#first === undefined) return undefined;
    for (let badge = this.#first + 1; badge < this.#first + blockSize; badge++) if (!this.#inUse.has(badge)) return badge;
    return undefined;
  }
}

/** What the runtime wears that gave out a badge. */
export function firstOf(badge: number): number {
  const rest = badge % 50;
  return badge - rest + (firsts.findLast((first) => first <= rest) ?? 0);
}

function reserve(): number | undefined {
  if (process.platform !== 'linux') return undefined;
  const own = Number(readFileSync('/proc/self/oom_score_adj', 'latin1'));
  for (const first of blocks(own)) {
    if (wearers(first).length || !wear(process.pid, first)) continue;
    // Of two that took it at once the elder keeps it.
    if (wearers(first).every((pid) => pid > process.pid)) return first;
  }
  wear(process.pid, own);
  return undefined;
}

function blocks(own: number): number[] {
  const fifties = Array.from({ length: reach / 50 + 1 }, (_, index) => (Math.floor(own / 50) + index) * 50);
  return fifties.flatMap((fifty) => firsts.map((first) => fifty + first)).filter((first) => first > own && first + blockSize < 1000);
}

/** Others that wear a number of this block. */
function wearers(first: number): number[] {
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name)).map(Number);
  return pids.filter((pid) => {
    const number = Number(readProc(pid, 'oom_score_adj') ?? NaN);
    return pid !== process.pid && number >= first && number < first + blockSize;
  });
}

function wear(pid: number, badge: number): boolean {
  try {
    writeFileSync(`/proc/${pid}/oom_score_adj`, String(badge));
    return Number(readProc(pid, 'oom_score_adj')) === badge;
  } catch (error) {
    // Gone already, or the system does not let us: the mark in the environment has to do.
    if (error instanceof Error) return false;
    throw error;
  }
}
