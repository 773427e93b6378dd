import type { Input } from './call';
import { invalid, invalidContent, validation } from './errors';

export function parseInput(body: Buffer): Input {
  if (!body.length) return {};
  try {
    const value: unknown = JSON.parse(body.toString('utf8'));
    if (isObject(value)) return value;
  } catch (error) {
    throw invalidContent(`Could not parse request body into json: ${String(error)}`);
  }
  throw invalidContent('Could not parse request body into json: it is not an object.');
}

export function isObject(value: unknown): value is Input {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function textOf(input: Input, member: string): string | undefined {
  const value = input[member];
  if (value === undefined || value === null) return undefined;
  if (typeof value !== 'string') throw validation(JSON.stringify(value), lower(member), 'Member must be a string');
  return value;
}

/** A text of so many letters at most. */
export function shortText(input: Input, member: string, most: number): string | undefined {
  const text = textOf(input, member);
  if (text === undefined || text.length <= most) return text;
  throw validation(text, lower(member), `Member must have length less than or equal to ${most}`);
}

/** A whole number between two others; `path` is what a refusal calls it. */
export function numberOf(input: Input, member: string, from: number, to: number, path = lower(member)): number | undefined {
  const value = input[member];
  if (value === undefined || value === null) return undefined;
  if (typeof value !== 'number' || !Number.isInteger(value)) throw validation(JSON.stringify(value), path, 'Member must be a whole number');
  if (value < from) throw validation(value, path, `Member must have value greater than or equal to ${from}`);
  if (value > to) throw validation(value, path, `Member must have value less than or equal to ${to}`);
  return value;
}

/** A map of texts. */
export function mapOf(value: unknown, member: string): Record<string, string> | undefined {
  if (value === undefined || value === null) return undefined;
  if (!isObject(value)) throw invalid(`${member} must be an object of strings.`);
  const entries = Object.entries(value);
  if (entries.some(([, text]) => typeof text !== 'string')) throw invalid(`${member} must be an object of strings.`);
  return Object.fromEntries(entries) as Record<string, string>;
}

function lower(member: string): string {
  return member.charAt(0).toLowerCase() + member.slice(1);
}
