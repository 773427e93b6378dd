import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import * as fc from 'fast-check';
import { resultHtml, type ResultPage } from '../../src/ui/result/html';
import { toResultMessage } from '../../src/ui/result/message';

const words = { again: 'Invoke again', edit: 'Edit event', tail: 'Tail log', open: 'Open', save: 'Save', response: 'Response', stack: 'Stack', log: 'Log', facts: 'Facts', running: 'Running' };
const page: ResultPage = { nonce: 'n0nce', cspSource: 'https://webview.test', style: 'https://webview.test/result.css', script: 'https://webview.test/result.js', language: 'en', words };

describe('resultHtml', () => {
  const html = resultHtml(page);

  it('allows its own script and style and nothing else', () => {
    const csp = /http-equiv="Content-Security-Policy" content="([^"]+)"/.exec(html)?.[1]?.replaceAll('&#39;', "'");
    const expected = "default-src 'none'; img-src data:; style-src https://webview.test; script-src 'nonce-n0nce'; base-uri 'none'; form-action 'none'";
    assert.equal(csp, expected);
    assert.deepEqual(html.match(/<script[^>]*>/g), ['<script nonce="n0nce" src="https://webview.test/result.js">']);
  });

  it('has no inline code, style or command', () => assert.doesNotMatch(html, /\son\w+=|\sstyle=|<style|javascript:|command:/i));

  it('gives every button a type and a text', () => {
    for (const [, attributes = ''] of html.matchAll(/<button([^>]*)>/g)) assert.match(attributes, /type="button"/);
    for (const word of [words.again, words.edit, words.tail]) assert.ok(html.includes(`<span>${word}</span>`));
  });

  it('takes words of any language as text', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1 }), (text) => {
        const made = resultHtml({ ...page, language: text, words: { ...words, again: text, open: text } });
        assert.equal(made.match(/</g)?.length, html.match(/</g)?.length);
        assert.equal(made.match(/"/g)?.length, html.match(/"/g)?.length);
      }),
    );
  });
});

describe('the page of the result view', () => {
  const script = readFileSync(new URL('../../media/result.js', import.meta.url), 'utf8');
  const style = readFileSync(new URL('../../media/result.css', import.meta.url), 'utf8');

  it('never makes markup of data', () => assert.doesNotMatch(script, /innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval\(|new Function|setAttribute\('(?:style|on)/));
  it('takes every colour from the theme', () => assert.doesNotMatch(style, /#[0-9a-f]{3,8}\b|rgba?\(|hsl/i));
});

describe('toResultMessage', () => {
  const good = [{ type: 'ready' }, { type: 'again' }, { type: 'edit' }, { type: 'tail' }, { type: 'place', index: 0 }, { type: 'open', part: 'payload' }, { type: 'save', part: 'log' }];
  for (const message of good) it(`takes ${JSON.stringify(message)}`, () => assert.deepEqual(toResultMessage(message), message));

  const bad = [undefined, null, 'ready', 1, [], {}, { type: 'command' }, { type: 'place' }, { type: 'place', index: -1 }, { type: 'place', index: '0' }, { type: 'place', index: 1.5 }, { type: 'open' }, { type: 'open', part: '../x' }, { type: 'save', part: ['log'] }];
  for (const message of bad) it(`refuses ${JSON.stringify(message)}`, () => assert.equal(toResultMessage(message), undefined));

  it('drops what was not asked for', () => assert.deepEqual(toResultMessage({ type: 'again', command: 'x' }), { type: 'again' }));

  it('takes anything without breaking', () => {
    fc.assert(fc.property(fc.anything(), (value) => void toResultMessage(value)));
  });
});
