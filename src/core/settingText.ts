import type { FunctionSettings } from './provider';

/** The settings that can be changed one by one without new code. */
export const editable = ['memoryMb', 'timeoutSeconds', 'cpu', 'concurrency', 'minInstances', 'maxInstances', 'environment', 'description'] as const;
export type Editable = (typeof editable)[number];
export type NumberSetting = Exclude<Editable, 'environment' | 'description'>;

/** What no provider goes beyond; where one allows less, it says so itself. */
export interface NumberRule {
  readonly min: number;
  readonly max: number;
  readonly whole: boolean;
}

export const numberRules: Readonly<Record<NumberSetting, NumberRule>> = {
  memoryMb: { min: 64, max: 65_536, whole: true },
  timeoutSeconds: { min: 1, max: 3_600, whole: true },
  cpu: { min: 0.01, max: 64, whole: false },
  concurrency: { min: 1, max: 1_000, whole: true },
  minInstances: { min: 0, max: 10_000, whole: true },
  maxInstances: { min: 1, max: 10_000, whole: true },
};

/** A typed number; `undefined` when the rule does not allow it. */
export function toNumber(text: string, { min, max, whole }: NumberRule): number | undefined {
  const trimmed = text.trim();
  const value = Number(trimmed);
  const isNumber = (whole ? /^\d{1,9}$/ : /^\d{0,9}\.?\d{1,9}$/).test(trimmed);
  return isNumber && value >= min && value <= max ? value : undefined;
}

/** How an environment differs from another: names only, by name. */
export function environmentChanges(before: Readonly<Record<string, string>>, after: Readonly<Record<string, string>>): { readonly name: string; readonly change: 'added' | 'changed' | 'removed' }[] {
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort();
  return names.flatMap((name) => {
    if (before[name] === after[name]) return [];
    return [{ name, change: before[name] === undefined ? 'added' : after[name] === undefined ? 'removed' : 'changed' } as const];
  });
}

/** The change that brings back what was; `undefined` when that cannot be said, because the provider told no value. */
export function reverse(change: FunctionSettings, before: FunctionSettings): FunctionSettings | undefined {
  const old = editable.flatMap((name): [Editable, unknown][] => (change[name] === undefined ? [] : [[name, before[name] ?? empty[name as keyof typeof empty]]]));
  return old.some(([, value]) => value === undefined) ? undefined : Object.fromEntries(old);
}

const empty = { environment: {}, description: '' } as const;

/** The change of one setting that a command was called with; `undefined` for anything that is none. */
export function toChange(value: unknown): FunctionSettings | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const entries: [string, unknown][] = Object.entries(value);
  const isGood = ([name, one]: [string, unknown]): boolean => {
    if (name === 'description') return typeof one === 'string';
    if (name === 'environment') return typeof one === 'object' && one !== null && Object.values(one).every((text) => typeof text === 'string');
    return Object.hasOwn(numberRules, name) && typeof one === 'number' && toNumber(String(one), numberRules[name as NumberSetting]) !== undefined;
  };
  return entries.length > 0 && entries.every(isGood) ? value : undefined;
}
