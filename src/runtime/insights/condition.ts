import type { Row } from './row';
import type { QueryScanner } from './scanner';

export type RowTest = (row: Row) => boolean;

/** What follows `filter`: comparisons with `and`, `or` and `not`, of which `and` binds closer. */
export function readCondition(scanner: QueryScanner): RowTest {
  const some = joined(scanner, 'or', () => {
    const every = joined(scanner, 'and', () => readUnit(scanner));
    return (row) => every.every((test) => test(row));
  });
  return (row) => some.some((test) => test(row));
}

function joined(scanner: QueryScanner, word: string, one: () => RowTest): readonly RowTest[] {
  const tests = [one()];
  while (scanner.word(word)) tests.push(one());
  return tests;
}

function readUnit(scanner: QueryScanner): RowTest {
  return scanner.within(() => readTest(scanner));
}

function readTest(scanner: QueryScanner): RowTest {
  if (scanner.word('not')) return not(readUnit(scanner));
  if (scanner.take('(')) return closed(scanner, () => readCondition(scanner));
  if (scanner.word('ispresent')) return present(scanner);
  const value = readValue(scanner);
  if (scanner.word('not')) return not(scanner.word('like') ? like(scanner, value) : oneOf(scanner, value));
  if (scanner.word('like')) return like(scanner, value);
  if (scanner.take('=~')) return like(scanner, value);
  return scanner.word('in') ? among(scanner, value) : compared(scanner, value);
}

type Value = (row: Row) => string | undefined;

// `toMillis` makes the time of an event a number; other functions there are none.
function readValue(scanner: QueryScanner): Value {
  if (!scanner.word('toMillis')) return field(scanner.name());
  scanner.expect('(');
  const time = closed(scanner, () => field(scanner.name()));
  return (row) => {
    const shown = time(row);
    return shown === undefined ? undefined : String(Date.parse(`${shown.replace(' ', 'T')}Z`));
  };
}

function field(name: string): Value {
  return (row) => row.get(name);
}

function closed<T>(scanner: QueryScanner, read: () => T): T {
  const inner = read();
  scanner.expect(')');
  return inner;
}

function not(test: RowTest): RowTest {
  return (row) => !test(row);
}

function present(scanner: QueryScanner): RowTest {
  scanner.expect('(');
  const value = closed(scanner, () => field(scanner.name()));
  return (row) => value(row) !== undefined;
}

function oneOf(scanner: QueryScanner, value: Value): RowTest {
  if (scanner.word('in')) return among(scanner, value);
  throw scanner.refused('like or in must follow not');
}

function like(scanner: QueryScanner, value: Value): RowTest {
  const finds = scanner.expression();
  const part = finds ? undefined : scanner.literal();
  if (!finds && part === undefined) throw scanner.refused('like has neither a text nor an expression');
  const test = finds ?? ((text: string) => text.includes(part ?? ''));
  return (row) => test(value(row) ?? '');
}

function among(scanner: QueryScanner, value: Value): RowTest {
  scanner.expect('[');
  const wanted = new Set(scanner.list(() => readConstant(scanner)).map(String));
  scanner.expect(']');
  return (row) => wanted.has(value(row) ?? '\0');
}

const operators = ['!=', '<=', '>=', '=', '<', '>'] as const;

function compared(scanner: QueryScanner, value: Value): RowTest {
  const operator = scanner.takeOne(operators);
  if (!operator) throw scanner.refused('a field is compared with nothing');
  const wanted = comparable(String(readConstant(scanner)));
  const holds = (order: number) => ({ '=': order === 0, '!=': order !== 0, '<': order < 0, '<=': order <= 0, '>': order > 0, '>=': order >= 0 })[operator];
  return (row) => {
    const actual = value(row);
    return actual === undefined ? operator === '!=' : holds(compare(comparable(actual), wanted));
  };
}

function readConstant(scanner: QueryScanner): string | number {
  const constant = scanner.literal() ?? scanner.number();
  if (constant === undefined) throw scanner.refused('a comparison has no value');
  return constant;
}

/** A value that is compared more than once. */
export interface Comparable {
  readonly text: string;
  /** NaN when it is none. */
  readonly number: number;
}

export function comparable(text: string): Comparable {
  return { text, number: text.trim() ? Number(text) : NaN };
}

/** Numbers by their size, all else as texts. */
export function compare(a: Comparable, b: Comparable): number {
  const order = a.number - b.number;
  if (!Number.isNaN(order)) return order;
  return a.text < b.text ? -1 : a.text > b.text ? 1 : 0;
}
