import { readFileSync, writeFileSync } from 'node:fs';
import { readProc } from './processTable';

const lowest = 400;
const highest = 999;

/**
 * Linux: a number that a process hands on to all that it starts, and that neither a new session nor an empty environment
 * takes from them: how much rather than others it is ended when the machine has no memory left. That serves twice: a
 * function goes before the editor does. Only a process that wants to can leave it off.
 */
export class Badges {
  readonly #inUse = new Set<number>();
  readonly #first = firstBadge();
  #next = 0;

  /** Pins one that no other family has to a process that was just started; `undefined` where there are none. */
  pin(pid: number): number | undefined {
    const badge = this.#free();
    if (badge === undefined || !write(pid, badge)) return undefined;
    this.#inUse.add(badge);
    return badge;
  }

  release(badge: number | undefined): void {
    if (badge !== undefined) this.#inUse.delete(badge);
  }

  #free(): number | undefined {
    if (this.#first === undefined) return undefined;
    const count = highest + 1 - this.#first;
    for (let tries = 0; tries < count; tries++) {
      const badge = this.#first + (this.#next++ % count);
      if (!this.#inUse.has(badge)) return badge;
    }
    return undefined;
  }
}

// A process may raise the number but not lower it, and those that started this one may have raised its own.
function firstBadge(): number | undefined {
  if (process.platform !== 'linux') return undefined;
  const own = Number(readFileSync('/proc/self/oom_score_adj', 'latin1'));
  return own < 0 ? Math.max(lowest, own + 1) : undefined;
}

function write(pid: number, badge: number): boolean {
  try {
    writeFileSync(`/proc/${pid}/oom_score_adj`, String(badge));
    return Number(readProc(pid, 'oom_score_adj')) === badge;
  } catch (error) {
    // Gone already, or the system does not let us: the mark in the environment has to do.
    if (error instanceof Error) return false;
    throw error;
  }
}
