import assert from 'node:assert/strict';
import fc from 'fast-check';
import { ProviderError } from '../../src/core/errors';
import type { LogEvent } from '../../src/core/provider';
import { follow, type LogPage, type ReadLogs } from '../../src/core/tail';
import { TailWindow } from '../../src/core/log/tailWindow';
import { type Fault, type Line, runTail, type World } from './tailWorld';

const start = Date.UTC(2026, 0, 1);
const lateMs = 40_000;
const lagMs = 15_000;
const options = { pollMs: 1_000, windowMs: 5_000, lateMs, lagMs, sweepMs: 10_000 };
const perfect: Omit<World, 'lines'> = { faults: [], sleeps: [], skewMs: 0, pageSize: 50, tellsArrival: true, tellsTime: true };
const faults: readonly Fault[] = ['network', 'throttled', 'unknown', 'auth', 'empty', 'forgotten', 'slow', 'notFound'];

/** Mostly on time, often in the same millisecond; some late, some dated in the future, some hidden for a while. */
const anyLines = fc
  .array(
    fc.record({
      pause: fc.oneof({ weight: 5, arbitrary: fc.constant(0) }, { weight: 4, arbitrary: fc.integer({ max: 900, min: 0 }) }, { weight: 1, arbitrary: fc.integer({ min: 0, max: 20_000 }) }),
      late: fc.oneof({ weight: 7, arbitrary: fc.constant(0) }, { weight: 2, arbitrary: fc.integer({ min: 0, max: 5_000 }) }, { weight: 1, arbitrary: fc.integer({ min: -7_200_000, max: lateMs }) }),
      hidden: fc.oneof({ weight: 8, arbitrary: fc.constant(0) }, { weight: 2, arbitrary: fc.integer({ min: 0, max: lagMs }) }),
    }),
    { minLength: 1, maxLength: 150, size: 'max' },
  )
  .map((steps) => {
    let now = start + 50_000;
    return steps.map(({ pause, late, hidden }, index): Line => {
      now += pause;
      return { id: `e${(index * 7_919) % 10_007}`, at: now - late, arrived: now, visible: now + hidden };
    });
  });

const anyWorld: fc.Arbitrary<World> = fc.record({
  lines: anyLines,
  faults: fc.array(fc.oneof({ weight: 3, arbitrary: fc.constant<Fault>('none') }, { weight: 1, arbitrary: fc.constantFrom(...faults) }), { maxLength: 60, size: 'max' }).map((list) => [...list, 'none' as const, 'none' as const]),
  sleeps: fc.array(fc.oneof({ weight: 9, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.integer({ min: 0, max: 120_000 }) }), { maxLength: 40, size: 'max' }),
  skewMs: fc.integer({ min: -600_000, max: 600_000 }),
  pageSize: fc.integer({ min: 1, max: 60 }),
  tellsArrival: fc.boolean(),
  tellsTime: fc.boolean(),
});

const schedules = Number(process.env['TAIL_SCHEDULES'] ?? 400);

