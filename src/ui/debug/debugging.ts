import { type FunctionRef, refKey } from '../../core/provider';

/** The functions that this window debugs. */
export class Debugging {
  readonly #open = new Set<string>();

  has(ref: FunctionRef): boolean {
    return this.#open.has(refKey(ref));
  }

  /** Counts as debugged until the answer is disposed. */
  add(ref: FunctionRef): { dispose(): void } {
    const key = refKey(ref);
    this.#open.add(key);
    return { dispose: () => this.#open.delete(key) };
  }
}
