// Run with: npm install, then node --test
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { getFunction } from '@google-cloud/functions-framework/testing';
import './index.js';

const event = JSON.parse(await readFile(new URL('events/pubsub.json', import.meta.url), 'utf8'));
const handler = getFunction('handler');

test('handles a message', async (t) => {
  const info = t.mock.method(console, 'info', () => {});
  await handler(event);
  assert.deepEqual(info.mock.calls.map((call) => call.arguments), [['Order 1: tea']]);
});

test('fails on a bad message', async () => {
  const message = { ...event.data.message, data: Buffer.from('not JSON').toString('base64') };
  await assert.rejects(handler({ ...event, data: { ...event.data, message } }), SyntaxError);
});
