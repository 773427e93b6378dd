import { setTimeout as sleep } from 'node:timers/promises';
import { isProviderError } from '../../core/errors';
import type { CallOptions, FunctionRef } from '../../core/provider';
import type { Clock } from '../../core/tail';
import type { Live } from './health';
import { followRuntime } from './own';

/** Pauses that end when the runtime says that a function's log has grown, until the signal is aborted. */
export function watchLog({ name }: FunctionRef, ensure: (options: CallOptions) => Promise<Live>, signal: AbortSignal): Clock['sleep'] {
  const path = `functions/${encodeURIComponent(name)}/log`;
  let isWatched = false;
  // Also of what comes between two pauses.
  let hasGrown = false;
  let wake = (): void => undefined;
  const watch = async (): Promise<void> => {
    isWatched = true;
    try {
      const lines = followRuntime(await ensure({ signal }), { method: 'GET', path }, { signal });
      while (!(await lines.next()).done) {
        hasGrown = true;
        wake();
      }
    } catch (error) {
      // Then a pause is as long as it is, and the next look at the log says what is wrong.
      if (!signal.aborted && !isProviderError(error)) throw error;
    } finally {
      isWatched = false;
    }
  };
  return async (ms, stop) => {
    if (!isWatched && !signal.aborted) void watch();
    const grown = new Promise<void>((resolve) => (wake = resolve));
    if (!hasGrown) await Promise.race([grown, sleep(ms, undefined, { signal: stop })]);
    hasGrown = false;
  };
}
