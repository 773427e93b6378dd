/** Looks at all that is under way every so often: one timer for many short calls, and none when there are none. */
export class Rounds<T> {
  readonly #everyMs: number;
  readonly #look: (one: T, isOld: boolean) => void;
  readonly #fresh = new Set<T>();
  readonly #old = new Set<T>();
  #timer: NodeJS.Timeout | undefined;

  /** The first look at one may come at any time within the interval; `isOld` tells those that were looked at before. */
  constructor(everyMs: number, look: (one: T, isOld: boolean) => void) {
    this.#everyMs = everyMs;
    this.#look = look;
  }

  add(one: T): void {
    this.#fresh.add(one);
    this.#timer ??= setInterval(() => this.#go(), this.#everyMs).unref();
  }

  remove(one: T): void {
    if (!this.#fresh.delete(one)) this.#old.delete(one);
  }

  #go(): void {
    for (const one of this.#old) this.#look(one, true);
    for (const one of this.#fresh) {
      this.#look(one, false);
      this.#old.add(one);
    }
    this.#fresh.clear();
    if (this.#old.size) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
  }
}
