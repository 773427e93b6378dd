import { Cron } from './cron';
import { Refusal } from './refusal';
import { Zone } from './zone';

/** When something is to happen again and again. */
export interface Schedule {
  /** For people: `every 5 minutes`. */
  readonly label: string;
  /** The first time after that, in milliseconds since 1970; `undefined` when there is none any more. */
  next(after: number): number | undefined;
}

const units: Readonly<Record<string, number>> = { minute: 60_000, hour: 3_600_000, day: 24 * 3_600_000 };

/**
 * `rate(5 minutes)` or `cron(0 18 ? * MON-FRI *)`; throws `Refusal`. The time zone is for cron, UTC if there is none; a rate
 * counts from `start`.
 */
export function parseSchedule(expression: string, timezone: string | undefined, start: number): Schedule {
  const [, kind, inner = ''] = /^(rate|cron)\(([^()]*)\)$/.exec(expression.trim()) ?? [];
  if (kind === 'cron') return cronSchedule(inner, new Zone(timezone || 'UTC'));
  if (kind === 'rate') return rateSchedule(inner, start);
  throw new Refusal(`"${expression}" is no schedule; write rate(5 minutes) or cron(0 18 ? * MON-FRI *).`);
}

function rateSchedule(text: string, start: number): Schedule {
  const [, digits = '', unit = '', plural] = /^([1-9]\d{0,6}) (minute|hour|day)(s?)$/.exec(text.trim()) ?? [];
  const count = Number(digits);
  if (!count || (count === 1) !== (plural === '')) throw new Refusal(`"rate(${text})" is no rate; write rate(1 minute), rate(5 minutes), or the same with hours or days.`);
  const ms = count * (units[unit] ?? 0);
  const label = count === 1 ? `every ${unit}` : `every ${count} ${unit}s`;
  return { label, next: (after) => start + Math.max(1, Math.floor((after - start) / ms) + 1) * ms };
}

function cronSchedule(text: string, zone: Zone): Schedule {
  const cron = new Cron(text);
  return { label: `cron(${text})${zone.name === 'UTC' ? '' : ` ${zone.name}`}`, next: (after) => nextOf(cron, zone, after) };
}

// As EventBridge Scheduler has it: a time that clocks leap over is left out, one that they show twice counts once, the first time.
// https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html#daylist-savings-time
function nextOf(cron: Cron, zone: Zone, after: number): number | undefined {
  for (const time of cron.times(zone.clockAt(after))) {
    const instant = zone.firstInstant(time);
    if (instant !== undefined && instant > after) return instant;
  }
  return undefined;
}
