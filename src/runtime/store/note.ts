import type { LogStore } from './logs';

const streamName = 'local-runtime/events';

/** Writes a line into a log group that is not the function's own; `hops` are those of the event that it tells of. */
export function note(logs: LogStore, groupName: string, line: string, hops = 0): void {
  const group = logs.ensure(groupName);
  const stream = group.stream(streamName) ?? group.create(streamName);
  stream.hops = hops;
  stream.append([`${line}\n`]);
}
