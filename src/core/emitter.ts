export interface Disposable {
  dispose(): void;
}

/** Subscribes; dispose the answer to stop. Shaped like the editor's own events, without needing the editor. */
export type Event<T> = (listener: (value: T) => void) => Disposable;

/** The smallest event source: listeners are called in order of subscription. */
export class Emitter<T> {
  readonly #listeners = new Set<(value: T) => void>();

  readonly event: Event<T> = (listener) => {
    this.#listeners.add(listener);
    return { dispose: () => this.#listeners.delete(listener) };
  };

  fire(value: T): void {
    for (const listener of [...this.#listeners]) listener(value);
  }
}
