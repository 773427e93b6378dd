import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { toHttpResponse } from '../../src/providers/aws/httpResponse';
import { classify, hexDump, preview, previewLimit, toDocument } from '../../src/core/invocation/payload';
import { prettyJson } from '../../src/core/invocation/prettyJson';
import { assertLinear } from './growth';

const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);
const png = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==', 'base64');

describe('classify', () => {
  const table: readonly [string, Uint8Array, string, string][] = [
    ['nothing', utf8(''), 'empty', '.txt'],
    ['an object', utf8('{"a":1}'), 'json', '.json'],
    ['null', utf8('null'), 'json', '.json'],
    ['a JSON string', utf8(' "text"\n'), 'json', '.json'],
    ['half an object', utf8('{"a":'), 'text', '.txt'],
    ['words', utf8('none of it'), 'text', '.txt'],
    ['umlauts', utf8('größer 🙂'), 'text', '.txt'],
    ['bytes', Uint8Array.from([0xff, 0xfe, 1]), 'binary', '.bin'],
    ['text with NUL', utf8('a\0b'), 'binary', '.bin'],
    ['a PNG', png, 'image', '.png'],
    ['a JPEG', Uint8Array.from([0xff, 0xd8, 0xff, 0xe0]), 'image', '.jpg'],
    ['a GIF', utf8('GIF89a'), 'image', '.gif'],
    ['a WebP', Buffer.concat([utf8('RIFF'), Uint8Array.from([1, 2, 3, 4]), utf8('WEBP')]), 'image', '.webp'],
    ['a PDF', utf8('%PDF-1.7'), 'binary', '.pdf'],
    ['a zip', Buffer.from('504b030414', 'hex'), 'binary', '.zip'],
  ];
  for (const [name, bytes, kind, ending] of table) {
    it(`sees ${name}`, () => {
      const type = classify(bytes);
      assert.deepEqual([type.kind, type.ending], [kind, ending]);
    });
  }
});

describe('preview', () => {
  it('indents JSON', () => assert.equal(preview(utf8('{"a":[1,{}],"b":[]}')).text, '{\n  "a": [\n    1,\n    {}\n  ],\n  "b": []\n}'));

  it('shows the beginning of 6 MB, in time that grows with it at most', () => {
    const payloadOf = (rows: number): Uint8Array => utf8(JSON.stringify({ text: 'x'.repeat(rows * 15), rows: Array.from({ length: rows }, (_, id) => ({ id })) }));
    const [quarter, payload] = [payloadOf(50_000), payloadOf(200_000)];
    assertLinear((size) => preview(size > quarter.length ? payload : quarter), quarter.length);
    const shown = preview(payload);
    assert.ok(shown.cut && shown.text.length <= previewLimit && shown.size === payload.length);
  });

  it('does not cut through a character', () => {
    assert.equal(preview(utf8('€€€'), 4).text, '€');
    assert.equal(preview(utf8('"🙂🙂"'), 4).text, '"🙂');
  });

  it('dumps bytes', () => {
    assert.equal(hexDump(Uint8Array.from([0, 0x41, 0xff])), `00000000  ${'00 41 ff'.padEnd(48)}  .A.`);
    assert.equal(hexDump(new Uint8Array(17)).split('\n')[1]?.slice(0, 12), '00000010  00');
  });

  it('leaves images to the viewer', () => assert.deepEqual([preview(png).text, preview(png).cut], ['', false]));
});

describe('prettyJson', () => {
  it('says what the function said', () => {
    const exact = '{"n":9007199254740993,"n":1.0,"e":"\\u00e9\\"\\\\"}';
    assert.equal(prettyJson(exact).text.replace(/\n\s*|(?<=:) /g, ''), exact);
  });

  it('is the same value as before', () => {
    fc.assert(
      fc.property(fc.json(), (json) => {
        const { text, cut } = prettyJson(json);
        assert.deepEqual(JSON.parse(text), JSON.parse(json));
        assert.equal(cut, false);
      }),
    );
  });

  it('lays out as JSON.stringify does', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 5 }), (value) => assert.equal(prettyJson(JSON.stringify(value)).text, JSON.stringify(value, null, 2))),
    );
  });

  it('stays small for deep nesting', () => {
    const text = prettyJson('['.repeat(50_000) + ']'.repeat(50_000)).text;
    assert.ok(text.length < 50_000 * 2 * 140);
  });

  it('gives the document of a payload', () => {
    assert.equal(new TextDecoder().decode(toDocument(utf8('[1]'))), '[\n  1\n]\n');
    assert.equal(toDocument(png), png);
  });
});

describe('toHttpResponse', () => {
  it('finds a body and its headers', () => {
    const payload = { statusCode: 201, headers: { 'content-TYPE': 'text/plain', 'x-count': 2 }, cookies: ['a=1', 'b=2'], body: 'made' };
    const headers = [['content-TYPE', 'text/plain'], ['x-count', '2'], ['set-cookie', 'a=1'], ['set-cookie', 'b=2']];
    assert.deepEqual(toHttpResponse(utf8(JSON.stringify(payload))), { status: 201, headers, body: Buffer.from('made') });
  });

  it('finds an image in base64', () => {
    const payload = { statusCode: 200, body: png.toString('base64'), isBase64Encoded: true };
    const response = toHttpResponse(utf8(` ${JSON.stringify(payload)}`));
    assert.equal(response && classify(response.body).kind, 'image');
  });

  for (const text of ['', 'null', '[]', '{', '{"a":1}', '{"statusCode":"200"}', '{"statusCode":200,"body":{}}', '"{"']) {
    it(`leaves ${text || 'nothing'} alone`, () => assert.equal(toHttpResponse(utf8(text)), undefined));
  }
});
