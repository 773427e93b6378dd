import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { LogEvent } from '../../src/core/provider';
import { type Ask, own, together, toRequest } from '../../src/providers/gcp/logBatch';
import { LogBudget } from '../../src/providers/gcp/logBudget';
import { type Line, type LogWorld, type Trouble, VirtualLogging } from './quotaWorld';

const start = Date.UTC(2026, 0, 1);
const minute = 60_000;
const troubles: readonly Trouble[] = ['refused', 'cut', 'slow', 'forgotten'];

/** What several functions write in a few minutes, some of it late, hidden or in the same millisecond. */
const anyLines = (names: number): fc.Arbitrary<readonly Line[]> =>
  fc
    .array(
      fc.record({
        name: fc.integer({ min: 0, max: names - 1 }),
        pause: fc.oneof({ weight: 3, arbitrary: fc.constant(0) }, { weight: 5, arbitrary: fc.integer({ min: 0, max: 4_000 }) }, { weight: 1, arbitrary: fc.integer({ min: 0, max: 40_000 }) }),
        late: fc.oneof({ weight: 7, arbitrary: fc.constant(0) }, { weight: 2, arbitrary: fc.integer({ min: 0, max: 20_000 }) }),
        hidden: fc.oneof({ weight: 6, arbitrary: fc.constant(0) }, { weight: 3, arbitrary: fc.integer({ min: 0, max: 60_000 }) }),
      }),
      { minLength: 1, maxLength: 80, size: 'max' },
    )
    .map((steps) => {
      let now = start + minute;
      return steps.map(({ name, pause, late, hidden }, index): Line => {
        now += pause;
        return { name: `fn-${name}`, id: `${(index * 7_919) % 10_007}`, at: now - late, arrived: now, visible: now + hidden };
      });
    });

const anyWorld: fc.Arbitrary<LogWorld> = fc.record({
  lines: anyLines(4),
  troubles: fc.array(fc.oneof({ weight: 4, arbitrary: fc.constant<Trouble>('none') }, { weight: 1, arbitrary: fc.constantFrom(...troubles) }), { maxLength: 40, size: 'max' }).map((list) => [...list, 'none' as const, 'none' as const]),
  bursts: fc.array(fc.integer({ min: start, max: start + 5 * minute }), { maxLength: 3 }),
  pageSize: fc.integer({ min: 1, max: 40 }),
});

/** Tails of every function until the log is at rest; `restarts` gives the moments at which one is stopped and begun anew. */
async function tailAll(world: LogWorld, names: readonly string[], restarts: readonly number[]): Promise<{ log: VirtualLogging; events: Map<string, LogEvent[]> }> {
  const log = new VirtualLogging(world);
  const failures: unknown[] = [];
  const events = new Map(names.map((name) => [name, [] as LogEvent[]]));
  const begin = (name: string): AbortController => {
    const stop = new AbortController();
    events.set(name, []);
    void log.follow(name, start, stop.signal, (event) => void events.get(name)?.push(event)).catch((error: unknown) => failures.push(error));
    return stop;
  };
  const running = names.map((name) => [name, begin(name)] as const);
  const stops = new Map(running);
  for (const [index, at] of restarts.entries()) {
    await log.time.run(start + at);
    const name = names[index % names.length] ?? '';
    stops.get(name)?.abort();
    stops.set(name, begin(name));
  }
  const last = Math.max(...world.lines.map(({ visible }) => visible), ...world.bursts.map((at) => at + minute), log.time.now);
  await log.time.run(last);
  log.quiet = true;
  await log.time.run(last + 6 * minute);
  for (const stop of stops.values()) stop.abort();
  await log.time.run(log.time.now);
  assert.deepEqual(failures, []);
  return { log, events };
}

const ids = (events: readonly LogEvent[]): readonly string[] => events.filter(({ mark }) => mark === undefined).map(({ id }) => id).sort();
const expected = (lines: readonly Line[], name: string): readonly string[] =>
  lines.filter((line) => line.name === name).map(({ at, id }) => `${new Date(at).toISOString()} ${id}`).sort();

