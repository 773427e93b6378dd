// Run with: node --test
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { handler } from './index.mjs';

const event = JSON.parse(await readFile(new URL('events/plain.json', import.meta.url), 'utf8'));

test('greets by name', async () => {
  assert.deepEqual(await handler(event), { message: 'Hello, Ada!' });
});

test('greets the world without a name', async () => {
  assert.deepEqual(await handler({}), { message: 'Hello, World!' });
});