describe('tail', function () {
  this.timeout(Math.max(120_000, schedules * 50));

  it('loses nothing and hands out nothing twice, whatever happens', async () => {
    await fc.assert(
      fc.asyncProperty(anyWorld, async (world) => {
        const { events } = await runTail(world, start, options);
        assert.deepEqual(idsOf(events), world.lines.map(({ id }) => id).sort());
      }),
      { numRuns: schedules, endOnFailure: process.env['TAIL_SCHEDULES'] !== undefined },
    );
  });

  it('gives every batch oldest first', async () => {
    await fc.assert(
      fc.asyncProperty(anyLines, async (lines) => {
        const read: ReadLogs = async () => ({ events: lines.map(toEvent) });
        const stream = follow(read, new Date(0), { ...options, signal: new AbortController().signal, until: new Date(start) });
        for await (const batch of stream) {
          for (const [i, event] of batch.entries()) assert.ok(i === 0 || batch[i - 1]!.at <= event.at);
        }
      }),
      { numRuns: 50 },
    );
  });

  it('reads little again: the fast window follows the service, not a wrong local clock or an event dated in the future', async () => {
    const lines = Array.from({ length: 600 }, (_, i): Line => ({ id: `${i}`, at: start + i * 100, arrived: start + i * 100, visible: start + i * 100 }));
    const future = { id: 'future', at: start + 7_200_000, arrived: start + 5_000, visible: start + 5_000 };
    const cost = async (world: Partial<World>): Promise<number> => (await runTail({ ...perfect, lines, ...world }, start, { ...options, sweepMs: 60_000 })).log.linesRead;
    const usual = await cost({});
    assert.ok(usual < 600 * 15, `${usual} lines were read for 600`);
    assert.ok((await cost({ skewMs: -600_000 })) < usual * 1.5);
    assert.ok((await cost({ skewMs: 600_000 })) < usual * 1.5);
    assert.ok((await cost({ lines: [...lines, future] })) < usual * 1.5 + 600);
    const { events } = await runTail({ ...perfect, lines: [...lines, future] }, start, options);
    assert.ok(!events.some(({ mark }) => mark === 'late'));
  });

  it('keeps exactly the ids that may come again', () => {
    const window = new TailWindow(new Date(start), { windowMs: 5_000, lateMs, lagMs, maxIds: 200_000 });
    let most = 0;
    for (let second = 0; second < 600; second += 1) {
      const now = start + second * 1_000;
      window.begin(second % 10 === 0);
      window.take(Array.from({ length: 50 }, (_, i) => toEvent(line(`${second}/${i}`, now + i * 20))), new Date(now + 999));
      window.end();
      if (second > 60) most = Math.max(most, window.size);
    }
    // 50 a second for the index lag, a sweep interval and the second under way.
    assert.ok(most <= 50 * (15 + 10 + 1) * 1.1, `${most} ids were kept`);
    assert.ok(most >= 50 * 15);
  });

  it('bounds its memory in one long pass over an old log', () => {
    const window = new TailWindow(new Date(start), { windowMs: 5_000, lateMs, lagMs, maxIds: 200_000 });
    window.begin(true);
    let most = 0;
    for (let page = 0; page < 200; page += 1) {
      const events = Array.from({ length: 1_000 }, (_, i) => toEvent(line(`${page}/${i}`, start + page * 10_000 + i * 10)));
      assert.equal(window.take(events, new Date(start + 86_400_000)).fresh.length, 1_000);
      most = Math.max(most, window.size);
    }
    assert.ok(most <= 12_000, `${most} ids were kept`);
  });

  it('gives up ids only beyond the cap, and says so', () => {
    const window = new TailWindow(new Date(start), { windowMs: 5_000, lateMs, lagMs, maxIds: 1_000 });
    window.begin(true);
    const crowded = Array.from({ length: 30 }, (_, page) =>
      window.take(Array.from({ length: 100 }, (_, i) => toEvent(line(`${page}/${i}`, start + page * 100 + i))), new Date(start + 3_000)),
    );
    assert.ok(crowded.some((taken) => taken.crowded));
    assert.equal(crowded.reduce((sum, taken) => sum + taken.fresh.length, 0), 3_000);
    assert.ok(window.size <= 1_100);
    window.end();
    window.begin(false);
    const again = window.take([toEvent(line('29/99', start + 2_999))], undefined);
    assert.equal(again.fresh.length, 0);
  });

  it('says when it could not connect, and that it filled the gap', async () => {
    const lines = Array.from({ length: 100 }, (_, i) => line(`${i}`, start + i * 1_000));
    const outage: Fault[] = [...Array<Fault>(10).fill('none'), ...Array<Fault>(12).fill('network'), ...Array<Fault>(200).fill('none')];
    const { events } = await runTail({ ...perfect, lines, faults: outage }, start, options);
    assert.deepEqual(idsOf(events), lines.map(({ id }) => id).sort());
    const marks = events.filter(({ mark }) => mark);
    assert.deepEqual(marks.map(({ mark }) => mark), ['waiting', 'filled']);
    assert.match(marks[0]!.message, /^Not connected for \d+ s; the tail goes on as soon as it can\. A network failure\.$/);
    assert.match(marks[1]!.message, /^Back after \d+ (s|min); \d+ log events of that time were filled in\.$/);
  });

  it('dates what it says of an outage by the moment, on the clock of the service', async () => {
    const lines = Array.from({ length: 100 }, (_, i) => line(`${i}`, start + i * 1_000));
    const outage: Fault[] = [...Array<Fault>(10).fill('none'), ...Array<Fault>(12).fill('network'), ...Array<Fault>(200).fill('none')];
    for (const skewMs of [0, 3_600_000, -3_600_000]) {
      const { events } = await runTail({ ...perfect, tellsTime: true, skewMs, lines, faults: outage }, start, options);
      const [waiting, filled] = events.filter(({ mark }) => mark);
      assert.ok(waiting && filled);
      assert.ok(waiting.at.getTime() > start + 30_000, `${skewMs}: ${waiting.at.getTime() - start}`);
      assert.ok(filled.at > waiting.at && filled.at.getTime() < start + 200_000);
    }
  });

  it('asks to sign in at once, slowly tries again, and goes on', async () => {
    const outage: Fault[] = [...Array<Fault>(5).fill('none'), ...Array<Fault>(6).fill('auth'), ...Array<Fault>(200).fill('none')];
    const { events, log } = await runTail({ ...perfect, lines: [line('a', start), line('b', start + 9_000)], faults: outage }, start, options);
    const waiting = events.filter(({ mark }) => mark === 'waiting');
    assert.equal(waiting.length, 1);
    assert.match(waiting[0]!.message, /A auth failure\./);
    assert.deepEqual(idsOf(events), ['a', 'b']);
    assert.ok(log.requests < 400);
  });

  it('marks what came late', async () => {
    const early = Array.from({ length: 40 }, (_, i) => line(`${i}`, start + i * 1_000));
    const late = { id: 'late', at: start + 2_000, arrived: start + 39_000, visible: start + 39_000 };
    const { events } = await runTail({ ...perfect, lines: [...early, late] }, start, options);
    const at = events.findIndex(({ mark }) => mark === 'late');
    assert.match(events[at]!.message, /^1 log event came late, by \d+ s:$/);
    assert.equal(events[at + 1]!.id, 'late');
  });

  it('waits quietly for a log that is not there yet', async () => {
    const { events } = await runTail({ ...perfect, lines: [line('a', start + 100)], faults: Array<Fault>(20).fill('notFound') }, start, options);
    assert.deepEqual(events.map(({ id }) => id), ['a']);
  });

  it('misses nothing when the clock that chose the start is ahead of the service', async () => {
    const lines = Array.from({ length: 20 }, (_, i) => line(`${i}`, start + i * 1_000));
    const world = { ...perfect, lines, skewMs: 120_000 };
    const { events } = await runTail(world, start, options, start + 60_000);
    assert.deepEqual(idsOf(events), lines.map(({ id }) => id).sort());
  });

  it('ends after a complete look when told until when', async () => {
    const pages: LogPage[] = [{ events: [toEvent(line('a', start))], next: 'x' }, { events: [], next: 'y' }, { events: [toEvent(line('b', start))] }];
    const asked: (string | undefined)[] = [];
    const read: ReadLogs = async ({ since, until }, next) => {
      asked.push(next);
      assert.deepEqual([since, until], [new Date(start), new Date(start + 1)]);
      return pages[asked.length - 1]!;
    };
    assert.deepEqual(await idsUntil(read, new Date(start + 1)), ['a', 'b']);
    assert.deepEqual(asked, [undefined, 'x', 'y']);
    assert.deepEqual(await idsUntil(async () => Promise.reject(new ProviderError('notFound', 'None.')), new Date(start + 1)), []);
  });

  it('does not ask for the same page for ever', async () => {
    assert.deepEqual(await idsUntil(async () => ({ events: [toEvent(line('a', start))], next: 'same' }), new Date(start)), ['a']);
  });

  it('ends on what waiting cannot mend, and on an abort', async () => {
    for (const kind of ['denied', 'invalid', 'unsupported', 'conflict'] as const) {
      await assert.rejects(idsUntil(async () => Promise.reject(new ProviderError(kind, 'No.')), undefined), { name: 'ProviderError', kind });
    }
    await assert.rejects(idsUntil(async () => Promise.reject(new TypeError('A fault of ours.')), undefined), TypeError);
    await assert.rejects(idsUntil(async () => Promise.reject(new ProviderError('auth', 'Sign in.')), new Date(start)), { kind: 'auth' });
    const stop = new AbortController();
    const stream = follow(async () => ({ events: [] }), new Date(start), { pollMs: 60_000, signal: stop.signal });
    setTimeout(() => stop.abort(), 20);
    await assert.rejects(stream.next(), { name: 'AbortError' });
  });

  it('takes no longer for each of a million log events than for each of some', async () => {
    const some = await timeOfEach(10);
    const million = await timeOfEach(100);
    assert.ok(million < some * 4, `${million} against ${some} ms`);
  });
});

