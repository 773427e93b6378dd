import type { Collector } from './best';
import { shownTime, type Row } from './row';
import type { QueryScanner } from './scanner';

/** What follows `stats`: what is counted of which rows together. */
export interface Stats {
  /** What tells the rows apart. */
  readonly keys: readonly string[];
  readonly fields: readonly string[];
  start(): Collector;
}

interface Figure {
  readonly name: string;
  readonly kind: Kind;
  /** `undefined` to count rows, whatever they have. */
  readonly field: string | undefined;
}

interface Key {
  readonly name: string;
  of(row: Row): string | undefined;
}

export function readStats(scanner: QueryScanner): Stats {
  const figures = scanner.list(() => readFigure(scanner));
  const keys = scanner.word('by') ? scanner.list(() => readKey(scanner)) : [];
  const names = keys.map(({ name }) => name);
  return { keys: names, fields: [...names, ...figures.map(({ name }) => name)], start: () => new Groups(keys, figures) };
}

const kinds = ['count', 'sum', 'avg', 'min', 'max'] as const;
type Kind = (typeof kinds)[number];

function readFigure(scanner: QueryScanner): Figure {
  const kind = kinds.find((one) => scanner.word(one));
  if (!kind) throw scanner.refused('stats knows count, sum, avg, min and max');
  scanner.expect('(');
  const name = scanner.take('*') ? '*' : kind === 'count' && scanner.take(')') ? undefined : scanner.name();
  if (name !== undefined) scanner.expect(')');
  const label = scanner.word('as') ? scanner.name() : `${kind}(${name ?? ''})`;
  return { name: label, kind, field: name === '*' ? undefined : name };
}

const units: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 };

function readKey(scanner: QueryScanner): Key {
  if (!scanner.word('bin')) {
    const name = scanner.name();
    return { name, of: (row) => row.get(name) };
  }
  const [, count = '', unit = ''] = /^\((\d+)(\w+)\)$/.exec(scanner.match(/\(\s*\d+\s*(ms|[smhdw])\s*\)/y)?.replace(/\s/g, '') ?? '') ?? [];
  const width = Number(count) * (units[unit] ?? 0);
  if (!width) throw scanner.refused('bin needs a time such as 5m');
  return { name: `bin(${count}${unit})`, of: (row) => binOf(row.get('@timestamp'), width) };
}

function binOf(time: string | undefined, width: number): string | undefined {
  return time === undefined ? undefined : shownTime(Math.floor(Date.parse(`${time.replace(' ', 'T')}Z`) / width) * width);
}

/** One figure of the rows so far. */
class Tally {
  readonly #figure: Figure;
  #count = 0;
  #sum = 0;
  #least = Infinity;
  #most = -Infinity;

  constructor(figure: Figure) {
    this.#figure = figure;
  }

  add(row: Row): void {
    const { kind, field } = this.#figure;
    const value = field === undefined ? '1' : row.get(field);
    const number = Number(value);
    if (value === undefined || (kind !== 'count' && Number.isNaN(number))) return;
    this.#count += 1;
    this.#sum += number;
    this.#least = Math.min(this.#least, number);
    this.#most = Math.max(this.#most, number);
  }

  get result(): string | undefined {
    const { kind } = this.#figure;
    if (!this.#count && kind !== 'count' && kind !== 'sum') return undefined;
    return String({ count: this.#count, sum: this.#sum, avg: this.#sum / this.#count, min: this.#least, max: this.#most }[kind]);
  }
}

interface Group {
  readonly values: readonly (string | undefined)[];
  readonly tallies: readonly Tally[];
}

class Groups implements Collector {
  readonly #keys: readonly Key[];
  readonly #figures: readonly Figure[];
  readonly #groups = new Map<string, Group>();

  constructor(keys: readonly Key[], figures: readonly Figure[]) {
    this.#keys = keys;
    this.#figures = figures;
    // All rows together where there is nothing to tell them apart by, also when there are none.
    if (!keys.length) this.#group([]);
  }

  add(row: Row): void {
    for (const tally of this.#group(this.#keys.map((key) => key.of(row))).tallies) tally.add(row);
  }

  *rows(): Generator<Row> {
    const names = [...this.#keys, ...this.#figures].map(({ name }) => name);
    for (const { values, tallies } of this.#groups.values()) {
      const all = [...values, ...tallies.map(({ result }) => result)];
      const byName = new Map(names.map((name, i) => [name, all[i]]));
      yield { get: (field) => byName.get(field), size: all.reduce((sum, value = '') => sum + value.length, 0), rest: () => undefined };
    }
  }

  #group(values: Group['values']): Group {
    const key = JSON.stringify(values.map((value) => value ?? null));
    const known = this.#groups.get(key);
    if (known) return known;
    const group = { values, tallies: this.#figures.map((figure) => new Tally(figure)) };
    this.#groups.set(key, group);
    return group;
  }
}
