import type { Input, World } from './call';
import { validation } from './errors';
import { numberOf } from './input';
import { groupOf, invalidParameter, missing } from './logGroups';
import { required } from './logKept';

// Logs are exported to buckets, and here are none: what is asked for is looked at, and refused in the words of AWS.

export function createExport(input: Input, world: World): object {
  const [from, to] = [timeOf(input, 'from'), timeOf(input, 'to')];
  required(input, 'destination');
  groupOf(input, world);
  if (from > to) throw invalidParameter('The specified time range is not valid: from is later than to.');
  throw invalidParameter('The given bucket does not exist. Please make sure the bucket is valid.');
}

export function cancelExport(input: Input): object {
  required(input, 'taskId');
  throw missing('The specified export task does not exist.');
}

export function describeExports(): object {
  return { exportTasks: [] };
}

function timeOf(input: Input, member: 'from' | 'to'): number {
  const time = numberOf(input, member, 0, Number.MAX_SAFE_INTEGER);
  if (time === undefined) throw validation(undefined, member, 'Member must not be null');
  return time;
}