describe('the quota of a Google project’s logs', function () {
  this.timeout(process.env['TAIL_SCHEDULES'] ? 600_000 : 120_000);

  it('is kept by any number of tails, which lose nothing and get nothing twice', async () => {
    const names = ['fn-0', 'fn-1', 'fn-2', 'fn-3'];
    await fc.assert(
      fc.asyncProperty(anyWorld, fc.array(fc.integer({ min: 0, max: 3 * minute }), { maxLength: 3 }), async (world, restarts) => {
        const { log, events } = await tailAll(world, names, restarts.sort((a, b) => a - b));
        for (const name of names) assert.deepEqual(ids(events.get(name) ?? []), expected(world.lines, name));
        assert.ok(log.busiest <= 60, `${log.busiest} requests in a minute`);
      }),
      { numRuns: Number(process.env['TAIL_SCHEDULES'] ?? 15), endOnFailure: process.env['TAIL_SCHEDULES'] !== undefined, seed: Number(process.env['TAIL_SEED'] ?? 20_261_121) },
    );
  });

  it('is not used up by ten busy tails in ten minutes, and no event waits long', async () => {
    const names = Array.from({ length: 10 }, (_, i) => `fn-${i}`);
    const lines = Array.from({ length: 1_500 }, (_, i): Line => ({ name: `fn-${i % 10}`, id: String(i), at: start + i * 400, arrived: start + i * 400, visible: start + i * 400 + 500 }));
    const log = new VirtualLogging({ lines, troubles: [], bursts: [], pageSize: 1_000 });
    const stop = new AbortController();
    const waits: number[] = [];
    const tails = names.map(async (name, index) => {
      await log.time.sleep(index * 170, stop.signal);
      await log.follow(name, start, stop.signal, (event) => waits.push(log.time.now - event.at.getTime()));
    });
    await log.time.run(start + 10 * minute + 10_000);
    stop.abort();
    await Promise.all(tails);
    assert.equal(waits.length, lines.length);
    assert.equal(log.refusals, 0);
    assert.ok(log.busiest <= 56, `${log.busiest} requests in a minute`);
    const sorted = waits.sort((a, b) => a - b);
    const [median = 0, longest = 0] = [sorted[sorted.length >> 1], sorted.at(-1)];
    assert.ok(median < 4_000 && longest < 10_000, `half within ${median} ms, all within ${longest} ms`);
  });

  it('makes tails ask together: one alone asks as often as ten', async () => {
    const count = async (tails: number): Promise<number> => {
      const log = new VirtualLogging({ lines: [], troubles: [], bursts: [], pageSize: 1_000 });
      const stop = new AbortController();
      const running = Array.from({ length: tails }, async (_, i) => log.follow(`fn-${i}`, start, stop.signal, () => undefined));
      await log.time.run(start + 5 * minute);
      stop.abort();
      await Promise.all(running);
      return log.requests.length;
    };
    const [one, ten] = [await count(1), await count(10)];
    assert.ok(ten <= one * 1.2, `${ten} requests for ten tails, ${one} for one`);
  });

  it('pauses for everybody after a refusal, longer each time, up to a minute', () => {
    let now = 0;
    const budget = new LogBudget({ now: () => now, random: () => 1 });
    const waited: number[] = [];
    for (let i = 0; i < 6; i += 1) {
      budget.spend();
      budget.refused();
      budget.refused();
      waited.push(budget.waitMs);
      now += budget.waitMs;
    }
    assert.deepEqual(waited, [5_000, 10_000, 20_000, 40_000, 60_000, 60_000]);
    budget.spend();
    assert.ok(budget.waitMs > 0, 'one at first, to see how things stand');
    now += 5_000;
    budget.answered();
    budget.refused();
    assert.equal(budget.waitMs, 5_000);
  });

  it('is not touched by tails that are gone, and theirs disturbs nobody', async () => {
    const log = new VirtualLogging({ lines: [], troubles: ['slow'], bursts: [], pageSize: 10 });
    const [first, second] = [new AbortController(), new AbortController()];
    const ask = (name: string): Ask => ({ source: { kind: 'service', location: 'l', name }, since: new Date(start) });
    const left = log.reader.read(ask('a'), first);
    const kept = log.reader.read(ask('b'), second);
    await log.time.run(start + 1_000);
    first.abort();
    await assert.rejects(left, { name: 'AbortError' });
    await log.time.run(start + 20_000);
    assert.deepEqual((await kept).entries, []);
    assert.equal(log.requests.length, 1);
    const gone = log.reader.read(ask('c'), first);
    await assert.rejects(gone, { name: 'AbortError' });
    const waiting = new AbortController();
    const never = log.reader.read(ask('d'), waiting);
    waiting.abort();
    await assert.rejects(never, { name: 'AbortError' });
    await log.time.run(start + minute);
    assert.equal(log.requests.length, 1);
  });
});

