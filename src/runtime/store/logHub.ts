import type { LogStream } from './logStream';

/** What was just written into a stream of a group. `timestamps` is one time for all or one for each. */
export interface Written {
  readonly stream: LogStream;
  readonly messages: readonly string[];
  readonly timestamps: readonly number[] | number;
  readonly ingestion: number;
}

type Listener = (written: Written) => void;

/** Tells whoever listens to a group what is written into it. By name: a group that is made anew is heard too. */
export class LogHub {
  readonly #listeners = new Map<string, Set<Listener>>();

  publish(group: string, written: Written): void {
    this.#listeners.get(group)?.forEach((listener) => listener(written));
  }

  /** What comes back ends it. */
  listen(group: string, listener: Listener): () => void {
    const listeners = this.#listeners.get(group) ?? new Set();
    this.#listeners.set(group, listeners.add(listener));
    return () => {
      listeners.delete(listener);
      if (!listeners.size && this.#listeners.get(group) === listeners) this.#listeners.delete(group);
    };
  }
}
