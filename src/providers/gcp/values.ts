/** Remote values of whatever type; those of a wrong one are taken for missing. */
export function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

export function number(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0 ? value : undefined;
}

export function record(value: unknown): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(Object(value) as object).filter((entry): entry is [string, string] => typeof entry[1] === 'string'));
}
