import { ApiError } from './errors';
import { isObject, type Json } from './json';

export type Test = (value: unknown) => boolean;

const severities: Readonly<Record<string, number>> = { DEFAULT: 0, DEBUG: 100, INFO: 200, NOTICE: 300, WARNING: 400, ERROR: 500, CRITICAL: 600, ALERT: 700, EMERGENCY: 800 };

/** The values at a path; a list on the way gives those of each of its items. A missing one gives none, so that every comparison with it fails, `!=` too. */
export function fieldOf(entry: Json, path: readonly string[]): unknown[] {
  let values: unknown[] = path.length === 1 && path[0] === 'severity' ? [entry.severity ?? 'DEFAULT'] : [entry];
  if (path.length === 1 && path[0] === 'severity') return values;
  for (const part of path) values = values.flatMap((value) => (isObject(value) ? [value[part]].flat() : []));
  return values.filter((value) => value !== undefined && value !== null);
}

export function everyText(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  if (typeof value === 'number' || typeof value === 'boolean') return [String(value)];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(everyText) : [];
}

export function compareWith(path: readonly string[], operator: string, { text, quoted }: { readonly text: string; readonly quoted: boolean }): Test {
  if (operator === ':' && text === '*' && !quoted) return () => true;
  if (operator === '=~' || operator === '!~') return matches(text, operator === '=~');
  const last = path.at(-1) ?? '';
  if (path.length === 1 && last === 'severity') return ordered(operator, severity(text), (value) => severity(String(value)));
  if (['timestamp', 'receiveTimestamp'].includes(last) && path.length === 1) return ordered(operator, nanos(text), (value) => nanos(String(value)));
  if (last === 'latency') return ordered(operator, seconds(text), (value) => seconds(String(value)));
  return plain(operator, text);
}

function matches(pattern: string, wanted: boolean): Test {
  const expression = regular(pattern);
  return (value) => expression.test(textOf(value)) === wanted;
}

function regular(pattern: string): RegExp {
  try {
    // RE2 takes (?i) at the front; JavaScript takes a flag.
    return pattern.startsWith('(?i)') ? new RegExp(pattern.slice(4), 'i') : new RegExp(pattern);
  } catch (error) {
    throw new ApiError('INVALID_ARGUMENT', `Unparseable filter: regular expressions must be valid RE2 (${(error as Error).message})`);
  }
}

function ordered<T extends bigint | number>(operator: string, wanted: T, read: (value: unknown) => T): Test {
  return (value) => decide(operator, read(value) < wanted ? -1 : read(value) > wanted ? 1 : 0);
}

function decide(operator: string, order: number): boolean {
  if (operator === '=' || operator === ':') return order === 0;
  if (operator === '!=') return order !== 0;
  if (operator === '>') return order > 0;
  if (operator === '>=') return order >= 0;
  return operator === '<' ? order < 0 : order <= 0;
}

/** Texts are compared without regard to case; numbers and booleans by their value. */
function plain(operator: string, text: string): Test {
  const wanted = text.toLowerCase();
  return (value) => {
    if (typeof value === 'number' && text !== '' && Number.isFinite(Number(text))) return decide(operator, value - Number(text));
    const own = textOf(value).toLowerCase();
    if (operator === ':') return isObject(value) ? text in value : own.includes(wanted);
    return decide(operator, own < wanted ? -1 : own > wanted ? 1 : 0);
  };
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function severity(text: string): number {
  const rank = severities[text.toUpperCase()] ?? (/^\d+$/.test(text) ? Number(text) : undefined);
  if (rank === undefined) throw new ApiError('INVALID_ARGUMENT', `Unparseable filter: unrecognized severity "${text}"`);
  return rank;
}

/** Nanoseconds since 1970, which a number cannot hold. */
export function nanos(text: string): bigint {
  const found = /^(\d{4}-\d\d-\d\d)(?:[Tt](\d\d:\d\d(?::\d\d)?)(?:\.(\d{1,9}))?([Zz]|[+-]\d\d:\d\d)?)?$/.exec(text);
  const [, day = '', time = '00:00:00', fraction = '', zone = 'Z'] = found ?? [];
  const whole = Date.parse(`${day}T${time.length === 5 ? `${time}:00` : time}${zone.toUpperCase()}`);
  if (!found || Number.isNaN(whole)) throw new ApiError('INVALID_ARGUMENT', `Unparseable filter: timestamps must be in RFC 3339 format, but found "${text}"`);
  return BigInt(whole) * 1_000_000n + BigInt(fraction.padEnd(9, '0'));
}

function seconds(text: string): number {
  const found = /^(-?\d+(?:\.\d+)?)(ms|s)?$/.exec(text);
  if (!found) throw new ApiError('INVALID_ARGUMENT', `Unparseable filter: invalid duration "${text}"`);
  return Number(found[1]) / (found[2] === 'ms' ? 1000 : 1);
}
