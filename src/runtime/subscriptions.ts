import type { World } from './api/call';
import { parsePattern } from './api/filterPattern';
import type { PatternTest } from './api/filterPatternScanner';
import { maxHops } from './api/runEvent';
import { Deliveries, type FoundLines } from './deliveries';
import type { SubscriptionFacts } from './store/logGroup';
import type { Written } from './store/logHub';
import { eventId } from './store/logQuery';

const gatherMs = 100;

/** Finds what functions subscribed to in what is written into log groups, and has them called with some of it at a time. */
export class Subscriptions {
  readonly #world: () => World;
  readonly #deliveries: Deliveries;
  readonly #heard = new Map<string, () => void>();
  readonly #waiting = new Map<string, FoundLines>();
  readonly #tests = new WeakMap<SubscriptionFacts, PatternTest>();
  #timer: NodeJS.Timeout | undefined;

  constructor(world: () => World) {
    this.#world = world;
    this.#deliveries = new Deliveries(world);
  }

  start(): void {
    for (const group of this.#world().logs.list()) if (group.facts.subscriptions?.length) this.listen(group.name);
  }

  /** Hears a group from now on, for as long as anybody subscribed to it. */
  listen(group: string): void {
    if (!this.#heard.has(group)) this.#heard.set(group, this.#world().logs.hub.listen(group, (written) => this.#hear(group, written)));
  }

  /** Resolves once all that was heard is on disk as events. */
  async close(): Promise<void> {
    for (const group of this.#heard.keys()) this.#leave(group);
    this.#send();
    await this.#deliveries.done();
  }

  #leave(group: string): void {
    this.#heard.get(group)?.();
    this.#heard.delete(group);
  }

  #hear(group: string, written: Written): void {
    const filters = this.#world().logs.get(group)?.facts.subscriptions ?? [];
    if (!filters.length) this.#leave(group);
    for (const filter of filters) this.#gather(group, filter, written);
    if (this.#waiting.size) this.#timer ??= setTimeout(() => this.#send(), gatherMs);
  }

  #gather(group: string, filter: SubscriptionFacts, { stream, messages, timestamps, ingestion }: Written): void {
    const matches = this.#testOf(filter);
    const first = stream.nextSeq - messages.length;
    const { hops } = stream;
    let found: FoundLines['lines'] | undefined;
    for (const [index, message] of messages.entries()) {
      if (!matches(message)) continue;
      if (hops + 1 >= maxHops) return this.#deliveries.stopped({ group, filter });
      if (!this.#deliveries.admit({ group, filter }, message)) continue;
      const timestamp = typeof timestamps === 'number' ? timestamps : (timestamps[index] ?? ingestion);
      found ??= this.#found({ group, stream: stream.name, filter, hops });
      found.push({ id: eventId(stream, { seq: first + index }), timestamp, message });
    }
  }

  #testOf(filter: SubscriptionFacts): PatternTest {
    const test = this.#tests.get(filter) ?? parsePattern(filter.pattern);
    this.#tests.set(filter, test);
    return test;
  }

  #found(from: Omit<FoundLines, 'lines'>): FoundLines['lines'] {
    const key = JSON.stringify([from.group, from.filter.name, from.stream, from.hops]);
    const found = this.#waiting.get(key) ?? { ...from, lines: [] };
    this.#waiting.set(key, found);
    return found.lines;
  }

  #send(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    for (const found of this.#waiting.values()) this.#deliveries.add(found);
    this.#waiting.clear();
  }
}
