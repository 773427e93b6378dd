/**
 * Says when a growing list is worth drawing again: at its first rows, whenever it has doubled, and otherwise after a
 * wait in proportion to its length. So the work of drawing n rows in all stays in proportion to n, however they come.
 */
export class Pace {
  #count = 0;
  #at = 0;

  due(count: number, now: number): boolean {
    if (count <= this.#count) return false;
    const patience = Math.max(500, count / 2);
    if (count < 2 * this.#count && now - this.#at < patience) return false;
    this.drawn(count, now);
    return true;
  }

  /** Notes that the list was drawn for another reason. */
  drawn(count: number, now: number): void {
    this.#count = count;
    this.#at = now;
  }
}
