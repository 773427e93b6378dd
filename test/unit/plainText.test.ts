import assert from 'node:assert/strict';
import fc from 'fast-check';
import { plainText, wrapLine } from '../../src/core/log/plainText';
import { assertLinear } from './growth';

const forbidden = /[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]|\udb40[\udc00-\udc7f]|\p{Surrogate}/u;

const cases: readonly (readonly [string, string, string])[] = [
  ['plain text as it is', 'a\tb\n  c é 漢 😀 עברית', 'a\tb\n  c é 漢 😀 עברית'],
  ['colours', '\x1b[31mred\x1b[0m \x1b[38;5;200mpink\x1b[m', 'red pink'],
  ['colours in one character', '\x9b31mred\x9b0m', 'red'],
  ['cursor moves and erasing', 'a\x1b[2K\x1b[1;1Hb\x1b[?25l', 'ab'],
  ['a link', '\x1b]8;;https://evil.example\x1b\\here\x1b]8;;\x1b\\', 'here'],
  ['a link ended by a bell', '\x1b]8;;command:x\x07here\x1b]8;;\x07', 'here'],
  ['a window title', '\x1b]0;title\x07text', 'text'],
  ['a sequence that never ends keeps its text', '\x1b]0;all of this stays', '␛]0;all of this stays'],
  ['device control', '\x1bPq#0;2\x1b\\x', 'x'],
  ['two-character sequences', '\x1b7\x1b8\x1bc\x1b(Bx', 'x'],
  ['sequences that build one another', '\x1b\x1b[0m[31mx', '␛[31mx'],
  ['line ends', 'a\r\nb\rc\x85d\u2028e\u2029f', 'a\nb\nc\nd\ne\nf'],
  ['a progress bar keeps every state', '10 %\r20 %\r', '10 %\n20 %\n'],
  ['controls as pictures', '\0a\x07b\x08c\x7f', '␀a␇b␈c␡'],
  ['other controls', 'a\x81b', 'a\ufffdb'],
  ['text turned around', 'user\u202e\u2066// admin\u2069', 'user// admin'],
  ['hidden characters', 'pass\u200bword\ufeff\u2060', 'password'],
  ['hidden letters', 'a\u{e0061}\u{e0062}b', 'ab'],
  ['halves of pairs', 'a\ud83db\ude00', 'a\ufffdb\ufffd'],
];

describe('plainText', () => {
  for (const [what, text, expected] of cases) {
    it(`makes harmless: ${what}`, () => assert.equal(plainText(text), expected));
  }

  it('leaves nothing harmful of any text, and is done after one go', () => {
    const nasty = fc.constantFrom('\x1b', '\x1b[', '\x1b]', '\x9b', '\x9c', '\x07', '\\', 'm', '0', ';', '\r', '\n', '\u202e', '\u200b', '\ud800', '\udc00', '\udb40', '\udc61', 'x');
    const text = fc.oneof(fc.array(nasty).map((parts) => parts.join('')), fc.string({ unit: 'binary' }), fc.uint16Array().map((units) => String.fromCharCode(...units)));
    fc.assert(
      fc.property(text, (hostile) => {
        const shown = plainText(hostile);
        assert.doesNotMatch(shown, forbidden);
        assert.equal(plainText(shown), shown);
      }),
      { numRuns: 3_000 },
    );
  });

  it('takes time in proportion to the text', () => {
    for (const part of ['\x1b]', '\x1b[1', '\x1b', '\x9d', 'x', '\x1b[31m', '\u202e']) {
      assertLinear((size) => plainText(part.repeat(size)), 5_000, JSON.stringify(part));
    }
  });
});

describe('wrapLine', () => {
  it('cuts at the limit and never through a character', () => {
    assert.deepEqual(wrapLine('abcdef', 4), ['abcd', 'ef']);
    assert.deepEqual(wrapLine('abcd', 4), ['abcd']);
    assert.deepEqual(wrapLine('', 4), ['']);
    assert.deepEqual(wrapLine('abc😀d', 4), ['abc', '😀d']);
  });

  it('loses nothing', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 200 }), fc.integer({ min: 1, max: 20 }), (line, limit) => {
        const pieces = wrapLine(line, limit);
        assert.equal(pieces.join(''), line);
        assert.ok(pieces.every((piece) => piece.length <= limit));
      }),
    );
  });
});
