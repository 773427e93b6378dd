import { ProviderError } from '../../src/core/errors';
import type { LogEvent } from '../../src/core/provider';
import { type Clock, follow } from '../../src/core/tail';
import type { EntryPage, ListRequest } from '../../src/providers/gcp/logBatch';
import { LogBudget } from '../../src/providers/gcp/logBudget';
import { toLogEvent } from '../../src/providers/gcp/logEntry';
import { LogReader } from '../../src/providers/gcp/logReader';
import { parseFilter } from '../fakes/google/filter';

/** A log entry of the model: all times are milliseconds of the service. */
export interface Line {
  readonly name: string;
  readonly id: string;
  readonly at: number;
  readonly arrived: number;
  /** When readers may first see it. */
  readonly visible: number;
}

/** What goes wrong with a request. */
export type Trouble = 'none' | 'refused' | 'cut' | 'slow' | 'forgotten';

export interface LogWorld {
  readonly lines: readonly Line[];
  readonly troubles: readonly Trouble[];
  /** Times at which somebody else uses the quota up for the rest of the minute. */
  readonly bursts: readonly number[];
  readonly pageSize: number;
}

/** Time that passes only when everybody sleeps. */
export class VirtualTime {
  now = Date.UTC(2026, 0, 1);
  #sleepers: { readonly at: number; readonly wake: () => void }[] = [];
  #seed = 1;

  readonly clock: Clock = {
    now: () => this.now,
    sleep: async (ms, signal) => this.sleep(ms, signal),
    random: () => (this.#seed = (this.#seed * 16_807) % 2_147_483_647) / 2_147_483_647,
  };

  async sleep(ms: number, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    await new Promise<void>((resolve, reject) => {
      const sleeper = { at: this.now + ms, wake: () => (signal.removeEventListener('abort', leave), resolve()) };
      const leave = (): void => {
        this.#sleepers = this.#sleepers.filter((one) => one !== sleeper);
        reject(new DOMException('Aborted', 'AbortError'));
      };
      signal.addEventListener('abort', leave, { once: true });
      this.#sleepers.push(sleeper);
    });
  }

  /** Lets time pass up to a moment. */
  async run(until: number): Promise<void> {
    for (;;) {
      await new Promise((resolve) => setImmediate(resolve));
      this.#sleepers.sort((a, b) => a.at - b.at);
      const [next] = this.#sleepers;
      if (!next || next.at > until) break;
      this.#sleepers.shift();
      this.now = Math.max(this.now, next.at);
      next.wake();
    }
    this.now = until;
  }
}

/** Cloud Logging in virtual time: a quota of 60 in any minute, pages in the order of time, entries that show late. */
export class VirtualLogging {
  readonly time = new VirtualTime();
  readonly requests: number[] = [];
  readonly filters: string[] = [];
  refusals = 0;
  quiet = false;
  #forgot = -1_000;
  readonly reader: LogReader;
  readonly #rows: readonly { readonly line: Line; readonly key: string; readonly entry: Record<string, unknown> }[];

  constructor(readonly world: LogWorld) {
    const budget = new LogBudget({ now: () => this.time.now, random: () => this.time.clock.random() });
    this.reader = new LogReader((request, { signal }) => this.#list(request, signal), budget, async (ms, signal) => this.time.sleep(ms, signal));
    this.#rows = world.lines.map((line) => ({ line, key: orderKey(line), entry: entryOf(line) })).sort((a, b) => (a.key < b.key ? -1 : 1));
  }

  /** The most requests in any minute. */
  get busiest(): number {
    return Math.max(0, ...this.requests.map((start) => this.requests.filter((at) => at >= start && at < start + 60_000).length));
  }

  async #list({ filter, pageToken }: ListRequest, signal: AbortSignal): Promise<EntryPage> {
    const at = this.time.now;
    const trouble = this.quiet ? 'none' : (this.world.troubles[this.requests.length % Math.max(1, this.world.troubles.length)] ?? 'none');
    this.requests.push(at);
    this.filters.push(filter);
    await this.time.sleep(trouble === 'slow' ? 14_000 : 5 + (this.requests.length % 90), signal);
    this.#admit(at, trouble);
    if (trouble === 'cut') throw new ProviderError('network', 'The connection broke.');
    if (trouble === 'forgotten' && pageToken !== undefined && this.requests.length - this.#forgot > 200) {
      // Now and then only: a service that always forgets is broken, and a tail says so.
      this.#forgot = this.requests.length;
      throw new ProviderError('invalid', 'The page token is too old.');
    }
    return this.#page(filter, pageToken, at);
  }

  #admit(at: number, trouble: Trouble): void {
    const others = !this.quiet && this.world.bursts.some((burst) => at >= burst && at < burst + 60_000);
    const own = this.requests.filter((one) => one > at - 60_000 && one <= at).length;
    if (!others && own <= 60 && trouble !== 'refused') return;
    this.refusals += 1;
    throw new ProviderError('throttled', 'The quota is used up.');
  }

  #page(filter: string, token: string | undefined, at: number): EntryPage {
    const matches = parseFilter(filter);
    // What is older than the range need not be parsed to be left out.
    const since = Date.parse(/timestamp>="([^"]+)"/.exec(filter)?.[1] ?? '');
    const left = this.#rows.filter(({ line, key, entry }) => line.visible <= at && key > (token ?? '') && line.at >= since && matches(entry));
    const rows = left.slice(0, this.world.pageSize);
    const next = left.length > rows.length ? rows.at(-1)?.key : undefined;
    return { entries: rows.map(({ entry }) => entry), next, serverTime: new Date(Math.floor(this.time.now / 1_000) * 1_000) };
  }

  /** Follows one function's log, as the provider does, until the signal. */
  async follow(name: string, since: number, signal: AbortSignal, take: (event: LogEvent) => void): Promise<void> {
    const source = { kind: 'service', location: 'europe-west1', name } as const;
    const read = async (range: { readonly since: Date; readonly until?: Date }, next: string | undefined, at: { readonly signal: AbortSignal }) => {
      const page = await this.reader.read({ ...range, source, next }, at);
      return { events: page.entries.map(toLogEvent).filter((event) => event !== undefined), next: page.next, serverTime: page.serverTime };
    };
    try {
      for await (const batch of follow(read, new Date(since), { pollMs: 3_000, signal, clock: this.time.clock })) batch.forEach(take);
    } catch (error) {
      if (!signal.aborted) throw error;
    }
  }
}

function entryOf({ name, id, at, arrived }: Line): Record<string, unknown> {
  return {
    insertId: id,
    timestamp: new Date(at).toISOString(),
    receiveTimestamp: new Date(arrived).toISOString(),
    textPayload: 'same text',
    resource: { type: 'cloud_run_revision', labels: { location: 'europe-west1', service_name: name } },
  };
}

function orderKey(line: Line): string {
  return `${String(line.at).padStart(15, '0')}/${line.id}`;
}
