import assert from 'node:assert/strict';
import { inChunks } from '../../src/core/log/chunks';
import { pastTime } from '../../src/core/log/pastTime';
import { KeptEvents } from '../../src/core/log/keptEvents';
import { isOfOrigin, toOrigins } from '../../src/core/log/origins';
import { PrintedEvents } from '../../src/core/log/printedEvents';
import type { LogEvent } from '../../src/core/provider';

const now = new Date(2026, 0, 2, 12, 0, 0);

describe('pastTime', () => {
  const cases: readonly (readonly [string, Date | undefined])[] = [
    ['30m', new Date(2026, 0, 2, 11, 30)],
    ['2h', new Date(2026, 0, 2, 10)],
    [' 1h 30m ', new Date(2026, 0, 2, 10, 30)],
    ['90 seconds', new Date(2026, 0, 2, 11, 58, 30)],
    ['1.5 hours', new Date(2026, 0, 2, 10, 30)],
    ['2 days', new Date(2025, 11, 31, 12)],
    ['2026-01-02', new Date(2026, 0, 2)],
    ['2026-01-02 10:30', new Date(2026, 0, 2, 10, 30)],
    ['2026-01-02T10:30:05.5', new Date(2026, 0, 2, 10, 30, 5, 500)],
    ['2025-01-02T10:30:00Z', new Date('2025-01-02T10:30:00Z')],
    ['2026-01-03', undefined],
    ['2026-13-40', undefined],
    ['yesterday', undefined],
    ['h', undefined],
    ['2', undefined],
    ['', undefined],
  ];
  for (const [text, expected] of cases) it(`reads ${JSON.stringify(text)}`, () => assert.deepEqual(pastTime(text, now), expected));
});

describe('PrintedEvents', () => {
  const event = (id: string, ms: number): LogEvent => ({ id, at: new Date(now.getTime() + ms), message: id });

  it('lets every log event through once, and every mark', () => {
    const printed = new PrintedEvents();
    const mark: LogEvent = { ...event('m', 0), mark: 'late' };
    assert.deepEqual(printed.add([event('a', 0), mark], now).map(({ id }) => id), ['a', 'm']);
    assert.deepEqual(printed.add([event('a', 0), event('b', 1), mark], now).map(({ id }) => id), ['b', 'm']);
    assert.deepEqual(printed.since(now), new Date(now.getTime() - 60_000));
    printed.clear();
    assert.equal(printed.add([event('a', 0)], now).length, 1);
  });

  it('bounds its memory, and then lets a tail begin only where it still can tell', () => {
    const printed = new PrintedEvents();
    for (let i = 0; i < 300; i += 1) printed.add(Array.from({ length: 1_000 }, (_, j) => event(`${i}/${j}`, i * 100 - 30_000)), now);
    const since = printed.since(now).getTime();
    assert.ok(since > now.getTime() - 60_000);
    const known = Array.from({ length: 300 }, (_, i) => event(`${i}/5`, i * 100 - 30_000)).filter(({ at }) => at.getTime() >= since);
    assert.ok(known.length > 0);
    assert.deepEqual(printed.add(known, now), []);
  });
});

describe('KeptEvents', () => {
  const event = (message: string): LogEvent => ({ id: message, at: now, message });
  const texts = (kept: KeptEvents): readonly string[] => kept.all.map(({ message }) => message);

  it('keep the last ones, and say whether there were more', () => {
    const kept = new KeptEvents(3);
    kept.add(['a', 'b', 'c'].map(event));
    assert.deepEqual([texts(kept), kept.cut], [['a', 'b', 'c'], false]);
    kept.add(['d', 'e'].map(event));
    assert.deepEqual([texts(kept), kept.cut], [['c', 'd', 'e'], true]);
    kept.clear();
    assert.deepEqual([texts(kept), kept.cut], [[], false]);
  });

  it('are bounded in size too, also by one that is too large', () => {
    const kept = new KeptEvents(10, 100);
    kept.add([event('x'.repeat(60)), event('y'.repeat(60)), event('z'.repeat(30))]);
    assert.deepEqual(texts(kept).map((text) => text[0]), ['y', 'z']);
    kept.add([event('w'.repeat(101))]);
    assert.deepEqual(texts(kept), []);
    kept.add([event('v')]);
    assert.deepEqual(texts(kept), ['v']);
  });
});

describe('the origins of log events', () => {
  it('are those of the setting, or all', () => {
    assert.deepEqual([...toOrigins(['platform', 'nonsense'])], ['platform']);
    for (const all of [undefined, [], ['nonsense'], 'function', null]) assert.equal(toOrigins(all).size, 3);
  });

  it('decide what is shown, but never over marks', () => {
    const event: LogEvent = { id: 'a', at: now, message: 'a' };
    const own = toOrigins(['function']);
    const rest = toOrigins(['request', 'platform']);
    assert.deepEqual([event, { ...event, origin: 'request' }, { ...event, mark: 'gap' }].map((one) => [isOfOrigin(one as LogEvent, own), isOfOrigin(one as LogEvent, rest)]), [[true, false], [false, true], [true, true]]);
  });
});

describe('inChunks', () => {
  it('hands out all of the text, cut after lines, a turn at a time', async () => {
    const text = Array.from({ length: 50_000 }, (_, i) => `line ${i}\n`).join('') + 'x'.repeat(1_000_000);
    const pieces: string[] = [];
    await inChunks(text, (piece) => pieces.push(piece), () => false);
    assert.equal(pieces.join(''), text);
    assert.ok(pieces[0]?.endsWith('\n'));
    assert.ok(pieces.every((piece) => piece.length <= 262_144 + 1));
  });

  it('ends when told to', async () => {
    const pieces: string[] = [];
    await inChunks('x'.repeat(1_000_000), (piece) => pieces.push(piece), () => pieces.length > 0);
    assert.equal(pieces.length, 1);
  });
});
