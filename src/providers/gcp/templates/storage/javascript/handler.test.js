// Run with: npm install, then node --test
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { getFunction } from '@google-cloud/functions-framework/testing';
import './index.js';

const event = JSON.parse(await readFile(new URL('events/storage.json', import.meta.url), 'utf8'));
const handler = getFunction('handler');

test('handles an upload', async (t) => {
  const info = t.mock.method(console, 'info', () => {});
  await handler(event);
  assert.deepEqual(info.mock.calls.map((call) => call.arguments), [['gs://uploads/photos/ada.jpg: 1024 bytes']]);
});

test('fails on an event without an object', async () => {
  await assert.rejects(handler({ ...event, data: undefined }), TypeError);
});
