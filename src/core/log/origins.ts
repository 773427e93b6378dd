import type { LogEvent } from '../provider';

/** Who writes the lines of a log. */
export type Origin = NonNullable<LogEvent['origin']>;

export const origins: readonly Origin[] = ['function', 'request', 'platform'];

/** The origins that a setting names; all of them when it names none. */
export function toOrigins(setting: unknown): ReadonlySet<Origin> {
  const named = Array.isArray(setting) ? origins.filter((origin) => setting.includes(origin)) : [];
  return new Set(named.length === 0 ? origins : named);
}

/** Whether a log event is one of those to be shown; what the tail itself has to say always is. */
export function isOfOrigin({ origin = 'function', mark }: LogEvent, shown: ReadonlySet<Origin>): boolean {
  return mark !== undefined || shown.has(origin);
}
