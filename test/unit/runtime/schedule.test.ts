import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { Clock } from '../../../src/runtime/trigger/clock';
import type { Post } from '../../../src/runtime/trigger/running';
import { scheduleSource } from '../../../src/runtime/trigger/options';
import { parseSchedule } from '../../../src/runtime/trigger/schedule';
import { ScheduleRun } from '../../../src/runtime/trigger/scheduleRun';
import { triggerFormat, type ScheduleSource } from '../../../src/runtime/store/triggers';

const minute = 60_000;
const day = 24 * 60 * minute;
const seed = 20260101;

/** The next times in ISO 8601, to the minute. */
function times(expression: string, after: string, count = 1, timezone?: string): (string | undefined)[] {
  const schedule = parseSchedule(expression, timezone, Date.parse(after));
  const found: (string | undefined)[] = [];
  for (let at: number | undefined = Date.parse(after); found.length < count && at !== undefined; ) {
    at = schedule.next(at);
    found.push(at === undefined ? undefined : new Date(at).toISOString().slice(0, 16));
  }
  return found;
}

/** What the clocks of a zone show, as the milliseconds of the same digits in UTC: from how it is written, not from its parts. */
function shownAt(at: number, timeZone: string): number {
  return Date.parse(`${new Date(at).toLocaleString('sv-SE', { timeZone }).replace(' ', 'T')}Z`);
}

/** A field of a cron expression, with whether a number is among what it means, said in another way than by the code under test. */
interface Field {
  readonly text: string;
  readonly has: (value: number) => boolean;
}

const names = { month: 'JAN FEB MAR APR MAY JUN JUL AUG SEP OCT NOV DEC'.split(' '), week: 'SUN MON TUE WED THU FRI SAT'.split(' ') };

function field(from: number, to: number, words?: readonly string[]): fc.Arbitrary<Field> {
  const number = fc.integer({ min: from, max: to });
  const show = (value: number, named: boolean) => (named && words ? (words[value - from] ?? '') : String(value));
  const step = fc.integer({ min: 1, max: to });
  const one = fc.oneof(
    fc.tuple(number, fc.boolean()).map(([a, named]): Field => ({ text: show(a, named), has: (value) => value === a })),
    fc.tuple(number, number, fc.boolean()).map(([a, b, named]): Field => ({ text: `${show(Math.min(a, b), named)}-${show(Math.max(a, b), named)}`, has: (value) => value >= Math.min(a, b) && value <= Math.max(a, b) })),
    fc.tuple(number, step).map(([a, by]): Field => ({ text: `${a}/${by}`, has: (value) => value >= a && (value - a) % by === 0 })),
    step.map((by): Field => ({ text: `*/${by}`, has: (value) => (value - from) % by === 0 })),
  );
  const list = fc.array(one, { minLength: 1, maxLength: 3 }).map((parts): Field => ({ text: parts.map(({ text }) => text).join(','), has: (value) => parts.some(({ has }) => has(value)) }));
  return fc.oneof(fc.constant<Field>({ text: '*', has: () => true }), list);
}

/** Whether a day is meant, as a date of UTC. */
interface DayRule {
  readonly month: string;
  readonly week: string;
  readonly has: (date: Date) => boolean;
}

const isWorkday = (date: Date) => date.getUTCDay() > 0 && date.getUTCDay() < 6;
const sameMonth = (a: Date, b: Date) => a.getUTCMonth() === b.getUTCMonth();
const later = (date: Date, days: number) => new Date(date.getTime() + days * day);
const isLast = (date: Date, days = 1) => !sameMonth(date, later(date, days));

// The workday that is nearest to a day of its month, found by looking at all of them.
function isNear(date: Date, wanted: number): boolean {
  if (!isWorkday(date)) return false;
  const first = new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth(), 1));
  const target = later(first, wanted - 1);
  if (!sameMonth(first, target)) return false;
  const workdays = Array.from({ length: 31 }, (_, index) => later(first, index)).filter((one) => sameMonth(first, one) && isWorkday(one));
  const distance = (one: Date) => Math.abs(one.getTime() - target.getTime());
  return distance(date) === Math.min(...workdays.map(distance));
}

