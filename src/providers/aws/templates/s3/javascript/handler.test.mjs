// Run with: node --test
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { handler } from './index.mjs';

const event = JSON.parse(await readFile(new URL('events/s3.json', import.meta.url), 'utf8'));

test('handles each object by its real key', async () => {
  assert.deepEqual(await handler(event), { handled: ['uploads/my photo(1).jpg'] });
});

test('fails loudly, so that the event is tried again', async () => {
  await assert.rejects(handler({ Records: [{}] }), TypeError);
});
