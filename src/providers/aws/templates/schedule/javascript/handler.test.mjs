// Run with: node --test
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { handler } from './index.mjs';

const event = JSON.parse(await readFile(new URL('events/schedule.json', import.meta.url), 'utf8'));

test('works on the day before', async () => {
  assert.deepEqual(await handler(event), { day: '2025-12-31' });
});

test('does the same work again', async () => {
  assert.deepEqual(await handler(event), await handler(event));
});
