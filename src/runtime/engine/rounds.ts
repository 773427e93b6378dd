/** Looks at all that is under way every so often: one timer for many short calls, and none when there are none. */
export class Rounds<T> {
  readonly #everyMs: number;
  readonly #look: (one: T) => void;
  readonly #underWay = new Set<T>();
  #timer: NodeJS.Timeout | undefined;

  /** The first look at one may come at any time within the interval. */
  constructor(everyMs: number, look: (one: T) => void) {
    this.#everyMs = everyMs;
    this.#look = look;
  }

  add(one: T): void {
    this.#underWay.add(one);
    this.#timer ??= setInterval(() => this.#go(), this.#everyMs).unref();
  }

  remove(one: T): void {
    this.#underWay.delete(one);
  }

  #go(): void {
    for (const one of this.#underWay) this.#look(one);
    if (this.#underWay.size) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
  }
}
