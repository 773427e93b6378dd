import assert from 'node:assert/strict';
import { appendFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { EventStreamCodec } from '@smithy/core/event-streams';
import { fromUtf8, toUtf8 } from '@smithy/core/serde';
import fc from 'fast-check';
import { streamEvent, streamException } from '../../../src/runtime/api/eventStream';
import { parsePattern } from '../../../src/runtime/api/filterPattern';
import { LineSplitter } from '../../../src/runtime/engine/lines';
import { RequestReader } from '../../../src/runtime/engine/requestReader';
import { eventId } from '../../../src/runtime/store/logQuery';
import { LogStore } from '../../../src/runtime/store/logs';

const seeded = { seed: 20260101 };
const text = fc.string({ unit: 'binary', maxLength: 60 });

describe('the event stream encoder', () => {
  const codec = new EventStreamCodec(toUtf8, fromUtf8);
  const values = (bytes: Buffer) => {
    const { headers, body } = codec.decode(bytes);
    return { headers: Object.fromEntries(Object.entries(headers).map(([name, header]) => [name, header.value])), body: Buffer.from(body) };
  };

  it('writes what the SDK’s own decoder reads, whatever the payload', () => {
    const property = fc.property(fc.string({ unit: 'binary', maxLength: 40 }), fc.uint8Array({ maxLength: 3000 }), (type, payload) => {
      const { headers, body } = values(streamEvent(type, payload, 'application/octet-stream'));
      assert.deepEqual(headers, { ':message-type': 'event', ':event-type': type, ':content-type': 'application/octet-stream' });
      assert.ok(body.equals(payload));
    });
    fc.assert(property, seeded);
    const { headers, body } = values(streamException('Oops', 'why: "ü"'));
    assert.deepEqual([headers[':exception-type'], JSON.parse(body.toString())], ['Oops', { message: 'why: "ü"' }]);
  });

  it('writes what is refused when a bit of it is another', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 50 }), fc.nat(), fc.nat(7), (payload, place, bit) => {
      const bytes = streamEvent('x', payload, 'text/plain');
      bytes[place % bytes.length] = (bytes[place % bytes.length] ?? 0) ^ (1 << bit);
      assert.throws(() => codec.decode(bytes));
    }), seeded);
  });
});

describe('filter patterns: laws', () => {
  const word = fc.constantFrom('ab', 'ERROR', 'x1', 'timeout');
  const line = fc.oneof(fc.array(fc.oneof(word, text), { maxLength: 6 }).map((words) => words.join(' ')), text);
  const test = (pattern: string, message: string) => parsePattern(pattern)(message);

  it('the order of terms does not matter, nor does saying one twice', () => {
    fc.assert(fc.property(word, word, line, (a, b, message) => {
      assert.equal(test(`${a} ${b}`, message), test(`${b} ${a}`, message));
      assert.equal(test(`${a} ${a}`, message), test(a, message));
      assert.equal(test(`?${a} ?${b}`, message), test(a, message) || test(b, message));
      assert.equal(test(`${a} -${b}`, message), test(a, message) && !test(b, message));
    }), seeded);
  });

  it('nothing matches all, a quoted word is the word, and a plain expression finds it wherever it is', () => {
    fc.assert(fc.property(word, line, (a, message) => {
      assert.equal(test('', message), true);
      assert.equal(test(`"${a}"`, message), test(a, message));
      assert.equal(test(`%${a}%`, message), message.includes(a));
    }), seeded);
  });

  it('conditions on JSON obey the laws of logic', () => {
    const side = fc.tuple(fc.constantFrom('a', 'b'), fc.constantFrom('=', '!=', '<', '>='), fc.integer({ min: -1, max: 1 })).map(([name, sign, value]) => `$.${name} ${sign} ${value}`);
    const value = fc.dictionary(fc.constantFrom('a', 'b'), fc.oneof(fc.integer({ min: -2, max: 2 }), fc.string({ maxLength: 2 }), fc.constant(null)));
    fc.assert(fc.property(side, side, value, (p, q, json) => {
      const is = (condition: string) => test(`{ ${condition} }`, JSON.stringify(json));
      assert.equal(is(`${p} && ${q}`), is(p) && is(q));
      assert.equal(is(`${p} || ${q}`), is(p) || is(q));
      assert.equal(is(`(${p}) && (${q})`), is(`${q} && ${p}`));
      assert.equal(is(`${p} || ${q} && ${p}`), is(p) || (is(q) && is(p)));
    }), seeded);
  });

  it('no expression takes for ever', () => {
    const evil = ['%(a+)+b%', '%(a|a)*c%', '%(.*)*x%', '%a*a*a*a*a*a*b%', `%${'a?'.repeat(20)}${'a'.repeat(20)}%`, '*'.repeat(500), `[${'*,'.repeat(300)}...]`];
    for (const pattern of evil) {
      try {
        parsePattern(pattern)('a'.repeat(200_000));
      } catch (error) {
        assert.equal((error as Error).name, 'ApiError', pattern);
      }
    }
  });
});

