import type { CallOptions } from '../provider';

/** A value that is read when first asked for, and read again without losing the old one meanwhile. */
export class Loader<T> {
  readonly #read: (options: CallOptions) => Promise<T>;
  #pass: { readonly controller: AbortController; readonly done: Promise<void> } | undefined;
  #fresh = false;
  #value: T | undefined;
  #error: unknown;

  constructor(read: (options: CallOptions) => Promise<T>) {
    this.#read = read;
  }

  /** The last value read; `undefined` before that. */
  get value(): T | undefined {
    return this.#value;
  }

  /** Why the last read failed; `undefined` when it did not. */
  get error(): unknown {
    return this.#error;
  }

  get loading(): boolean {
    return this.#pass !== undefined;
  }

  /** Whether `load` would answer without reading. */
  get ready(): boolean {
    return this.#fresh;
  }

  /** Resolves once there is a value or an error; never rejects. */
  load(): Promise<void> {
    if (this.#fresh) return Promise.resolve();
    return this.#pass?.done ?? this.reload();
  }

  /** Reads again; the old value stays until the new one is there. Gives up a read that is under way. */
  reload(): Promise<void> {
    this.#pass?.controller.abort();
    const controller = new AbortController();
    const done = this.#run(controller.signal);
    this.#pass = { controller, done };
    return done;
  }

  /** Gives up a read that is under way; the next `load` starts another. */
  stop(): void {
    this.#pass?.controller.abort();
    this.#pass = undefined;
  }

  /** Makes the next `load` read again. */
  forget(): void {
    this.stop();
    this.#fresh = false;
  }

  async #run(signal: AbortSignal): Promise<void> {
    const given = new Promise<undefined>((resolve) => signal.addEventListener('abort', () => resolve(undefined), { once: true }));
    await Promise.race([given, this.#attempt(signal)]);
  }

  async #attempt(signal: AbortSignal): Promise<void> {
    try {
      const value = await this.#read({ signal });
      if (!signal.aborted) this.#settle(value, undefined);
    } catch (error) {
      if (!signal.aborted) this.#settle(this.#value, error);
    }
  }

  #settle(value: T | undefined, error: unknown): void {
    this.#value = value;
    this.#error = error;
    this.#fresh = true;
    this.#pass = undefined;
  }
}
