import { randomUUID } from 'node:crypto';
import { account } from '../api/call';
import type { ScheduleSource } from '../store/triggers';
import { messageOf, readable, type Post, type Running } from './running';
import { parseSchedule, type Schedule } from './schedule';

/** Later than this a time counts as missed: the machine slept. */
const lateMs = 60_000;
const mostCounted = 100;

/** Calls a function at the times of a schedule. Times while this was not running are not made up for. */
export class ScheduleRun implements Running {
  note?: string;
  readonly #post: Post;
  readonly #source: ScheduleSource;
  readonly #schedule: Schedule;
  #cancel: () => void = () => undefined;

  constructor(post: Post, source: ScheduleSource) {
    const { changed, fired = 0 } = post.record;
    this.#post = post;
    this.#source = source;
    this.#schedule = parseSchedule(source.expression, source.timezone, changed);
    this.#tellMissed(Math.max(changed, fired), post.clock.now());
    this.#wait(post.clock.now());
  }

  stop(): void {
    this.#cancel();
  }

  #wait(after: number): void {
    const due = this.#schedule.next(after);
    this.note = due === undefined ? 'Its last time is over.' : `next at ${readable(due)}`;
    if (due !== undefined) this.#cancel = this.#post.clock.at(due, () => this.#come(due));
  }

  #come(due: number): void {
    const now = this.#post.clock.now();
    this.#wait(Math.max(due, now));
    this.#fire(due, now).catch((error: unknown) => (this.note = messageOf(error)));
  }

  async #fire(due: number, now: number): Promise<void> {
    const { record, world } = this.#post;
    if (now - due > lateMs) return this.#tellMissed(due - 1, now);
    const region = world.functions.get(record.name)?.region ?? 'local';
    await this.#post.call(this.#source.input === undefined ? scheduledEvent(record.id, region, due) : (JSON.parse(this.#source.input) as object), `The schedule ${this.#schedule.label} fired for ${readable(due)}.`);
    await this.#post.keepTime(due);
  }

  #tellMissed(after: number, until: number): void {
    let count = 0;
    for (let at = this.#schedule.next(after); at !== undefined && at <= until && count < mostCounted; at = this.#schedule.next(at)) count += 1;
    if (!count) return;
    const times = count === mostCounted ? `${mostCounted} times or more` : count === 1 ? 'one time' : `${count} times`;
    this.#post.tell(`The schedule ${this.#schedule.label} missed ${times} since ${readable(after)}, when nothing here was running; they are not made up for.`);
  }
}

/** https://docs.aws.amazon.com/eventbridge/latest/ref/events-ref-scheduled-events.html */
export function scheduledEvent(id: string, region: string, due: number): object {
  return {
    version: '0',
    id: randomUUID(),
    'detail-type': 'Scheduled Event',
    source: 'aws.events',
    account,
    time: new Date(due).toISOString().replace(/\.\d+Z$/, 'Z'),
    region,
    resources: [`arn:aws:events:${region}:${account}:rule/${id}`],
    detail: {},
  };
}