describe('the reader of a function’s requests', () => {
  it('takes any bytes in any pieces: it reads, waits or says that it is no request, and holds little', () => {
    const bits = ['GET /x HTTP/1.1\r\n', 'Host: a\r\n', 'Content-Length: 3\r\n', 'Content-Length: 99999999999\r\n', 'Transfer-Encoding: chunked\r\n', '\r\n', '3\r\n', 'abc', '0\r\n\r\n', 'ffffffff\r\n', 'zz\r\n', 'Expect: 100-continue\r\n', '\0', ': \r\n'];
    const bytes = fc.array(fc.oneof({ weight: 4, arbitrary: fc.constantFrom(...bits).map((bit) => Buffer.from(bit)) }, { weight: 1, arbitrary: fc.uint8Array({ maxLength: 9 }).map((some) => Buffer.from(some)) }), { maxLength: 25 });
    fc.assert(fc.property(bytes, (pieces) => {
      const whole = run(pieces);
      const single = run([...Buffer.concat(pieces)].map((byte) => Buffer.from([byte])));
      assert.deepEqual(single, whole, 'pieces make no difference');
    }), { ...seeded, numRuns: 300 });
  });

  function run(pieces: readonly Buffer[]): readonly unknown[] {
    const read: unknown[] = [];
    const reader = new RequestReader(50, (request) => read.push([request.method, request.url, { ...request.headers }, request.body.toString('latin1'), request.tooLarge]), () => undefined);
    try {
      for (const piece of pieces) reader.push(piece);
    } catch (error) {
      read.push(['Error', 'MalformedHead'].includes((error as Error).name));
    }
    return read;
  }
});

describe('the log splitter', () => {
  it('gives the same events wherever the pieces end, also of what is no text', () => {
    const bytes = fc.array(fc.oneof(fc.constantFrom(10, 13, 0xff, 0xc3, 0xa9, 0), fc.nat(255)), { maxLength: 200 });
    fc.assert(fc.property(bytes, fc.integer({ min: 1, max: 9 }), (all, size) => {
      const split = (step: number) => {
        const splitter = new LineSplitter();
        const events: string[] = [];
        for (let at = 0; at < all.length; at += step) events.push(...splitter.push(Buffer.from(all.slice(at, at + step))));
        return [...events, ...splitter.flush()];
      };
      assert.deepEqual(split(size), split(Math.max(1, all.length)));
    }), seeded);
  });
});

describe('a log on disk', () => {
  it('that is cut anywhere has the events before the cut, with their ids, and can be written on', () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'runtime-test-'));
    const messages = fc.array(text, { minLength: 1, maxLength: 6 });
    let count = 0;
    fc.assert(fc.property(messages, fc.nat(), fc.uint8Array({ maxLength: 5 }), (said, place, dirt) => {
      const data = path.join(folder, String(count++));
      const ids = read(data, (store) => store.ensure('g').create('s').append(said));
      const file = path.join(data, readdirSync(data)[0] ?? '', readdirSync(path.join(data, readdirSync(data)[0] ?? '')).find((name) => name.endsWith('.log')) ?? '');
      const bytes = readFileSync(file);
      const cut = bytes.indexOf(10) + 1 + (place % (bytes.length - bytes.indexOf(10)));
      truncateSync(file, cut);
      appendFileSync(file, Buffer.from(dirt).filter((byte) => byte !== 10));
      const whole = bytes.subarray(0, cut).filter((byte) => byte === 10).length - 1;
      assert.deepEqual(read(data, () => undefined), ids.slice(0, whole));
      assert.deepEqual(read(data, (store) => store.get('g')?.stream('s')?.append(['more'])).map(({ message }) => message), [...said.slice(0, whole), 'more']);
    }), { ...seeded, numRuns: 60 });
    rmSync(folder, { recursive: true });
  });

  function read(data: string, work: (store: LogStore) => void): { id: string; message: string }[] {
    const store = new LogStore(data, assert.fail);
    work(store);
    const events = store.get('g')?.streams().flatMap((stream) => [...stream.forward(0)].map((event) => ({ id: eventId(stream, event), message: event.message }))) ?? [];
    store.close();
    return events;
  }
});
