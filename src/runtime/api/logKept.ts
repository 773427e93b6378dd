import type { LogAccountKind, LogAccountKinds } from '../store/logAccount';
import { account, type Input, type World } from './call';
import { ApiError, validation } from './errors';
import { isObject, shortText } from './input';
import { invalidParameter, missing } from './logGroups';

// What the logs API keeps that belongs to no group: shared by the operations on it.

const most = 1000;

/** Keeps it, unless there would be too many of its kind. `full` is the type of the refusal. */
export function keep<K extends LogAccountKind>(world: World, kind: K, item: LogAccountKinds[K], full = 'LimitExceededException', limit = most): void {
  const { logAccount } = world;
  if (!logAccount.get(kind, item.name) && logAccount.list(kind).length >= limit) throw new ApiError(400, full, 'Resource limit exceeded.');
  logAccount.put(kind, item);
}

/** The one of that name; `refusal` is what is said when there is none. */
export function kept<K extends LogAccountKind>(world: World, kind: K, name: string, refusal: string): LogAccountKinds[K] {
  const found = world.logAccount.get(kind, name);
  if (found) return found;
  throw missing(refusal);
}

/** A text that must be there, of so many letters at most. */
export function required(input: Input, member: string, most = Infinity): string {
  const text = shortText(input, member, most);
  if (text) return text;
  throw validation(text, member, text === undefined ? 'Member must not be null' : 'Member must have length greater than or equal to 1');
}

const longestDocument = 5120;

/** A policy, which is JSON. */
export function documentOf(input: Input, member: string): string {
  const text = required(input, member, longestDocument);
  if (isJsonObject(text)) return text;
  throw invalidParameter('This policy contains invalid Json');
}

function isJsonObject(text: string): boolean {
  try {
    return isObject(JSON.parse(text));
  } catch (error) {
    if (error instanceof SyntaxError) return false;
    throw error;
  }
}

export function logsArn(region: string, resource: string): string {
  return `arn:aws:logs:${region}:${account}:${resource}`;
}
