// Run with: npm install, then node --test (Node.js 22.18 or newer reads TypeScript by itself)
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { after, before, test } from 'node:test';
import { getTestServer } from '@google-cloud/functions-framework/testing';
import './index.ts';

interface Event {
  readonly method: string;
  readonly path: string;
  readonly body: object;
}

const event = JSON.parse(await readFile(new URL('events/http-function.json', import.meta.url), 'utf8')) as Event;
const server = getTestServer('handler');

before(() => once(server.listen(0, '127.0.0.1'), 'listening'));
after(() => void server.close());

function send(method: string, path: string, body?: object): Promise<Response> {
  const { port } = server.address() as AddressInfo;
  const headers = { 'content-type': 'application/json', connection: 'close' };
  return fetch(`http://127.0.0.1:${port}${path}`, { method, headers, ...(body && { body: JSON.stringify(body) }) });
}

test('GET greets whom the query names', async () => {
  assert.deepEqual(await (await send('GET', '/hello?name=Grace')).json(), { message: 'Hello, Grace!' });
  assert.deepEqual(await (await send('GET', '/')).json(), { message: 'Hello, World!' });
});

test('POST greets whom the body names', async () => {
  assert.deepEqual(await (await send(event.method, event.path, event.body)).json(), { message: 'Hello, Ada!' });
});

test('refuses what it cannot answer', async () => {
  assert.equal((await send('POST', '/', [])).status, 400);
  assert.equal((await send('DELETE', '/')).status, 405);
});
