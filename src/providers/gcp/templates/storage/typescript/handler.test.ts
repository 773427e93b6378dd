// Run with: npm install, then node --test (Node.js 22.18 or newer reads TypeScript by itself)
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import type { CloudEvent, CloudEventFunction } from '@google-cloud/functions-framework';
import { getFunction } from '@google-cloud/functions-framework/testing';
import './index.ts';

const event = JSON.parse(await readFile(new URL('events/storage.json', import.meta.url), 'utf8')) as CloudEvent<object>;
const handler = getFunction('handler') as CloudEventFunction;

test('handles an upload', async (t) => {
  const info = t.mock.method(console, 'info', () => undefined);
  await handler(event);
  assert.deepEqual(info.mock.calls.map((call) => call.arguments), [['gs://uploads/photos/ada.jpg: 1024 bytes']]);
});

test('fails on an event without an object', async () => {
  await assert.rejects(handler({ ...event, data: undefined } as CloudEvent<unknown>), TypeError);
});
