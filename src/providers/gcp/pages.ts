import { ProviderError } from '../../core/errors';
import type { Connection } from './client';
import { host } from './site';

/** Gives the token of the next page on; throws `ProviderError` when that page was asked for before. */
export function nextPages(connection: Connection, action: string): (next: string | undefined) => string | undefined {
  const asked = new Set<string>();
  return (next) => {
    if (next === undefined) return undefined;
    if (asked.has(next)) throw endless(connection, action);
    asked.add(next);
    return next;
  };
}

/** For a list that leads back to a page that it has given already. */
function endless({ access }: Connection, action: string): ProviderError {
  return new ProviderError('network', `${host(access, action)} sends the same page of its list for ever; report it to whoever runs that server.`);
}

/** What several streams give, whichever comes first. Each is asked for more only after what it gave has been taken. */
export async function* firstCome<T>(streams: readonly AsyncGenerator<T>[]): AsyncGenerator<T> {
  const steps = new Map(streams.map((stream) => [stream, step(stream)]));
  try {
    while (steps.size > 0) {
      const { stream, result, error } = await Promise.race(steps.values());
      steps.delete(stream);
      if (error !== undefined) throw error;
      if (!result || result.done) continue;
      yield result.value;
      steps.set(stream, step(stream));
    }
  } finally {
    // Without waiting: a stream ends only when what it waits for does.
    for (const stream of steps.keys()) void stream.return(undefined).catch(() => undefined);
  }
}

interface Step<T> {
  readonly stream: AsyncGenerator<T>;
  readonly result?: IteratorResult<T, unknown>;
  readonly error?: Error;
}

async function step<T>(stream: AsyncGenerator<T>): Promise<Step<T>> {
  try {
    return { stream, result: await stream.next() };
  } catch (error) {
    return { stream, error: error instanceof Error ? error : new Error(String(error)) };
  }
}
