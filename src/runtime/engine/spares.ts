import type { Shell } from './launch';
import { SpareKind } from './spareKind';
import type { Worker } from './worker';

const idleMs = 10 * 60_000;
/** Each is a whole interpreter that does nothing. */
const maxKinds = 4;

/** Processes that wait to become a function, so that its first call need not wait for one to start. */
export class Spares {
  readonly #enabled: boolean;
  readonly #kinds = new Map<string, SpareKind>();
  #sweep: NodeJS.Timeout | undefined;

  constructor(enabled: boolean) {
    this.#enabled = enabled;
  }

  /** Sees to it that one is there soon. */
  keep(shell: Shell): void {
    if (this.#enabled) this.#kind(shell).fillSoon();
  }

  /** One that waits, which is the caller's from now on; another takes its place. `undefined`: there is none. */
  async take(shell: Shell): Promise<Worker | undefined> {
    return this.#enabled ? this.#kind(shell).take() : undefined;
  }

  close(): void {
    clearInterval(this.#sweep);
    for (const kind of this.#kinds.values()) kind.close();
    this.#kinds.clear();
  }

  // The map is in the order of last use.
  #kind(shell: Shell): SpareKind {
    const key = JSON.stringify(shell);
    const kind = this.#kinds.get(key) ?? new SpareKind(shell);
    this.#kinds.delete(key);
    this.#kinds.set(key, kind);
    const [oldest] = this.#kinds.keys();
    if (this.#kinds.size > maxKinds && oldest !== undefined) this.#drop(oldest);
    this.#sweep ??= setInterval(() => this.#dropIdle(), 30_000).unref();
    return kind;
  }

  #dropIdle(): void {
    for (const [key, kind] of this.#kinds) if (kind.usedAt < Date.now() - idleMs) this.#drop(key);
  }

  #drop(key: string): void {
    this.#kinds.get(key)?.close();
    this.#kinds.delete(key);
  }
}
