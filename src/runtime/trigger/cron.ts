import { daysOfMonth, daysOfWeek, type Days } from './cronDays';
import { fieldValues, ranges } from './cronField';
import { Refusal } from './refusal';

const dayMs = 24 * 3_600_000;

/**
 * A cron expression as EventBridge takes it: minutes, hours, day of month, month, day of week and year. By hand, because the
 * libraries for cron take five or six fields of Unix, seconds first, and know neither the year nor `W`.
 * https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html#cron-based
 */
export class Cron {
  readonly #minutes: readonly number[];
  readonly #hours: readonly number[];
  readonly #months: readonly number[];
  readonly #years: readonly number[];
  readonly #days: Days;

  /** Throws `Refusal`. */
  constructor(text: string) {
    const fields = text.trim().split(/ +/);
    const [minutes = '', hours = '', day = '', month = '', week = '', year = ''] = fields;
    if (fields.length !== 6) throw new Refusal(`A cron expression has six fields, for example "0 18 ? * MON-FRI *"; "${text}" has ${fields.length}.`);
    if ((day === '?') === (week === '?')) throw new Refusal(`In "${text}" exactly one of day of month and day of week must be "?", for example "0 18 * * ? *".`);
    this.#minutes = fieldValues(minutes, ranges.minutes);
    this.#hours = fieldValues(hours, ranges.hours);
    this.#months = fieldValues(month, ranges.month);
    this.#years = fieldValues(year, ranges.year);
    this.#days = day === '?' ? daysOfWeek(week) : daysOfMonth(day);
  }

  /** The times it means, ascending, none before `from`; a clock's time is told as the milliseconds of the same digits in UTC. */
  *times(from: number): Generator<number> {
    for (const day of this.#daysFrom(from)) {
      for (const hour of this.#hours) {
        for (const minute of this.#minutes) {
          const time = day + hour * 3_600_000 + minute * 60_000;
          if (time >= from) yield time;
        }
      }
    }
  }

  *#daysFrom(from: number): Generator<number> {
    const first = new Date(from);
    for (const year of this.#years) {
      if (year < first.getUTCFullYear()) continue;
      for (const month of this.#months) {
        if (Date.UTC(year, month) <= from) continue;
        for (const day of this.#days(year, month)) {
          const start = Date.UTC(year, month - 1, day);
          if (start + dayMs > from) yield start;
        }
      }
    }
  }
}
