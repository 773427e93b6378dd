import { text } from './values';

/** The members of a remote object; none when it is no object. */
export function members(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {};
}

export function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

export function date(value: unknown): Date | undefined {
  const at = new Date(text(value) ?? NaN);
  return Number.isNaN(at.getTime()) ? undefined : at;
}
