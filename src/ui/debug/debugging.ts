import { type FunctionRef, refKey } from '../../core/provider';

/** The functions that this window debugs. */
export class Debugging {
  readonly #open = new Map<string, AbortSignal>();

  /** Aborted when the function's debug session ends; `undefined` when it has none. */
  session(ref: FunctionRef): AbortSignal | undefined {
    return this.#open.get(refKey(ref));
  }

  /** Counts as debugged until the answer is disposed. */
  add(ref: FunctionRef, signal: AbortSignal): { dispose(): void } {
    const key = refKey(ref);
    this.#open.set(key, signal);
    return { dispose: () => this.#open.delete(key) };
  }
}
