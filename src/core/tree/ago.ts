import { made } from '../made';

const units: readonly (readonly [Intl.RelativeTimeFormatUnit, number])[] = [
  ['year', 365 * 24 * 3600],
  ['month', 30 * 24 * 3600],
  ['day', 24 * 3600],
  ['hour', 3600],
  ['minute', 60],
];

/** Makes times readable as "3 min. ago" in a language; what is younger than a minute is "now". */
export function agoIn(locale: string): (at: Date, now: number) => string {
  const format = made(() => new Intl.RelativeTimeFormat(locale, { style: 'short', numeric: 'auto' }));
  return (at, now) => {
    const seconds = Math.max(0, (now - at.getTime()) / 1000);
    const [unit, size] = units.find(([, unitSize]) => seconds >= unitSize) ?? ['second', Infinity];
    return format().format(-Math.floor(seconds / size) || 0, unit);
  };
}
