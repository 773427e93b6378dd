// Run with: npm install, then node --test (Node.js 22.18 or newer reads TypeScript by itself)
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import type { CloudEvent, CloudEventFunction } from '@google-cloud/functions-framework';
import { getFunction } from '@google-cloud/functions-framework/testing';
import './index.ts';

const event = JSON.parse(await readFile(new URL('events/eventarc.json', import.meta.url), 'utf8')) as CloudEvent<object>;
const handler = getFunction('handler') as CloudEventFunction;

test('tells who did what', async (t) => {
  const info = t.mock.method(console, 'info', () => undefined);
  await handler(event);
  const expected = 'ada@example.com: storage.buckets.create of projects/_/buckets/uploads';
  assert.deepEqual(info.mock.calls.map((call) => call.arguments), [[event.id, event.type], [expected]]);
});

test('only names other events', async (t) => {
  const info = t.mock.method(console, 'info', () => undefined);
  await handler({ specversion: '1.0', id: '1', source: '/test', type: 'com.example.hello' } as CloudEvent<unknown>);
  assert.deepEqual(info.mock.calls.map((call) => call.arguments), [['1', 'com.example.hello']]);
});
