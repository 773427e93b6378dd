import { shownTime, type Row } from './row';
import type { QueryScanner } from './scanner';

/** What follows `stats`: what is counted of which rows together. */
export interface Stats {
  readonly fields: readonly string[];
  of(rows: readonly Row[]): readonly Row[];
}

interface Named {
  readonly name: string;
}

interface Figure extends Named {
  of(rows: readonly Row[]): string | undefined;
}

interface Key extends Named {
  of(row: Row): string | undefined;
}

export function readStats(scanner: QueryScanner): Stats {
  const figures = scanner.list(() => readFigure(scanner));
  const keys = scanner.word('by') ? scanner.list(() => readKey(scanner)) : [];
  return { fields: [...keys, ...figures].map(({ name }) => name), of: (rows) => grouped(rows, keys).map((some) => counted(some, keys, figures)) };
}

const kinds: Readonly<Record<string, (values: readonly number[]) => number | undefined>> = {
  sum: (values) => values.reduce((sum, value) => sum + value, 0),
  avg: (values) => (values.length ? values.reduce((sum, value) => sum + value, 0) / values.length : undefined),
  min: (values) => values.reduce<number | undefined>((least, value) => (least === undefined || value < least ? value : least), undefined),
  max: (values) => values.reduce<number | undefined>((most, value) => (most === undefined || value > most ? value : most), undefined),
};

function readFigure(scanner: QueryScanner): Figure {
  const kind = ['count', ...Object.keys(kinds)].find((one) => scanner.word(one));
  if (!kind) throw scanner.refused('stats knows count, sum, avg, min and max');
  scanner.expect('(');
  const name = scanner.take('*') ? '*' : kind === 'count' && scanner.take(')') ? undefined : scanner.name();
  if (name !== undefined) scanner.expect(')');
  const label = scanner.word('as') ? scanner.name() : `${kind}(${name ?? ''})`;
  return { name: label, of: (rows) => figure(kind, name === '*' ? undefined : name, rows) };
}

function figure(kind: string, name: string | undefined, rows: readonly Row[]): string | undefined {
  const values = name === undefined ? rows.map(() => '1') : rows.flatMap((row) => row.get(name) ?? []);
  const result = kind === 'count' ? values.length : kinds[kind]?.(values.map(Number).filter((value) => !Number.isNaN(value)));
  return result === undefined ? undefined : String(result);
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

// All of them together where there is nothing to tell them apart by, also when there are none.
function grouped(rows: readonly Row[], keys: readonly Key[]): readonly (readonly Row[])[] {
  if (!keys.length) return [rows];
  const groups = new Map<string, Row[]>();
  for (const row of rows) {
    const key = JSON.stringify(keys.map((one) => one.of(row) ?? null));
    const group = groups.get(key);
    if (group) group.push(row);
    else groups.set(key, [row]);
  }
  return [...groups.values()];
}

function counted(rows: readonly Row[], keys: readonly Key[], figures: readonly Figure[]): Row {
  const [first] = rows;
  const values = new Map<string, string | undefined>([...keys.map((key) => [key.name, first && key.of(first)] as const), ...figures.map((one) => [one.name, one.of(rows)] as const)]);
  return { get: (field) => values.get(field) };
}
