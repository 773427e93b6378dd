import { fieldValue, fieldValues, ranges, wrong } from './cronField';

/** The days of a month that are meant, ascending; months count from 1. */
export type Days = (year: number, month: number) => readonly number[];

/** Takes `L` (the last day), `L-3` (three days before it), `15W` (the weekday next to the 15th), `LW`, and lists. */
export function daysOfMonth(text: string): Days {
  const [, before] = /^L(?:-(\d{1,2}))?$/.exec(text) ?? [];
  if (/^L(-\d{1,2})?$/.test(text)) return (year, month) => within(year, month, lengthOf(year, month) - Number(before ?? 0));
  if (text === 'LW') return (year, month) => [weekdayNear(year, month, lengthOf(year, month))];
  const [, near] = /^(\d{1,2})W$/.exec(text) ?? [];
  if (near !== undefined) return weekdayDays(fieldValue(near, ranges.dayOfMonth));
  const days = fieldValues(text, ranges.dayOfMonth);
  return (year, month) => days.filter((day) => day <= lengthOf(year, month));
}

function weekdayDays(day: number): Days {
  return (year, month) => within(year, month, day).map((there) => weekdayNear(year, month, there));
}

/** Takes `6L` (the last Friday of the month), `6#3` (the third), `L` (Saturday), and lists; 1 is Sunday. */
export function daysOfWeek(text: string): Days {
  const [, last] = /^(\w+)L$/.exec(text) ?? [];
  if (last !== undefined) return lastDays(fieldValue(last, ranges.dayOfWeek));
  const [, day, count] = /^(\w+)#(\d)$/.exec(text) ?? [];
  if (day !== undefined) return nthDays(fieldValue(day, ranges.dayOfWeek), Number(count), text);
  const wanted = new Set(text === 'L' ? [7] : fieldValues(text, ranges.dayOfWeek));
  return (year, month) => allDays(year, month).filter((one) => wanted.has(dayOfWeek(year, month, one)));
}

function lastDays(wanted: number): Days {
  return (year, month) => allDays(year, month).filter((day) => dayOfWeek(year, month, day) === wanted).slice(-1);
}

function nthDays(wanted: number, count: number, text: string): Days {
  if (count < 1 || count > 5) throw wrong(text, ranges.dayOfWeek);
  return (year, month) => allDays(year, month).filter((day) => dayOfWeek(year, month, day) === wanted).slice(count - 1, count);
}

function allDays(year: number, month: number): readonly number[] {
  return Array.from({ length: lengthOf(year, month) }, (_, index) => index + 1);
}

function within(year: number, month: number, day: number): readonly number[] {
  return day >= 1 && day <= lengthOf(year, month) ? [day] : [];
}

// Of a Saturday the Friday before, of a Sunday the Monday after; but never a day of another month.
function weekdayNear(year: number, month: number, day: number): number {
  const name = dayOfWeek(year, month, day);
  if (name === 7) return day > 1 ? day - 1 : day + 2;
  if (name === 1) return day < lengthOf(year, month) ? day + 1 : day - 2;
  return day;
}

function dayOfWeek(year: number, month: number, day: number): number {
  return new Date(Date.UTC(year, month - 1, day)).getUTCDay() + 1;
}

function lengthOf(year: number, month: number): number {
  return new Date(Date.UTC(year, month, 0)).getUTCDate();
}
