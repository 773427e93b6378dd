import { setTimeout as wait } from 'node:timers/promises';
import { isProviderError, throwIfAborted } from '../../core/errors';
import type { CallOptions } from '../../core/provider';
import { type Ask, type EntryPage, type ListRequest, own, together, toRequest } from './logBatch';
import type { LogBudget } from './logBudget';

type Send = (request: ListRequest, options: CallOptions) => Promise<EntryPage>;
type Sleep = (ms: number, signal: AbortSignal) => Promise<void>;

/** How long a request waits for others that begin at the same moment. */
const gatherMs = 20;

interface Waiting {
  readonly ask: Ask;
  readonly settle: (outcome: EntryPage | Error) => void;
  isLeft: boolean;
  /** Called when whoever asked gives up. */
  onLeave: () => void;
}

/**
 * Reads one project's logs for everybody. Reads that wait at the same time for functions' logs become one request, and
 * every request is paid from the project's budget.
 */
export class LogReader {
  readonly #send: Send;
  readonly #budget: LogBudget;
  readonly #sleep: Sleep;
  #waiting: Waiting[] = [];
  #isAtWork = false;
  #idle = new AbortController();

  constructor(send: Send, budget: LogBudget, sleep: Sleep = async (ms, signal) => wait(ms, undefined, { signal })) {
    this.#send = send;
    this.#budget = budget;
    this.#sleep = sleep;
  }

  /** One page, oldest first. Rejects with `ProviderError`, or with `AbortError`, which disturbs nobody else. */
  async read(ask: Ask, { signal }: CallOptions): Promise<EntryPage> {
    throwIfAborted(signal);
    return new Promise((resolve, reject) => {
      const leave = (): void => this.#leave(waiting);
      const settle: Waiting['settle'] = (outcome) => {
        signal.removeEventListener('abort', leave);
        if (outcome instanceof Error) reject(outcome);
        else resolve(outcome);
      };
      const waiting: Waiting = { ask, settle, isLeft: false, onLeave: () => this.#drop(waiting) };
      signal.addEventListener('abort', leave, { once: true });
      this.#waiting.push(waiting);
      void this.#work();
    });
  }

  #leave(waiting: Waiting): void {
    waiting.isLeft = true;
    waiting.settle(new DOMException('The operation was cancelled.', 'AbortError'));
    waiting.onLeave();
  }

  #drop(waiting: Waiting): void {
    this.#waiting = this.#waiting.filter((one) => one !== waiting);
    if (this.#waiting.length === 0) this.#idle.abort();
  }

  async #work(): Promise<void> {
    if (this.#isAtWork) return;
    this.#isAtWork = true;
    await this.#pause(gatherMs);
    while (this.#waiting.length > 0) {
      const { waitMs } = this.#budget;
      if (waitMs > 0) await this.#pause(waitMs);
      else void this.#serve(this.#next());
    }
    this.#isAtWork = false;
  }

  /** Ends early when nobody is waiting any more. */
  async #pause(ms: number): Promise<void> {
    this.#idle = new AbortController();
    const { signal } = this.#idle;
    await this.#sleep(ms, signal).catch((error: unknown) => {
      if (!signal.aborted) throw error;
    });
  }

  #next(): readonly Waiting[] {
    const chosen = new Set(together(this.#waiting.map(({ ask }) => ask)));
    const [batch, rest] = [this.#waiting.filter(({ ask }) => chosen.has(ask)), this.#waiting.filter(({ ask }) => !chosen.has(ask))];
    this.#waiting = rest;
    return batch;
  }

  async #serve(batch: readonly Waiting[]): Promise<void> {
    const end = new AbortController();
    for (const one of batch) one.onLeave = () => (batch.every(({ isLeft }) => isLeft) ? end.abort() : undefined);
    this.#budget.spend();
    try {
      const request = toRequest(batch.map(({ ask }) => ask));
      const page = await this.#send(request, end);
      this.#budget.answered();
      for (const one of batch) one.settle(own(page, one.ask, request));
    } catch (error) {
      this.#failed(batch, error);
    }
  }

  /** A used up quota concerns everybody who waits for it. */
  #failed(batch: readonly Waiting[], error: unknown): void {
    const isThrottled = isProviderError(error) && error.kind === 'throttled';
    if (isThrottled) this.#budget.refused();
    const told = isThrottled ? [...batch, ...this.#waiting] : batch;
    if (isThrottled) this.#waiting = [];
    for (const one of told) one.settle(error instanceof Error ? error : new Error(String(error)));
  }
}
