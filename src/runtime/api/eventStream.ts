import { crc32 } from 'node:zlib';

/** The content type of an answer that comes event by event. */
export const eventStreamType = 'application/vnd.amazon.eventstream';

/** An event of an event stream, as the bytes that go out. */
export function streamEvent(type: string, payload: Uint8Array, contentType: string): Buffer {
  return frame({ ':message-type': 'event', ':event-type': type, ':content-type': contentType }, payload);
}

/** An error in the midst of an event stream; the stream ends with it. */
export function streamException(type: string, message: string): Buffer {
  const headers = { ':message-type': 'exception', ':exception-type': type, ':content-type': 'application/json' };
  return frame(headers, Buffer.from(JSON.stringify({ message })));
}

// https://smithy.io/2.0/aws/amazon-eventstream.html: total length, length of the headers, checksum of both; headers;
// payload; checksum of all before it.
function frame(headers: Readonly<Record<string, string>>, payload: Uint8Array): Buffer {
  const head = Buffer.concat(Object.entries(headers).map(([name, value]) => header(name, value)));
  const bytes = Buffer.alloc(16 + head.length + payload.length);
  bytes.writeUInt32BE(bytes.length, 0);
  bytes.writeUInt32BE(head.length, 4);
  bytes.writeUInt32BE(crc32(bytes.subarray(0, 8)), 8);
  bytes.set(head, 12);
  bytes.set(payload, 12 + head.length);
  bytes.writeUInt32BE(crc32(bytes.subarray(0, -4)), bytes.length - 4);
  return bytes;
}

function header(name: string, value: string): Buffer {
  const text = Buffer.from(value);
  const before = Buffer.from([name.length, ...Buffer.from(name), 7, text.length >> 8, text.length & 255]);
  return Buffer.concat([before, text]);
}
