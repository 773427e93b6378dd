import { ProviderError } from '../../core/errors';
import type { Connection } from './client';
import { host } from './site';

/** For a list whose next page is always the same. */
export function endless({ access }: Connection, action: string): ProviderError {
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
