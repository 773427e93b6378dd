import { randomUUID } from 'node:crypto';
import { promisify } from 'node:util';
import { constants, gzip } from 'node:zlib';
import { account, type World } from './api/call';
import { traceId } from './api/invoke';
import { lookup, parseName } from './api/names';
import { Circles, leadsBack } from './circles';
import type { SubscriptionFacts } from './store/logGroup';

const compress = promisify(gzip);

const mostEvents = 1000;
/** Before it is compressed: what cannot be compressed, in Base64, is an event of 1 MB all the same. */
const mostBytes = 700_000;
/** Of what was found and is not on disk as an event yet. */
const mostHeld = 64 * 1024 * 1024;
/** Beside the message. */
const lineBytes = 200;

export interface FoundLine {
  readonly id: string;
  readonly timestamp: number;
  readonly message: string;
}

/** What a subscription found in one stream, in the order in which it was written. */
export interface FoundLines {
  readonly group: string;
  readonly stream: string;
  readonly filter: SubscriptionFacts;
  /** Those of the event that the lines tell of. */
  readonly hops: number;
  readonly lines: FoundLine[];
}

type Source = Pick<FoundLines, 'group' | 'filter'>;

/** Calls functions with what their subscriptions found: one after the other, so that the lines of a stream keep their order. */
export class Deliveries {
  readonly #world: () => World;
  readonly #told = new Map<string, 'failed' | 'full' | 'stopped'>();
  readonly #circles = new Circles();
  #last: Promise<void> = Promise.resolve();
  #held = 0;

  constructor(world: () => World) {
    this.#world = world;
  }

  /** Whether there is room for one more line, which is counted from now on. */
  admit(source: Source, message: string): boolean {
    if (this.#held > mostHeld) return this.#tell(source, 'full', `misses lines: they come faster than they can be kept for ${source.filter.destination}.`);
    this.#held += sizeOf(message);
    return true;
  }

  /** Says that lines go no further, because they came through too many functions or calls. */
  stopped(source: Source): void {
    this.#tell(source, 'stopped', 'stops here: functions call each other with what they log, which would go on without end.');
  }

  add(found: FoundLines): void {
    this.#last = this.#last.then(() => this.#deliver(found));
  }

  /** Resolves once everything is on disk as events. */
  async done(): Promise<void> {
    await this.#last;
  }

  async #deliver(found: FoundLines): Promise<void> {
    while (found.lines.length) {
      const { texts, held } = takeFirst(found.lines);
      await this.#call(found, texts).catch((error: unknown) => this.#tell(found, 'failed', `failed: ${String(error)}`));
      this.#held -= held;
    }
    if (!this.#held) this.#forget((kind) => kind === 'full');
  }

  async #call({ group, stream, filter, hops }: FoundLines, texts: readonly string[]): Promise<void> {
    const world = this.#world();
    const { name, qualifier } = parseName(filter.destination);
    const found = lookup(world, name, qualifier);
    if (!found) return void this.#tell({ group, filter }, 'failed', `goes nowhere: there is no ${filter.destination}.`);
    // It would be called by what it logs itself, without end.
    if (found.version.logGroup === group) return;
    if (hops && leadsBack(world, group, filter.destination) && !this.#circles.allow(keyOf({ group, filter }, 'stopped'))) return this.stopped({ group, filter });
    const head = JSON.stringify({ messageType: 'DATA_MESSAGE', owner: account, logGroup: group, logStream: stream, subscriptionFilters: [filter.name] });
    // Functions and their logs are on the same machine: what counts is the time it takes.
    const data = await compress(`${head.slice(0, -1)},"logEvents":[${texts.join(',')}]}`, { level: constants.Z_BEST_SPEED });
    const payload = Buffer.from(JSON.stringify({ awslogs: { data: data.toString('base64') } }));
    await world.queue.add({ name, qualifier, call: { requestId: randomUUID(), arn: filter.destination, payload, traceId: traceId(), hops: hops + 1 } });
    this.#forget((kind, key) => kind === 'failed' && key === keyOf({ group, filter }, kind));
  }

  // Once, until it is over: there may be as much to tell as there are lines.
  #tell(source: Source, kind: 'failed' | 'full' | 'stopped', what: string): false {
    const key = keyOf(source, kind);
    if (!this.#told.has(key)) this.#world().warn(`The subscription ${source.filter.name} of ${source.group} ${what}`);
    this.#told.set(key, kind);
    return false;
  }

  #forget(isOver: (kind: string, key: string) => boolean): void {
    for (const [key, kind] of this.#told) if (isOver(kind, key)) this.#told.delete(key);
  }
}

function keyOf({ group, filter }: Source, kind: string): string {
  return JSON.stringify([group, filter.name, kind]);
}

function sizeOf(message: string): number {
  return message.length + lineBytes;
}

/** Takes as many lines as one event may have from the beginning: as JSON, and what they were counted as. */
function takeFirst(lines: FoundLine[]): { readonly texts: readonly string[]; readonly held: number } {
  const texts: string[] = [];
  let bytes = 0;
  for (const line of lines.slice(0, mostEvents)) {
    const text = JSON.stringify(line);
    bytes += Buffer.byteLength(text) + 1;
    if (texts.length && bytes > mostBytes) break;
    texts.push(text);
  }
  const held = lines.splice(0, texts.length).reduce((sum, line) => sum + sizeOf(line.message), 0);
  return { texts, held };
}
