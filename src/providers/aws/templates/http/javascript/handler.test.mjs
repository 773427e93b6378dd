// Run with: node --test
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { handler } from './index.mjs';

const event = JSON.parse(await readFile(new URL('events/http.json', import.meta.url), 'utf8'));

function request(method, body, isBase64Encoded = false) {
  const http = { ...event.requestContext.http, method };
  return { ...event, body, isBase64Encoded, requestContext: { ...event.requestContext, http } };
}

test('GET greets whom the query names', async () => {
  const answer = await handler(event);
  assert.equal(answer.statusCode, 200);
  assert.deepEqual(JSON.parse(answer.body), { message: 'Hello, Ada!' });
});

test('POST greets whom the body names', async () => {
  const body = JSON.stringify({ name: 'Grace' });
  const packed = Buffer.from(body).toString('base64');
  for (const answer of [await handler(request('POST', body)), await handler(request('POST', packed, true))]) {
    assert.deepEqual(JSON.parse(answer.body), { message: 'Hello, Grace!' });
  }
});

test('refuses what it cannot answer', async () => {
  for (const body of ['{', '[]', 'null']) assert.equal((await handler(request('POST', body))).statusCode, 400);
  assert.equal((await handler(request('DELETE'))).statusCode, 405);
});
