/** Looks at all that is under way every so often: one timer for many short calls, and none when there are none. */
export class Rounds<T> {
  readonly #everyMs: number;
  readonly #look: (one: T) => void;
  readonly #fresh = new Set<T>();
  readonly #old = new Set<T>();
  #timer: NodeJS.Timeout | undefined;

  /** The first look at one comes after an interval at least, and two at most: what is short is not looked at. */
  constructor(everyMs: number, look: (one: T) => void) {
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
    for (const one of this.#old) this.#look(one);
    for (const one of this.#fresh) this.#old.add(one);
    this.#fresh.clear();
    if (this.#old.size) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
  }
}
