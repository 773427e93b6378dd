import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { setImmediate as pause } from 'node:timers/promises';
import { throwIfAborted } from '../../core/errors';
import type { ProviderHost } from '../../core/host';
import type { CallOptions } from '../../core/provider';
import { isHealthy, type Live, parseWritten } from './health';
import { holdLease } from './lease';
import { start } from './start';

/** The local runtime that serves this machine: found or started when it is first needed, and again after it died. */
export class Runtime {
  #live?: Promise<Live>;

  constructor(readonly host: ProviderHost) {}

  /** Throws `ProviderError` when it cannot be started. */
  async ensure({ signal }: CallOptions): Promise<Live> {
    throwIfAborted(signal);
    // That it has ended may have been told already, and not been heard yet.
    await pause();
    const live = (this.#live ??= this.#begin());
    return untilAborted(live, signal);
  }

  /** Others may wait for the same start, so nobody's cancel ends it. */
  async #begin(): Promise<Live> {
    try {
      const live = (await this.#running()) ?? (await start(this.host));
      await holdLease(live, () => (this.#live = undefined));
      return live;
    } catch (error) {
      this.#live = undefined;
      throw error;
    }
  }

  /** The one that another window, or this one before a restart, has started. */
  async #running(): Promise<Live | undefined> {
    const file = path.join(this.host.storage, 'runtime.json');
    const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return '';
      throw error;
    });
    const live = parseWritten(text);
    return live && (await isHealthy(live)) ? live : undefined;
  }
}

async function untilAborted<T>(waiting: Promise<T>, signal: AbortSignal): Promise<T> {
  const done = new AbortController();
  const aborted = new Promise<never>((_resolve, reject) => {
    const giveUp = (): void => reject(new DOMException('The operation was cancelled.', 'AbortError'));
    signal.addEventListener('abort', giveUp, { once: true, signal: done.signal });
  });
  try {
    return await Promise.race([waiting, aborted]);
  } finally {
    done.abort();
  }
}
