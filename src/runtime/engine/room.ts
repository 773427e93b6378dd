import type { FunctionSpec } from './spec';

/** So many calls run that this one may not; the message is the reason as the API names it. */
export class NoRoom extends Error {
  override readonly name = 'NoRoom';
}

/** Counts the calls that run: a function with a reserved number has that for itself, all others share what is left. */
export class Room {
  readonly #running = new Map<string, number>();
  #shared = 0;

  /** Throws `NoRoom`; what comes back must be called when the call has ended. */
  enter({ name, reserved, shared }: FunctionSpec): () => void {
    const running = this.#running.get(name) ?? 0;
    if (reserved !== undefined && running >= reserved) throw new NoRoom('ReservedFunctionConcurrentInvocationLimitExceeded');
    if (reserved === undefined && this.#shared >= shared) throw new NoRoom('ConcurrentInvocationLimitExceeded');
    this.#running.set(name, running + 1);
    this.#shared += reserved === undefined ? 1 : 0;
    return () => this.#leave(name, reserved === undefined);
  }

  #leave(name: string, isShared: boolean): void {
    const left = (this.#running.get(name) ?? 1) - 1;
    if (left) this.#running.set(name, left);
    else this.#running.delete(name);
    this.#shared -= isShared ? 1 : 0;
  }
}
