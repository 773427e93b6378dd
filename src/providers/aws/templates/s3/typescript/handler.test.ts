// Run with: node --test (Node.js 22.18 or newer reads TypeScript by itself)
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import type { S3Event } from 'aws-lambda';
import { handler } from './index.ts';

const event = JSON.parse(await readFile(new URL('events/s3.json', import.meta.url), 'utf8')) as S3Event;

test('handles each object by its real key', async () => {
  assert.deepEqual(await handler(event), { handled: ['uploads/my photo(1).jpg'] });
});

test('fails loudly, so that the event is tried again', async () => {
  await assert.rejects(handler({ Records: [{}] } as S3Event), TypeError);
});
