import { readCondition, readLogic, type Scalar } from './filterPatternCondition';
import type { PatternScanner, PatternTest } from './filterPatternScanner';

/** A step into a value: a member's name, an element's number, or all of them. */
type Step = string | number | typeof every;

const every = Symbol('every');

type Values = readonly unknown[];

/** A selector as it is written, and where it leads. */
interface Selector {
  readonly text: string;
  readonly steps: readonly Step[];
}

/** Reads a condition behind its opening brace. It holds for messages that are JSON objects only. */
export function jsonTest(scanner: PatternScanner): PatternTest {
  const selectors: Selector[] = [];
  const test = readLogic(scanner, () => readUnit(scanner, selectors));
  scanner.expect('}');
  scanner.finish();
  const matches = (message: string) => {
    const value = parseObject(message);
    return value !== undefined && test(value);
  };
  return Object.assign(matches, { extract: (message: string) => extract(parseObject(message), selectors) });
}

function extract(root: unknown, selectors: readonly Selector[]): Record<string, string> {
  const found = selectors.map(({ text, steps }) => [text, select(root, steps).find(isScalar)] as const);
  return Object.fromEntries(found.flatMap(([text, value]) => (value === undefined ? [] : [[text, String(value)]])));
}

function parseObject(message: string): object | undefined {
  if (!/^\s*\{/.test(message)) return undefined;
  try {
    return JSON.parse(message) as object;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function readUnit(scanner: PatternScanner, selectors: Selector[]): (root: object) => boolean {
  if (!scanner.take('(')) return readComparison(scanner, selectors);
  const inner = readLogic(scanner, () => readUnit(scanner, selectors));
  scanner.expect(')');
  return inner;
}

function readComparison(scanner: PatternScanner, selectors: Selector[]): (root: object) => boolean {
  const selector = readSelector(scanner);
  const { steps } = selector;
  selectors.push(selector);
  const test = readTest(scanner);
  return (root) => test(select(root, steps));
}

// A member that is not there, and one that is an object or a list, is neither equal nor unequal to anything.
function readTest(scanner: PatternScanner): (values: Values) => boolean {
  if (scanner.match(/NOT\s+EXISTS\b/iy)) return (values) => values.length === 0;
  const constant = /\w+$/.exec(scanner.match(/IS\s+(NULL|TRUE|FALSE)\b/iy) ?? '')?.[0].toLowerCase();
  if (constant) return (values) => values.some((value) => String(value) === constant && typeof value !== 'string');
  const condition = readCondition(scanner);
  if (!condition) throw scanner.refused('a selector has no comparison behind it');
  return (values) => values.some((value) => isScalar(value) && condition(value));
}

function isScalar(value: unknown): value is Scalar {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
}

function readSelector(scanner: PatternScanner): Selector {
  scanner.expect('$');
  const start = scanner.at - 1;
  const steps: Step[] = [];
  for (let step = readStep(scanner); step !== undefined; step = readStep(scanner)) steps.push(step);
  if (!steps.length) throw scanner.refused('$ has no member behind it');
  return { text: scanner.text.slice(start, scanner.at), steps };
}

function readStep(scanner: PatternScanner): Step | undefined {
  const name = scanner.matchHere(/\.[\w-]+/y);
  if (name) return name.slice(1);
  if (scanner.matchHere(/\.\*|\.?\[\*\]/y)) return every;
  const number = scanner.matchHere(/\[\d{1,9}\]/y);
  if (number) return Number(number.slice(1, -1));
  const quoted = scanner.matchHere(/\.?\[(?:'[^']*'|"[^"]*")\]/y);
  return quoted?.slice(quoted.indexOf('[') + 2, -2);
}

/** Every value that the steps lead to. */
function select(root: unknown, steps: readonly Step[]): Values {
  return steps.reduce<Values>((values, step) => values.flatMap((value) => enter(value, step)), [root]);
}

// A list's elements come out in a list of their own, so that one that is a list itself stays whole.
function enter(value: unknown, step: Step): unknown[] {
  if (typeof value !== 'object' || value === null) return [];
  if (step === every) return Object.values(value);
  if (typeof step === 'number' ? !Array.isArray(value) : Array.isArray(value)) return [];
  return Object.hasOwn(value, step) ? [(value as Record<string | number, unknown>)[step]] : [];
}
