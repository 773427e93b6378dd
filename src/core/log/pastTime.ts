const units: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** A time in the past as people type it: `30m`, `2h`, `1h 30m`, `2 days`, or a date with or without a time. `undefined` if it is none. */
export function pastTime(text: string, now: Date): Date | undefined {
  const at = fromSpan(text, now) ?? fromDate(text.trim());
  return at !== undefined && at < now.getTime() ? new Date(at) : undefined;
}

function fromSpan(text: string, now: Date): number | undefined {
  const part = /(\d{1,6}(?:\.\d{1,3})?)\s*(s|m|h|d)(?:ec(?:ond)?s?|in(?:ute)?s?|ours?|ays?)?\s*/gi;
  const parts = [...text.trim().matchAll(part)];
  if (parts.length === 0 || parts.map(([all]) => all).join('') !== text.trim()) return undefined;
  return parts.reduce((at, [, count, unit]) => at - Number(count) * (units[unit?.toLowerCase() ?? ''] ?? 0), now.getTime());
}

// A date without a zone is meant as local time, also where the language would take it for UTC.
function fromDate(text: string): number | undefined {
  if (!/^\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d{1,3})?)?(?:Z|[+-]\d{2}:?\d{2})?)?$/i.test(text)) return undefined;
  const at = Date.parse(text.length === 10 ? `${text}T00:00` : text.replace(' ', 'T'));
  return Number.isNaN(at) ? undefined : at;
}