/** Milliseconds for each event of so many pages. */
async function timeOfEach(pages: number): Promise<number> {
  const pageSize = 10_000;
  const read: ReadLogs = async (_range, next) => {
    const page = Number(next ?? 0);
    const events = Array.from({ length: pageSize }, (_, i) => toEvent(line(`3${page * pageSize + i}`.padStart(56, '0'), start + page * pageSize + i)));
    return { events, next: page < pages - 1 ? String(page + 1) : undefined, serverTime: new Date(start + 10_000_000) };
  };
  const began = performance.now();
  let count = 0;
  for await (const batch of follow(read, new Date(start), { ...options, signal: new AbortController().signal, until: new Date(start) })) count += batch.length;
  assert.equal(count, pages * pageSize);
  return (performance.now() - began) / count;
}

function line(id: string, at: number): Line {
  return { id, at, arrived: at, visible: at };
}

function toEvent({ id, at, arrived }: Line): LogEvent {
  return { id, at: new Date(at), ingestedAt: new Date(arrived), message: 'same text' };
}

function idsOf(events: readonly LogEvent[]): string[] {
  return events.filter(({ mark }) => !mark).map(({ id }) => id).sort();
}

async function idsUntil(read: ReadLogs, until: Date | undefined): Promise<string[]> {
  const events: LogEvent[] = [];
  for await (const batch of follow(read, new Date(start), { ...options, until, signal: new AbortController().signal })) events.push(...batch);
  return idsOf(events);
}
