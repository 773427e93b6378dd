// Run with: npm install, then node --test (Node.js 22.18 or newer reads TypeScript by itself)
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import type { CloudEvent, CloudEventFunction } from '@google-cloud/functions-framework';
import { getFunction } from '@google-cloud/functions-framework/testing';
import './index.ts';

const event = JSON.parse(await readFile(new URL('events/pubsub.json', import.meta.url), 'utf8')) as CloudEvent<object>;
const handler = getFunction('handler') as CloudEventFunction;

test('handles a message', async (t) => {
  const info = t.mock.method(console, 'info', () => undefined);
  await handler(event);
  assert.deepEqual(info.mock.calls.map((call) => call.arguments), [['Order 1: tea']]);
});

test('fails on a bad message', async () => {
  const data = { message: { data: Buffer.from('not JSON').toString('base64') } };
  await assert.rejects(handler({ ...event, data } as CloudEvent<unknown>), SyntaxError);
});