const dayRule: fc.Arbitrary<DayRule> = fc.oneof(
  field(1, 31).map(({ text, has }) => ({ month: text, week: '?', has: (date: Date) => has(date.getUTCDate()) })),
  field(1, 7, names.week).map(({ text, has }) => ({ month: '?', week: text, has: (date: Date) => has(date.getUTCDay() + 1) })),
  fc.constant({ month: 'L', week: '?', has: (date: Date) => isLast(date) }),
  fc.integer({ min: 1, max: 30 }).map((back) => ({ month: `L-${back}`, week: '?', has: (date: Date) => isLast(date, back + 1) && !isLast(date, back) })),
  fc.integer({ min: 1, max: 31 }).map((near) => ({ month: `${near}W`, week: '?', has: (date: Date) => isNear(date, near) })),
  fc.constant({ month: 'LW', week: '?', has: (date: Date) => isWorkday(date) && [1, 2, 3].every((days) => isLast(date, days) || !isWorkday(later(date, days))) }),
  fc.integer({ min: 1, max: 7 }).map((wanted) => ({ month: '?', week: `${wanted}L`, has: (date: Date) => date.getUTCDay() + 1 === wanted && isLast(date, 7) })),
  fc.tuple(fc.integer({ min: 1, max: 7 }), fc.integer({ min: 1, max: 5 })).map(([wanted, count]) => ({ month: '?', week: `${wanted}#${count}`, has: (date: Date) => date.getUTCDay() + 1 === wanted && Math.ceil(date.getUTCDate() / 7) === count })),
  fc.constant({ month: '?', week: 'L', has: (date: Date) => date.getUTCDay() === 6 }),
);

