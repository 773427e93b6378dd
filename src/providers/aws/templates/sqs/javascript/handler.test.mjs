// Run with: node --test
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { handler } from './index.mjs';

const event = JSON.parse(await readFile(new URL('events/sqs.json', import.meta.url), 'utf8'));

test('handles every message', async () => {
  assert.deepEqual(await handler(event), { batchItemFailures: [] });
});

test('asks for only the failed message again', async () => {
  const [good, bad] = event.Records;
  const answer = await handler({ Records: [good, { ...bad, body: 'not JSON' }] });
  assert.deepEqual(answer, { batchItemFailures: [{ itemIdentifier: bad.messageId }] });
});
