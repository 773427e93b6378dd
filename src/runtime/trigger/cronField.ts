import { Refusal } from './refusal';

/** What may stand in a field of a cron expression. */
export interface FieldRange {
  readonly name: string;
  readonly from: number;
  readonly to: number;
  /** Names of the values, beginning with that of `from`. */
  readonly names?: readonly string[];
}

const names = (text: string): readonly string[] => text.split(' ');

export const ranges = {
  minutes: { name: 'minutes', from: 0, to: 59 },
  hours: { name: 'hours', from: 0, to: 23 },
  dayOfMonth: { name: 'day of month', from: 1, to: 31 },
  month: { name: 'month', from: 1, to: 12, names: names('JAN FEB MAR APR MAY JUN JUL AUG SEP OCT NOV DEC') },
  dayOfWeek: { name: 'day of week', from: 1, to: 7, names: names('SUN MON TUE WED THU FRI SAT') },
  year: { name: 'year', from: 1970, to: 2199 },
} satisfies Readonly<Record<string, FieldRange>>;

const part = /^(?:\*|(\w+)(?:-(\w+))?)(?:\/(\d+))?$/;

/** The values that a list of values, ranges and steps stands for, ascending. */
export function fieldValues(text: string, range: FieldRange): readonly number[] {
  const values = new Set(text.split(',').flatMap((one) => partValues(one, range)));
  return [...values].sort((a, b) => a - b);
}

function partValues(text: string, range: FieldRange): readonly number[] {
  const found = part.exec(text);
  if (!found) throw wrong(text, range);
  const [, first, last, step] = found;
  const from = first === undefined ? range.from : fieldValue(first, range);
  // With a step, a single value is where it begins: 5/15 is 5, 20, 35 and so on.
  const to = last === undefined ? (first === undefined || step !== undefined ? range.to : from) : fieldValue(last, range);
  const by = Number(step ?? 1);
  if (from > to || by < 1 || by > range.to) throw wrong(text, range);
  return Array.from({ length: Math.floor((to - from) / by) + 1 }, (_, index) => from + index * by);
}

/** A single number or name. */
export function fieldValue(text: string, range: FieldRange): number {
  const named = range.names?.indexOf(text.toUpperCase()) ?? -1;
  const value = named >= 0 ? range.from + named : /^\d{1,4}$/.test(text) ? Number(text) : NaN;
  if (value >= range.from && value <= range.to) return value;
  throw wrong(text, range);
}

export function wrong(text: string, { name, from, to }: FieldRange): Refusal {
  return new Refusal(`"${text}" is no ${name} of a cron expression: write a number from ${from} to ${to}, a range from the lower to the higher one, a list or a step.`);
}
