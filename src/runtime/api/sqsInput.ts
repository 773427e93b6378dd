import { queueAccount, type Queue } from '../store/queues';
import type { ApiCall, Input, World } from './call';
import { isObject, mapOf } from './input';
import { ApiError } from './errors';
import { invalidParameter, missing, noSuchQueue } from './sqsErrors';

/** What an operation of the API works on. */
export interface SqsCall {
  readonly input: Input;
  readonly world: World;
  readonly call: ApiCall;
}

/** The queue that is asked for; its URL may name a port that this runtime had before. */
export function queueOf({ input, world }: SqsCall): Queue {
  const url = textIn(input, 'QueueUrl');
  if (!url) throw missing('QueueUrl');
  const queue = world.queues.get(url.replace(/\/$/, '').split('/').at(-1) ?? '');
  if (queue) return queue;
  throw noSuchQueue();
}

export function queueUrl({ headers }: ApiCall, name: string): string {
  return `http://${headers.host ?? '127.0.0.1'}/${queueAccount}/${name}`;
}

export function textIn(input: Input, member: string): string | undefined {
  const value = input[member];
  if (value === undefined || value === null) return undefined;
  if (typeof value === 'string') return value;
  throw invalidParameter(`${member} must be a string.`);
}

/** `reason` says what it must be. */
export function numberIn(input: Input, member: string, [from, to]: readonly [number, number], reason: string): number | undefined {
  const value = input[member];
  if (value === undefined || value === null) return undefined;
  if (typeof value === 'number' && Number.isInteger(value) && value >= from && value <= to) return value;
  throw invalidParameter(`Value ${JSON.stringify(value)} for parameter ${member} is invalid. Reason: ${reason}`);
}

export function textsIn(input: Input, member: string): readonly string[] {
  const value = input[member] ?? [];
  if (Array.isArray(value) && value.every((one) => typeof one === 'string')) return value;
  throw invalidParameter(`${member} must be a list of strings.`);
}

export function mapIn(input: Input, member: string): Record<string, string> {
  try {
    return mapOf(input[member], member) ?? {};
  } catch (error) {
    if (error instanceof ApiError) throw invalidParameter(error.message);
    throw error;
  }
}

const maxEntries = 10;

/** The entries of a batch, each with its own id. */
export function entriesIn(input: Input): readonly (Input & { readonly Id: string })[] {
  const list: readonly unknown[] = Array.isArray(input.Entries) ? input.Entries : [];
  const entries = list.filter(isObject);
  if (!entries.length) throw new ApiError(400, 'EmptyBatchRequest', 'There should be at least one entry in the request.');
  if (list.length > maxEntries) throw new ApiError(400, 'TooManyEntriesInBatchRequest', `Maximum number of entries per request are ${maxEntries}. You have sent ${list.length}.`);
  const ids = entries.map((entry) => entry.Id);
  if (!ids.every((id) => typeof id === 'string' && /^[\w-]{1,80}$/.test(id))) {
    throw new ApiError(400, 'InvalidBatchEntryId', 'A batch entry id can only contain alphanumeric characters, hyphens and underscores. It can be at most 80 letters long.');
  }
  const twice = ids.find((id, index) => ids.indexOf(id) !== index) as string | undefined;
  if (twice !== undefined) throw new ApiError(400, 'BatchEntryIdsNotDistinct', `Id ${twice} repeated.`);
  return entries as (Input & { Id: string })[];
}
