import type { CallOptions, FunctionRef, LogEvent, TailOptions } from '../../core/provider';
import { follow, type ReadLogs } from '../../core/tail';
import type { Connection } from './client';
import { isLoopback } from './endpoints';
import { toLogEvent } from './logEntry';
import { logReader } from './logReaders';
import { findLogSource, type LogSource } from './logSource';

/** How to read one function's log. */
export interface TailSource {
  readonly ref: FunctionRef;
  /** Asked at each read, so that a tail outlives fresh credentials and a restarted server. */
  readonly connect: (options: CallOptions) => Promise<Connection>;
  /** The pause between two reads. */
  readonly pollMs: number;
}

/** A project's quota for reading logs is for all its tails together, in every window. */
const shortestPollMs = 3_000;

export async function* tail({ ref, connect, pollMs }: TailSource, since: Date, options: TailOptions): AsyncGenerator<readonly LogEvent[]> {
  let source: LogSource | undefined;
  const read: ReadLogs = async (range, next, at) => {
    const connection = await connect(at);
    source ??= await findLogSource(connection, ref, at);
    const page = await logReader(connection).read({ ...range, source, next }, at);
    return { events: page.entries.map(toLogEvent).filter((event) => event !== undefined), next: page.next, serverTime: page.serverTime };
  };
  yield* follow(read, since, { ...options, pollMs: pollFor(await connect(options), pollMs) });
}

/** A server on this machine sets no such quota. */
function pollFor({ access }: Connection, pollMs: number): number {
  const url = access.endpoint('logging')?.url;
  return url !== undefined && isLoopback(url) ? pollMs : Math.max(pollMs, shortestPollMs);
}
