import { randomUUID } from 'node:crypto';
import { STATUS_CODES } from 'node:http';
import type { ApiReply } from '../api/call';

const shortBytes = 65_536;

/** A reply whose bytes are there, as they go out. */
export interface ReadyReply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | number>>;
  readonly bytes: Buffer;
}

export function readyReply({ status, headers, body }: ApiReply): ReadyReply {
  const bytes = bytesOf(body);
  if (status === 204) return { status, headers: { ...headers }, bytes };
  return { status, headers: { 'content-length': bytes.length, 'content-type': 'application/json', ...(headers?.['x-amzn-requestid'] ? undefined : { 'x-amzn-requestid': randomUUID() }), ...headers }, bytes };
}

/** The reply as HTTP/1.1 has it, each character a byte if it is text. */
export function wireReply(reply: ApiReply): string | Buffer {
  const { status, headers, bytes } = readyReply(reply);
  let head = `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}\r\ndate: ${httpDate()}\r\nconnection: keep-alive\r\n`;
  for (const name in headers) head += `${name}: ${headers[name]}\r\n`;
  // A short one as one text: to join bytes takes longer.
  return bytes.length < shortBytes ? `${head}\r\n${bytes.toString('latin1')}` : Buffer.concat([Buffer.from(`${head}\r\n`, 'latin1'), bytes]);
}

function bytesOf(body: unknown): Buffer {
  if (body === undefined) return Buffer.alloc(0);
  return body instanceof Uint8Array ? Buffer.from(body.buffer, body.byteOffset, body.length) : Buffer.from(JSON.stringify(body));
}

let dated = { second: 0, text: '' };

function httpDate(): string {
  const second = Math.floor(Date.now() / 1000);
  if (second !== dated.second) dated = { second, text: new Date(second * 1000).toUTCString() };
  return dated.text;
}
