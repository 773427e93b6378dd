import assert from 'node:assert/strict';
import fc from 'fast-check';
import { LogText } from '../../src/core/log/logText';
import type { LogEvent } from '../../src/core/provider';
import { assertLinear } from './growth';

const at = new Date(2026, 0, 2, 3, 4, 5, 6);
const day = '──── 2026-01-02 ────\n';

function event(message: string, more: Partial<LogEvent> = {}): LogEvent {
  return { id: message, at, message, ...more };
}

function show(...events: LogEvent[]): string {
  return new LogText().text(events);
}

describe('LogText', () => {
  it('shows local time, severity and message', () => {
    assert.equal(show(event('[ERROR]\tboom\n')), `${day}03:04:05.006 ERROR [ERROR]\tboom\n`);
    assert.equal(show(event('START RequestId: x')), `${day}03:04:05.006       START RequestId: x\n`);
    assert.equal(show(event('hello', { severity: 'warning' })), `${day}03:04:05.006 WARN  hello\n`);
    assert.equal(show(event('')), `${day}03:04:05.006\n`);
  });

  it('indents the further lines of a message', () => {
    assert.equal(show(event('a\n  b\n\nc')), `${day}03:04:05.006       a\n                     b\n\n                   c\n`);
  });

  it('says the date whenever it changes', () => {
    const text = new LogText();
    const tomorrow = event('b', { at: new Date(2026, 0, 3) });
    assert.equal(text.text([event('a'), event('a'), tomorrow]).match(/────/g)?.length, 4);
    assert.equal(text.text([tomorrow]), '00:00:00.000       b\n');
    text.reset();
    assert.match(text.text([tomorrow]), /^──── 2026-01-03 ────\n/);
  });

  it('shows marks as lines of their own', () => {
    assert.equal(show(event('Back after 6 s; nothing was missed.', { mark: 'filled' })), `${day}03:04:05.006 ── Back after 6 s; nothing was missed. ──\n`);
    assert.equal(show(event('The log is gone.', { mark: 'gap' })), `${day}03:04:05.006 ━━ The log is gone. ━━\n`);
    assert.equal(show(event('The tail\nended.', { mark: 'waiting' })), `${day}03:04:05.006 ── The tail ended. ──\n`);
  });

  it('wraps a line of a megabyte without losing a character', () => {
    const long = Array.from({ length: 1_000_000 }, (_, i) => String.fromCharCode(97 + (i % 26))).join('');
    const lines = show(event(long)).slice(day.length).split('\n');
    assert.ok(lines.every((line) => line.length < 4_100));
    assert.equal(lines.map((line) => line.replace(/^.{19}(↪ )?/, '')).join(''), long);
  });

  it('lets nothing harmful through, and loses no visible text', () => {
    assert.equal(show(event('\x1b[31mred\x1b[0m\u202e\r\nnext\0')), `${day}03:04:05.006       red\n                   next␀\n`);
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (message) => {
        assert.doesNotMatch(show(event(message)), /[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2028\u2029]/);
      }),
    );
  });

  it('takes time in proportion to the log events: 80,000 of them', () => {
    const events = Array.from({ length: 80_000 }, (_, i) => event(`2026-01-02T03:04:05.678Z\t79b4f56e-95b1-4643-9700-2807f4e68189\tINFO\tline ${i}`));
    assert.equal(show(...events.slice(0, 10)).split('\n').length, 12);
    assertLinear((size) => assert.equal(new LogText().text(events.slice(0, size)).split('\n').length, size + 2), 20_000);
  });
});