describe('schedules', () => {
  it('come at the times that the documentation of AWS gives for its examples', () => {
    const from = '2026-11-21T16:00:00Z';
    assert.deepEqual(times('cron(0 10 * * ? *)', from), ['2026-11-22T10:00']);
    assert.deepEqual(times('cron(15 12 * * ? *)', from), ['2026-11-22T12:15']);
    assert.deepEqual(times('cron(0 18 ? * MON-FRI *)', from, 6), ['2026-11-23T18:00', '2026-11-24T18:00', '2026-11-25T18:00', '2026-11-26T18:00', '2026-11-27T18:00', '2026-11-30T18:00']);
    assert.deepEqual(times('cron(0 8 1 * ? *)', from), ['2026-12-01T08:00']);
    assert.deepEqual(times('cron(0/15 * * * ? *)', from, 2), ['2026-11-21T16:15', '2026-11-21T16:30']);
    assert.deepEqual(times('cron(0/5 8-17 ? * MON-FRI *)', from), ['2026-11-23T08:00']);
    assert.deepEqual(times('cron(15 10 ? * 6L 2026-2027)', from, 2), ['2026-11-27T10:15', '2026-12-25T10:15']);
    assert.deepEqual(times('cron(0 9 ? * 2#1 *)', from), ['2026-12-07T09:00']);
    assert.deepEqual(times('cron(0 0 29 2 ? *)', '2096-03-01T00:00:00Z'), ['2104-02-29T00:00']);
    assert.deepEqual(times('cron(0 0 1 1 ? 2027)', from, 2), ['2027-01-01T00:00', undefined]);
  });

  it('leave out what clocks leap over, and come once when clocks show a time twice', () => {
    const berlin = (expression: string, after: string, count = 1) => times(expression, after, count, 'Europe/Berlin');
    assert.deepEqual(berlin('cron(30 2 * * ? *)', '2026-03-28T00:00:00Z', 2), ['2026-03-28T01:30', '2026-03-30T00:30']);
    assert.deepEqual(berlin('cron(30 2 * * ? *)', '2026-10-24T12:00:00Z', 2), ['2026-10-25T00:30', '2026-10-26T01:30']);
    // Asked in the hour that comes a second time.
    assert.deepEqual(berlin('cron(0/30 * * * ? *)', '2026-10-25T01:10:00Z'), ['2026-10-25T02:00']);
    assert.deepEqual(times('cron(0 0 * * ? *)', '2011-12-29T12:00:00Z', 2, 'Pacific/Apia'), ['2011-12-30T10:00', '2011-12-31T10:00']);
  });

  it('come at the very minutes that are found by looking at every one', function () {
    const zone = fc.constantFrom('UTC', 'Europe/Berlin', 'America/New_York', 'Australia/Lord_Howe', 'America/St_Johns', 'Asia/Kathmandu');
    const start = fc.oneof(fc.constantFrom('2026-03-29', '2026-03-08', '2026-10-25', '2026-11-01', '2026-04-05', '2026-10-04', '2028-02-28').map((date) => Date.parse(date) - 12 * 60 * minute), fc.integer({ min: Date.parse('2024-01-01'), max: Date.parse('2030-01-01') }));
    fc.assert(
      fc.property(field(0, 59), field(0, 23), zone, start, (minutes, hours, name, from) => {
        const schedule = parseSchedule(`cron(${minutes.text} ${hours.text} * * ? *)`, name, 0);
        const shown = new Set<number>();
        const expected: number[] = [];
        let ahead: number | undefined;
        for (let at = Math.floor(from / minute) * minute; at < from + 1.5 * day; at += minute) {
          // Clocks are changed at halves of an hour here.
          if (at % (30 * minute) === 0 || ahead === undefined) ahead = shownAt(at, name) - at;
          const time = at + ahead;
          const date = new Date(time);
          if (at > from && !shown.has(time) && minutes.has(date.getUTCMinutes()) && hours.has(date.getUTCHours())) expected.push(at);
          shown.add(time);
        }
        const found: number[] = [];
        // What clocks showed shortly before the beginning may come again: that is for the other times to tell.
        for (let at = schedule.next(from); at !== undefined && at < from + 1.5 * day; at = schedule.next(at)) found.push(at);
        assert.deepEqual(found.filter((at) => at > from + 120 * minute), expected.filter((at) => at > from + 120 * minute));
      }),
      { seed, numRuns: 40 },
    );
  });

  it('come on the very days that are found by looking at every one', () => {
    fc.assert(
      fc.property(dayRule, field(1, 12, names.month), fc.integer({ min: 2023, max: 2032 }), (rule, month, year) => {
        const from = Date.UTC(year, 0, 1) - 1;
        const text = `cron(0 0 ${rule.month} ${month.text} ${rule.week} *)`;
        const expected: string[] = [];
        for (let date = new Date(from + 1); date.getUTCFullYear() < year + 2; date = later(date, 1)) {
          if (month.has(date.getUTCMonth() + 1) && rule.has(date)) expected.push(date.toISOString().slice(0, 10));
        }
        const schedule = parseSchedule(text, undefined, 0);
        const found: string[] = [];
        for (let at = schedule.next(from); at !== undefined && at < Date.UTC(year + 2, 0, 1); at = schedule.next(at)) found.push(new Date(at).toISOString().slice(0, 10));
        assert.deepEqual(found, expected, text);
      }),
      { seed, numRuns: 200 },
    );
  });

  it('at a rate count from when they were turned on', () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 500 }), fc.constantFrom('minutes', 'hours', 'days'), fc.integer({ min: 0, max: 2e12 }), fc.integer({ min: -1e6, max: 1e10 }), (count, unit, start, later) => {
        const ms = count * { minutes: minute, hours: 60 * minute, days: day }[unit];
        const next = parseSchedule(`rate(${count} ${unit})`, undefined, start).next(start + later) ?? NaN;
        assert.equal((next - start) % ms, 0);
        assert.ok(next > start && next > start + later && (next - ms <= start + later || next === start + ms));
      }),
      { seed, numRuns: 200 },
    );
    assert.equal(parseSchedule('rate(1 hour)', undefined, 0).label, 'every hour');
    assert.equal(parseSchedule('rate(5 minutes)', undefined, 0).label, 'every 5 minutes');
  });

  it('are refused in one sentence with the cure when AWS would not take them', () => {
    const bad = ['rate(1 minutes)', 'rate(5 minute)', 'rate(0 minutes)', 'rate(5 seconds)', 'rate(-1 hours)', 'cron(0 18 * * * *)', 'cron(0 18 ? * ? *)', 'cron(0 18 * * ?)', 'cron(60 18 * * ? *)', 'cron(0 24 * * ? *)', 'cron(0 0 32 * ? *)', 'cron(0 0 ? * 8 *)', 'cron(0 0 ? * FRI-MON *)', 'cron(0 0 ? * MON#6 *)', 'cron(0 0 * FOO ? *)', 'cron(0 0 * * ? 1969)', 'cron(*/0 * * * ? *)', '* * * * *', ''];
    for (const text of bad) assert.throws(() => parseSchedule(text, undefined, 0), (error: Error) => error.name === 'Refusal' && /[;:,].*\.$/.test(error.message), text);
    assert.throws(() => parseSchedule('cron(0 0 * * ? *)', 'Mars/Base', 0), /"Mars\/Base" is no time zone; write a name like Europe\/Berlin, or UTC\./);
    for (const expression of ['cron(0 0 30 2 ? *)', 'cron(0 0 1 1 ? 2020)']) assert.throws(() => scheduleSource({ expression }), /never comes any more; look at its day, month and year\.$/);
    fc.assert(fc.property(fc.string(), (text) => {
      for (const whole of [text, `cron(${text})`, `rate(${text})`]) assert.throws(() => parseSchedule(whole, undefined, 0), { name: 'Refusal' });
    }), { seed, numRuns: 100 });
  });
});

