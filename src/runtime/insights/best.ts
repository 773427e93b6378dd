import { type Comparable, comparable, compare } from './condition';
import type { Row } from './row';

/** Takes rows one after the other. */
export interface Collector {
  add(row: Row): void;
  /** What came of them. */
  rows(): Iterable<Row>;
}

export interface Order {
  readonly name: string;
  readonly sign: 1 | -1;
}

interface Entry {
  readonly row: Row;
  readonly keys: readonly Comparable[];
  /** Which row it was, of all that came. */
  readonly turn: number;
}

const mostSize = 32 * 1024 * 1024;
/** So many more are kept until they are looked through: to sort them takes some milliseconds. */
const spare = 2000;

/** The first rows in an order, of any number. They are fewer if they are long. */
export class Best implements Collector {
  readonly #orders: readonly Order[];
  readonly #most: number;
  #entries: Entry[] = [];
  #size = 0;
  #count = 0;
  /** None behind this one is kept. */
  #last: Entry | undefined;

  constructor(orders: readonly Order[], most: number) {
    this.#orders = orders;
    this.#most = most;
  }

  add(row: Row): void {
    const entry = { row, keys: this.#orders.map(({ name }) => comparable(row.get(name) ?? '')), turn: this.#count++ };
    row.rest();
    if (this.#last && this.#compare(entry, this.#last) > 0) return;
    this.#entries.push(entry);
    this.#size += row.size;
    if (this.#entries.length >= this.#most + spare || this.#size > 2 * mostSize) this.#cut();
  }

  rows(): Iterable<Row> {
    this.#cut();
    return this.#entries.map(({ row }) => row);
  }

  #cut(): void {
    this.#entries.sort((a, b) => this.#compare(a, b));
    let size = 0;
    const end = this.#entries.findIndex(({ row }, i) => i >= this.#most || (size += row.size) > mostSize);
    if (end >= 0) {
      this.#entries = this.#entries.slice(0, Math.max(end, 1));
      this.#last = this.#entries.at(-1);
    }
    this.#size = this.#entries.reduce((sum, { row }) => sum + row.size, 0);
  }

  // Where all is the same, in the order in which they came, or against it.
  #compare(a: Entry, b: Entry): number {
    for (const [i, { sign }] of this.#orders.entries()) {
      const [one, other] = [a.keys[i], b.keys[i]];
      const order = one && other ? sign * compare(one, other) : 0;
      if (order) return order;
    }
    return (this.#orders[0]?.sign ?? 1) * (a.turn - b.turn);
  }
}
