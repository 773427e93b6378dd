import type { Input } from './call';
import { isObject } from './input';

/** Whether a value fits a pattern as event source mappings have them: https://docs.aws.amazon.com/lambda/latest/dg/invocation-eventfiltering.html#filtering-syntax */
export function fitsPattern(pattern: Input, value: unknown): boolean {
  return Object.entries(pattern).every(([name, rule]) => {
    if (name === '$or' && Array.isArray(rule)) return rule.some((one) => isObject(one) && fitsPattern(one, value));
    const member = isObject(value) && Object.hasOwn(value, name) ? value[name] : undefined;
    return Array.isArray(rule) ? fitsRules(rule, member) : isObject(rule) && fitsPattern(rule, member);
  });
}

/** Whether a text is such a pattern. */
export function isPattern(text: string): boolean {
  try {
    const pattern: unknown = JSON.parse(text);
    return isObject(pattern) && isSound(pattern);
  } catch (error) {
    if (error instanceof SyntaxError) return false;
    throw error;
  }
}

function isSound(pattern: Input): boolean {
  return Object.entries(pattern).every(([name, rule]) => {
    if (name === '$or') return Array.isArray(rule) && rule.length > 0 && rule.every((one) => isObject(one) && isSound(one));
    return Array.isArray(rule) ? rule.length > 0 && rule.every(isRule) : isObject(rule) && isSound(rule);
  });
}

type Check = (wanted: unknown, value: unknown) => boolean;

const checks: Readonly<Record<string, Check>> = {
  exists: (wanted, value) => (value !== undefined) === wanted,
  prefix: (wanted, value) => typeof value === 'string' && value.startsWith(String(wanted)),
  suffix: (wanted, value) => typeof value === 'string' && value.endsWith(String(wanted)),
  'equals-ignore-case': (wanted, value) => typeof value === 'string' && value.toLowerCase() === String(wanted).toLowerCase(),
  'anything-but': (wanted, value) => value !== undefined && (isObject(wanted) ? !fitsRule(wanted, value) : ![wanted].flat().includes(value)),
  numeric: (wanted, value) => typeof value === 'number' && Array.isArray(wanted) && fitsNumber(wanted, value),
};

function isRule(rule: unknown): boolean {
  if (!isObject(rule)) return !Array.isArray(rule);
  const [[name = '', wanted] = []] = Object.entries(rule);
  if (Object.keys(rule).length !== 1 || !Object.hasOwn(checks, name)) return false;
  if (name === 'exists') return typeof wanted === 'boolean';
  if (name === 'numeric') return Array.isArray(wanted) && isNumeric(wanted);
  return name === 'anything-but' ? wanted !== null : typeof wanted === 'string';
}

function isNumeric(wanted: readonly unknown[]): boolean {
  return wanted.length > 0 && wanted.length % 2 === 0 && wanted.every((one, index) => (index % 2 ? typeof one === 'number' : typeof one === 'string' && ['=', '<', '<=', '>', '>='].includes(one)));
}

// Of a list any element may fit.
function fitsRules(rules: readonly unknown[], value: unknown): boolean {
  const values: readonly unknown[] = Array.isArray(value) && value.length ? value : [value];
  return rules.some((rule) => values.some((one) => fitsRule(rule, one)));
}

function fitsRule(rule: unknown, value: unknown): boolean {
  if (!isObject(rule)) return rule === value;
  const [[name = '', wanted] = []] = Object.entries(rule);
  return Object.hasOwn(checks, name) && checks[name]?.(wanted, value) === true;
}

function fitsNumber(wanted: readonly unknown[], value: number): boolean {
  const compare: Readonly<Record<string, (limit: number) => boolean>> = {
    '=': (limit) => value === limit,
    '<': (limit) => value < limit,
    '<=': (limit) => value <= limit,
    '>': (limit) => value > limit,
    '>=': (limit) => value >= limit,
  };
  return wanted.every((one, index) => index % 2 === 1 || compare[String(one)]?.(Number(wanted[index + 1])) === true);
}
