import { randomUUID } from 'node:crypto';
import { STATUS_CODES } from 'node:http';
import type { ApiReply } from '../api/call';

const shortBytes = 65_536;

/** The bytes of a reply that is there as a whole. */
export function bytesOf({ body }: ApiReply): Buffer {
  if (body === undefined) return Buffer.alloc(0);
  return body instanceof Uint8Array ? Buffer.from(body.buffer, body.byteOffset, body.length) : Buffer.from(JSON.stringify(body));
}

/** The headers of a reply with so many bytes. */
export function headersOf({ status, headers }: ApiReply, length: number): Record<string, string | number> {
  const all: Record<string, string | number> = { ...headers };
  if (status === 204) return all;
  all['content-length'] ??= length;
  all['content-type'] ??= 'application/json';
  all['x-amzn-requestid'] ??= randomUUID();
  return all;
}

/** The reply as HTTP/1.1 has it, each character a byte if it is text. */
export function wireReply(reply: ApiReply): string | Buffer {
  const bytes = bytesOf(reply);
  const headers = headersOf(reply, bytes.length);
  let head = `HTTP/1.1 ${reply.status} ${STATUS_CODES[reply.status] ?? ''}\r\ndate: ${httpDate()}\r\n`;
  for (const name in headers) head += `${name}: ${headers[name]}\r\n`;
  // A short one as one text: to join bytes takes longer.
  return bytes.length < shortBytes ? `${head}\r\n${bytes.toString('latin1')}` : Buffer.concat([Buffer.from(`${head}\r\n`, 'latin1'), bytes]);
}

let dated = { second: 0, text: '' };

function httpDate(): string {
  const second = Math.floor(Date.now() / 1000);
  if (second !== dated.second) dated = { second, text: new Date(second * 1000).toUTCString() };
  return dated.text;
}
