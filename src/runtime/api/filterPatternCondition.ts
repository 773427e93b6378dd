import type { PatternScanner } from './filterPatternScanner';

/** What can be compared: a column is a text, a member of JSON may be any of these. */
export type Scalar = string | number | boolean;

export type Condition = (actual: Scalar) => boolean;

// The longer ones first: the shorter are their beginnings.
const operators = ['!=', '<=', '>=', '=', '<', '>'] as const;

/** `= value`, `> 5`, `!= %expression%`, and so on; `undefined` if no operator comes next. */
export function readCondition(scanner: PatternScanner): Condition | undefined {
  const operator = scanner.takeOne(operators);
  if (!operator) return undefined;
  if (operator !== '=' && operator !== '!=') return order(operator, readNumber(scanner));
  const isEqual = readEqual(scanner);
  return operator === '=' ? isEqual : (actual) => !isEqual(actual);
}

/** `one && two || three`, where `&&` binds closer. `unit` reads what stands between them. */
export function readLogic<T>(scanner: PatternScanner, unit: () => (value: T) => boolean): (value: T) => boolean {
  const some = readList(scanner, '||', () => {
    const every = readList(scanner, '&&', unit);
    return (value: T) => every.every((test) => test(value));
  });
  return (value) => some.some((test) => test(value));
}

function readList<T>(scanner: PatternScanner, between: string, one: () => T): T[] {
  const list = [one()];
  while (scanner.take(between)) list.push(one());
  return list;
}

function order(operator: '<' | '<=' | '>' | '>=', limit: number): Condition {
  const compare = {
    '<': (value: number) => value < limit,
    '<=': (value: number) => value <= limit,
    '>': (value: number) => value > limit,
    '>=': (value: number) => value >= limit,
  }[operator];
  return (actual) => {
    const value = numberOf(actual);
    return value !== undefined && compare(value);
  };
}

function readNumber(scanner: PatternScanner): number {
  const number = numberOf(readWord(scanner));
  if (number === undefined) throw scanner.refused('only numbers have an order');
  return number;
}

function readEqual(scanner: PatternScanner): Condition {
  const regex = scanner.regex();
  if (regex) return (actual) => regex(String(actual));
  const phrase = scanner.quoted();
  if (phrase !== undefined) return sameText(phrase);
  const word = readWord(scanner);
  const number = numberOf(word);
  return number === undefined ? sameText(word) : (actual) => numberOf(actual) === number;
}

function readWord(scanner: PatternScanner): string {
  const word = scanner.match(/[^\s()[\]{}&|,"%=!<>]+/y);
  if (word === undefined) throw scanner.refused('a comparison has no value');
  return word;
}

function numberOf(value: Scalar): number | undefined {
  if (typeof value === 'number') return value;
  return typeof value === 'string' && /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(value) ? Number(value) : undefined;
}

function sameText(wanted: string): Condition {
  const parts = wanted.split('*');
  return parts.length === 1 ? (actual) => String(actual) === wanted : (actual) => fits(String(actual), parts);
}

// The first part must stand at the beginning, the last at the end, the others in their order between them.
function fits(text: string, parts: readonly string[]): boolean {
  const [first = '', last = ''] = [parts[0], parts.at(-1)];
  const end = text.length - last.length;
  if (end < first.length || !text.startsWith(first) || !text.endsWith(last)) return false;
  let at = first.length;
  for (const part of parts.slice(1, -1)) {
    const found = text.indexOf(part, at);
    if (found < 0 || found + part.length > end) return false;
    at = found + part.length;
  }
  return true;
}
