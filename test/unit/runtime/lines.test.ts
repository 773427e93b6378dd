import assert from 'node:assert/strict';
import fc from 'fast-check';
import { FrameReader } from '../../../src/runtime/engine/frames';
import { cutText, LineSplitter, maxEventBytes } from '../../../src/runtime/engine/lines';
import { RequestReader, type RuntimeRequest } from '../../../src/runtime/engine/requestReader';
import { assertLinear } from '../growth';

/** Cuts bytes into pieces at the given places. */
function pieces(bytes: Buffer, cuts: readonly number[]): Buffer[] {
  const places = [...new Set(cuts.map((cut) => cut % (bytes.length + 1)))].sort((a, b) => a - b);
  return [0, ...places].map((from, index) => bytes.subarray(from, places[index] ?? bytes.length));
}

const cuts = fc.array(fc.nat(5000), { maxLength: 8 });

describe('cutting output into log events', () => {
  it('keeps every character, one event per line, wherever the pieces end', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'grapheme' }), { maxLength: 20 }), cuts, (lines, places) => {
        const text = lines.join('\n');
        const splitter = new LineSplitter();
        const events = pieces(Buffer.from(text), places).flatMap((piece) => splitter.push(piece));
        events.push(...splitter.flush());
        assert.equal(events.join(''), text);
        assert.ok(events.every((event) => !event.slice(0, -1).includes('\n')));
      }),
    );
  });

  it('cuts long lines between characters, in linear time', () => {
    const text = 'ü€😀'.repeat(300_000);
    const cut = (length: number): string[] => {
      const splitter = new LineSplitter();
      const bytes = Buffer.from(text.slice(0, length));
      const events: string[] = [];
      for (let at = 0; at < bytes.length; at += 65_536) events.push(...splitter.push(bytes.subarray(at, at + 65_536)));
      return [...events, ...splitter.flush()];
    };
    assertLinear(cut, text.length / 4);
    const events = cut(text.length);
    assert.equal(events.join(''), text);
    assert.ok(events.every((event) => Buffer.byteLength(event) <= maxEventBytes));
    assert.equal(cutText(text).join(''), text);
  });

  it('reads frames wherever the pieces end', () => {
    const frame = (message: string, at: number) => {
      const head = Buffer.alloc(16);
      head.writeUInt32BE(0xa55a0003, 0);
      head.writeUInt32BE(Buffer.byteLength(message), 4);
      head.writeBigUInt64BE(BigInt(at) * 1000n, 8);
      return Buffer.concat([head, Buffer.from(message)]);
    };
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'grapheme' })), cuts, (messages, places) => {
        const reader = new FrameReader();
        const bytes = Buffer.concat(messages.map((message, index) => frame(message, index)));
        const events = pieces(bytes, places).flatMap((piece) => reader.push(piece));
        assert.deepEqual(events, messages.map((message, at) => ({ at, message })));
      }),
    );
  });
});

describe('reading requests of a function’s process', () => {
  it('reads them wherever the pieces end, with a length or in chunks', () => {
    const request = fc.record({ body: fc.uint8Array({ maxLength: 300 }), size: fc.integer({ min: 1, max: 100 }), chunked: fc.boolean() });
    fc.assert(
      fc.property(fc.array(request, { maxLength: 6 }), cuts, (requests, places) => {
        const read: RuntimeRequest[] = [];
        const reader = new RequestReader(1000, (request) => read.push(request), () => assert.fail('nobody waits'));
        const bytes = Buffer.concat(requests.map((one) => (one.chunked ? chunked(one.body, one.size) : plain(one.body))));
        for (const piece of pieces(bytes, places)) reader.push(piece);
        assert.deepEqual(read.map((one) => [...one.body]), requests.map((one) => [...one.body]));
      }),
    );
  });

  it('throws a body away that is too long, and goes on', () => {
    const read: RuntimeRequest[] = [];
    const reader = new RequestReader(10, (request) => read.push(request), () => undefined);
    reader.push(Buffer.concat([plain(new Uint8Array(50)), plain(new Uint8Array(5))]));
    assert.deepEqual(read.map((one) => [one.tooLarge, one.body.length]), [[true, 0], [false, 5]]);
  });

  function plain(body: Uint8Array): Buffer {
    return Buffer.concat([Buffer.from(`POST /x HTTP/1.1\r\nContent-Length: ${body.length}\r\n\r\n`), body]);
  }

  function chunked(body: Uint8Array, size: number): Buffer {
    const parts = [Buffer.from('POST /x HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n')];
    for (let at = 0; at < body.length; at += size) {
      const part = body.subarray(at, at + size);
      parts.push(Buffer.from(`${part.length.toString(16)}\r\n`), Buffer.from(part), Buffer.from('\r\n'));
    }
    return Buffer.concat([...parts, Buffer.from('0\r\nA-Trailer: x\r\n\r\n')]);
  }
});
