import { randomInt, randomUUID } from 'node:crypto';
import { Readable } from 'node:stream';
import type { Written } from '../store/logHub';
import { account, type Input, type World } from './call';
import { streamEvent, streamException } from './eventStream';
import { parsePattern } from './filterPattern';
import { textOf } from './input';
import { groupOf, invalidParameter } from './logGroups';

const updateMs = 1000;
const updateEvents = 500;
const sessionMs = 3 * 3600_000;
const heldBytes = 8 * 1024 * 1024;

interface Tailed {
  readonly order: number;
  readonly event: object;
}

interface Facts {
  /** Of the groups. */
  readonly names: readonly string[];
  readonly streams: readonly string[];
  readonly prefixes: readonly string[];
  readonly pattern: string | undefined;
}

/** The events of some groups as they are written, in an update every second until the caller goes, or for three hours. */
export function startLiveTail(input: Input, world: World): Readable {
  const facts = readFacts(input, world);
  const start = { requestId: randomUUID(), sessionId: randomUUID(), logGroupIdentifiers: input.logGroupIdentifiers };
  const filters = { logStreamNames: facts.streams, logStreamNamePrefixes: facts.prefixes, logEventFilterPattern: facts.pattern };
  const session = new Session(facts);
  session.push(json('initial-response', {}));
  session.push(json('sessionStart', { ...start, ...filters }));
  session.listen(world);
  return session;
}

function readFacts(input: Input, world: World): Facts {
  const groups = textsOf(input, 'logGroupIdentifiers');
  if (!groups.length || groups.length > 10) throw invalidParameter(`1 validation error detected: Value at 'logGroupIdentifiers' failed to satisfy constraint: Member must have length ${groups.length ? 'less than or equal to 10' : 'greater than or equal to 1'}`);
  const odd = groups.find((group) => !/^arn:[^:]+:logs:[^:]*:\d*:log-group:[^:*]+$/.test(group));
  if (odd !== undefined) throw invalidParameter(`The logGroupIdentifier provided is invalid: ${odd} is not the ARN of a log group without an asterisk at its end.`);
  const names = groups.map((logGroupIdentifier) => groupOf({ logGroupIdentifier }, world).name);
  const [streams, prefixes] = [textsOf(input, 'logStreamNames'), textsOf(input, 'logStreamNamePrefixes')];
  if (streams.length && prefixes.length) throw invalidParameter('Only one of logStreamNames or logStreamNamePrefixes can be provided.');
  if (streams.length + prefixes.length > 0 && names.length > 1) throw invalidParameter('logStreamNames and logStreamNamePrefixes can only be used with a single log group.');
  return { names: [...new Set(names)], streams, prefixes, pattern: textOf(input, 'logEventFilterPattern') };
}

function textsOf(input: Input, member: string): string[] {
  const value = input[member] ?? [];
  if (Array.isArray(value) && value.every((one) => typeof one === 'string')) return value;
  throw invalidParameter(`${member} must be a list of strings.`);
}

class Session extends Readable {
  readonly #facts: Facts;
  readonly #matches: (message: string) => boolean;
  readonly #ends: (() => void)[] = [];
  #waiting: Tailed[] = [];
  #seen = 0;

  constructor(facts: Facts) {
    super({ highWaterMark: heldBytes });
    this.#facts = facts;
    this.#matches = parsePattern(facts.pattern ?? '');
  }

  listen(world: World): void {
    for (const name of this.#facts.names) this.#ends.push(world.logs.hub.listen(name, (written) => this.#hear(name, written)));
    const updates = setInterval(() => this.#update(), updateMs);
    const limit = setTimeout(() => this.#timeOut(), sessionMs).unref();
    this.#ends.push(() => clearInterval(updates), () => clearTimeout(limit));
  }

  // Bytes are pushed when they come, not when they are asked for.
  override _read(): void {}

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    for (const end of this.#ends.splice(0)) end();
    done(error);
  }

  #hear(group: string, { stream, messages, timestamps, ingestion }: Written): void {
    if (!this.#wants(stream.name)) return;
    const facts = { logStreamName: stream.name, logGroupIdentifier: `${account}:${group}` };
    for (const [index, message] of messages.entries()) {
      if (!this.#matches(message)) continue;
      const timestamp = typeof timestamps === 'number' ? timestamps : (timestamps[index] ?? ingestion);
      this.#keep({ ...facts, message, timestamp, ingestionTime: ingestion });
    }
  }

  #wants(stream: string): boolean {
    const { streams, prefixes } = this.#facts;
    if (streams.length) return streams.includes(stream);
    return !prefixes.length || prefixes.some((prefix) => stream.startsWith(prefix));
  }

  // Of too many events every one has the same chance to be among those that are shown.
  #keep(event: object): void {
    const order = this.#seen++;
    const place = order < updateEvents ? order : randomInt(this.#seen);
    if (place < updateEvents) this.#waiting[place] = { order, event };
  }

  // A caller that does not read is not sent more until it does; what comes meanwhile is sampled.
  #update(): void {
    if (this.readableLength >= heldBytes) return;
    const events = this.#waiting.sort((a, b) => a.order - b.order).map(({ event }) => event);
    this.push(json('sessionUpdate', { sessionMetadata: { sampled: this.#seen > updateEvents }, sessionResults: events }));
    this.#waiting = [];
    this.#seen = 0;
  }

  #timeOut(): void {
    this.push(streamException('SessionTimeoutException', 'The Live Tail session has ended: it lasts three hours.'));
    this.push(null);
  }
}

function json(type: string, value: object): Buffer {
  return streamEvent(type, Buffer.from(JSON.stringify(value)), 'application/json');
}
