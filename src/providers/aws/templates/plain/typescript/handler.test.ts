// Run with: node --test (Node.js 22.18 or newer reads TypeScript by itself)
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { type Greeting, handler } from './index.ts';

const event = JSON.parse(await readFile(new URL('events/plain.json', import.meta.url), 'utf8')) as Greeting;

test('greets by name', async () => {
  assert.deepEqual(await handler(event), { message: 'Hello, Ada!' });
});

test('greets the world without a name', async () => {
  assert.deepEqual(await handler({}), { message: 'Hello, World!' });
});
