import { randomUUID } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { account, type World } from './api/call';
import { parsePattern } from './api/filterPattern';
import { traceId } from './api/invoke';
import { lookup, parseName } from './api/names';
import type { SubscriptionFacts } from './store/logGroup';
import type { Written } from './store/logHub';
import { eventId } from './store/logQuery';

const gatherMs = 100;
const mostEvents = 1000;

interface Gathered {
  readonly group: string;
  readonly stream: string;
  readonly filter: SubscriptionFacts;
  readonly events: { id: string; timestamp: number; message: string }[];
}

/** Calls functions with what is written into log groups that they subscribed to, some of it at a time. */
export class Subscriptions {
  readonly #world: () => World;
  readonly #heard = new Map<string, () => void>();
  readonly #waiting = new Map<string, Gathered>();
  #timer: NodeJS.Timeout | undefined;

  constructor(world: () => World) {
    this.#world = world;
  }

  start(): void {
    for (const group of this.#world().logs.list()) if (group.facts.subscriptions?.length) this.listen(group.name);
  }

  /** Hears a group from now on, for as long as anybody subscribed to it. */
  listen(group: string): void {
    if (!this.#heard.has(group)) this.#heard.set(group, this.#world().logs.hub.listen(group, (written) => this.#hear(group, written)));
  }

  close(): void {
    for (const group of this.#heard.keys()) this.#leave(group);
    this.#send();
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
    const matches = parsePattern(filter.pattern);
    const first = stream.nextSeq - messages.length;
    const found = messages.flatMap((message, index) => {
      const timestamp = typeof timestamps === 'number' ? timestamps : (timestamps[index] ?? ingestion);
      return matches(message) ? [{ id: eventId(stream, { seq: first + index }), timestamp, message }] : [];
    });
    if (!found.length) return;
    const key = JSON.stringify([group, filter.name, stream.name]);
    const gathered = this.#waiting.get(key) ?? { group, stream: stream.name, filter, events: [] };
    gathered.events.push(...found);
    this.#waiting.set(key, gathered);
  }

  #send(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const all = [...this.#waiting.values()];
    this.#waiting.clear();
    for (const gathered of all) {
      for (let at = 0; at < gathered.events.length; at += mostEvents) this.#call(gathered, gathered.events.slice(at, at + mostEvents));
    }
  }

  #call({ group, stream, filter }: Gathered, logEvents: Gathered['events']): void {
    const world = this.#world();
    const { name, qualifier } = parseName(filter.destination);
    const found = lookup(world, name, qualifier);
    if (!found) return world.warn(`The subscription ${filter.name} of ${group} went nowhere: there is no ${filter.destination}.`);
    // It would be called by what it logs itself, without end.
    if (found.version.logGroup === group) return;
    const data = { messageType: 'DATA_MESSAGE', owner: account, logGroup: group, logStream: stream, subscriptionFilters: [filter.name], logEvents };
    const payload = Buffer.from(JSON.stringify({ awslogs: { data: gzipSync(JSON.stringify(data)).toString('base64') } }));
    const call = { requestId: randomUUID(), arn: filter.destination, payload, traceId: traceId() };
    world.queue.add({ name, qualifier, call }).catch((error: unknown) => world.warn(`The subscription ${filter.name} of ${group} failed: ${String(error)}`));
  }
}
