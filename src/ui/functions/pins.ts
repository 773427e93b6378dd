import type { Memento } from 'vscode';
import { type FunctionRef, refKey } from '../../core/provider';

const key = 'pins';

/** The functions that the user pinned, remembered across restarts. */
export class Pins {
  readonly #memory: Memento;
  #refs: ReadonlyMap<string, FunctionRef>;

  constructor(memory: Memento) {
    this.#memory = memory;
    const stored = memory.get<unknown>(key);
    // What was stored may be of another version, or damaged.
    const refs = Array.isArray(stored) ? stored.filter(isRef) : [];
    this.#refs = new Map(refs.map((ref) => [refKey(ref), ref]));
  }

  get refs(): readonly FunctionRef[] {
    return [...this.#refs.values()];
  }

  has(ref: FunctionRef): boolean {
    return this.#refs.has(refKey(ref));
  }

  add({ provider, scope, name, qualifier }: FunctionRef): Thenable<void> {
    const ref = { provider, scope, name, ...(qualifier === undefined ? {} : { qualifier }) };
    return this.#store([...this.#refs, [refKey(ref), ref]]);
  }

  remove(ref: FunctionRef): Thenable<void> {
    return this.#store([...this.#refs].filter(([id]) => id !== refKey(ref)));
  }

  #store(entries: readonly (readonly [string, FunctionRef])[]): Thenable<void> {
    this.#refs = new Map(entries);
    return this.#memory.update(key, this.refs);
  }
}

function isRef(value: unknown): value is FunctionRef {
  if (typeof value !== 'object' || value === null) return false;
  const { provider, scope, name, qualifier } = value as Record<string, unknown>;
  return [provider, scope, name].every((part) => typeof part === 'string') && ['string', 'undefined'].includes(typeof qualifier);
}