describe('reads of several functions’ logs', () => {
  const ask = (name: string, since = start, more: object = {}): Ask => ({ source: { kind: 'service', location: 'europe-west1', name }, since: new Date(since), ...more });

  it('become one filter, by location, from the earliest on', () => {
    const asks: Ask[] = [ask('b', start + 5), ask('a'), { ...ask('c'), source: { kind: 'function', location: 'us-east1', name: 'Old_1' } }];
    assert.deepEqual(together(asks), asks);
    assert.equal(
      toRequest(asks).filter,
      '((resource.type="cloud_run_revision" AND resource.labels.location="europe-west1" AND resource.labels.service_name=("a" OR "b")) OR (resource.type="cloud_function" AND resource.labels.region="us-east1" AND resource.labels.function_name="Old_1")) AND timestamp>="2026-01-01T00:00:00.000Z"',
    );
    const until = new Date(start + 1_000);
    assert.match(toRequest([ask('a', start, { until })]).filter, / AND timestamp<"2026-01-01T00:00:01\.001Z"$/);
    assert.ok(!toRequest([ask('a', start, { until }), ask('b')]).filter.includes('timestamp<'));
  });

  it('stay apart where one would have to wait for the other’s old entries, and where a filter would get too long', () => {
    assert.equal(together([ask('a'), ask('b', start - 10 * minute), ask('c', start + minute)]).length, 2);
    const many = Array.from({ length: 1_000 }, (_, i) => ask(`${'f'.repeat(50)}-${i}`));
    const batch = together(many);
    assert.ok(batch.length > 200 && batch.length < 1_000);
    assert.ok(toRequest(batch).filter.length <= 20_000);
    assert.equal(together([{ filter: 'trace="t"' }, ask('a')]).length, 1);
  });

  it('get their own entries alone, and the page after with the very same filter', () => {
    const asks = [ask('a'), ask('b', start + 10)];
    const request = toRequest(asks);
    const entry = (name: string, at: number): object => ({ insertId: name, timestamp: new Date(at).toISOString(), resource: { type: 'cloud_run_revision', labels: { location: 'europe-west1', service_name: name } } });
    const page = { entries: [entry('a', start), entry('b', start), entry('b', start + 10), entry('x', start + 20)], next: 'T' };
    const [forA, forB] = asks.map((one) => own(page, one, request));
    assert.equal(forA?.entries.length, 1);
    assert.equal(forB?.entries.length, 1);
    assert.deepEqual(toRequest([{ ...ask('a'), next: forA?.next }]), { filter: request.filter, pageToken: 'T' });
    assert.deepEqual(together([{ ...ask('a'), next: forA?.next }, ask('c'), { ...ask('b'), next: forB?.next }]).length, 2);
    assert.equal(own(page, ask('a', start, { until: new Date(start + 5) }), request).next, undefined);
  });
});