describe('a trigger with a schedule', () => {
  /** Time that passes when a test says so. */
  class TestClock implements Clock {
    #now = Date.parse('2026-11-21T16:00:30Z');
    #waiting: { at: number; run: () => void } | undefined;

    now = () => this.#now;

    at = (at: number, run: () => void) => {
      this.#waiting = { at, run };
      return () => (this.#waiting = undefined);
    };

    /** Comes to the next time, `late` milliseconds after it. */
    pass(late = 0): void {
      const { at, run } = this.#waiting ?? assert.fail('nobody waits');
      this.#waiting = undefined;
      this.#now = at + late;
      run();
    }

    get isIdle(): boolean {
      return !this.#waiting;
    }
  }

  function start(source: Partial<ScheduleSource>, since = '2026-11-21T16:00:00Z', fired?: string) {
    const clock = new TestClock();
    const told: string[] = [];
    const events: { time?: string }[] = [];
    const kept: number[] = [];
    const changed = Date.parse(since);
    const whole: ScheduleSource = { kind: 'schedule', expression: 'rate(5 minutes)', ...source };
    const record = { format: triggerFormat, id: 'id', name: 'fn', enabled: true, created: changed, changed, source: whole, ...(fired ? { fired: Date.parse(fired) } : {}) } as const;
    const call = async (event: object, what: string) => {
      events.push(event);
      told.push(what);
    };
    const world = { functions: { get: () => ({ region: 'eu-west-1' }) } } as unknown as Post['world'];
    const run = new ScheduleRun({ world, record, clock, tell: (line) => told.push(line), call, keepTime: async (at) => void kept.push(at) }, whole);
    return { clock, told, events, kept, run };
  }

  it('calls with the event of EventBridge, keeps when, and says when it comes again', async () => {
    const { clock, events, kept, run, told } = start({});
    assert.equal(run.note, 'next at 2026-11-21 16:05:00 UTC');
    clock.pass(20);
    await Promise.resolve();
    const { id, ...event } = events[0] as { id: string };
    assert.match(id, /^[0-9a-f-]{36}$/);
    assert.deepEqual(event, { version: '0', 'detail-type': 'Scheduled Event', source: 'aws.events', account: '000000000000', time: '2026-11-21T16:05:00Z', region: 'eu-west-1', resources: ['arn:aws:events:eu-west-1:000000000000:rule/id'], detail: {} });
    assert.deepEqual(told, ['The schedule every 5 minutes fired for 2026-11-21 16:05:00 UTC.']);
    assert.deepEqual(kept, [Date.parse('2026-11-21T16:05:00Z')]);
    assert.equal(run.note, 'next at 2026-11-21 16:10:00 UTC');
  });

  it('calls with an input of its own in place of that', () => {
    const { clock, events } = start({ input: '{"n":1}' });
    clock.pass();
    assert.deepEqual(events, [{ n: 1 }]);
  });

  it('does not make up for times at which nothing was running, and says so', () => {
    const down = start({}, '2026-11-21T15:00:00Z', '2026-11-21T15:30:00Z');
    assert.deepEqual(down.told, ['The schedule every 5 minutes missed 6 times since 2026-11-21 15:30:00 UTC, when nothing here was running; they are not made up for.']);
    assert.deepEqual(down.events, []);
    const slept = start({});
    slept.clock.pass(12 * minute);
    assert.equal(slept.told.length, 1);
    assert.match(slept.told[0] ?? '', /missed 3 times/);
    assert.deepEqual(slept.events, []);
    assert.equal(slept.run.note, 'next at 2026-11-21 16:20:00 UTC');
    assert.deepEqual(start({}, '2026-11-21T16:00:10Z').told, []);
  });

  it('ends when it is stopped, and when no time is left', () => {
    const stopped = start({});
    stopped.run.stop();
    assert.ok(stopped.clock.isIdle);
    const over = start({ expression: 'cron(0 0 1 1 ? 2199)' });
    over.clock.pass();
    assert.ok(over.clock.isIdle);
    assert.equal(over.run.note, 'Its last time is over.');
  });
});
