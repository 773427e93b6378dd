import type { LogStore } from './logs';

const streamName = 'local-runtime/events';

/** Writes a line into a log group that is not the function's own. */
export function note(logs: LogStore, groupName: string, line: string): void {
  const group = logs.ensure(groupName);
  const stream = group.stream(streamName) ?? group.create(streamName);
  stream.append([`${line}\n`]);
}
