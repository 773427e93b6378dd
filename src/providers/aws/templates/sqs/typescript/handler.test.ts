// Run with: node --test (Node.js 22.18 or newer reads TypeScript by itself)
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import type { SQSEvent, SQSRecord } from 'aws-lambda';
import { handler } from './index.ts';

const event = JSON.parse(await readFile(new URL('events/sqs.json', import.meta.url), 'utf8')) as SQSEvent;

test('handles every message', async () => {
  assert.deepEqual(await handler(event), { batchItemFailures: [] });
});

test('asks for only the failed message again', async () => {
  const [good, bad] = event.Records as [SQSRecord, SQSRecord];
  const answer = await handler({ Records: [good, { ...bad, body: 'not JSON' }] });
  assert.deepEqual(answer, { batchItemFailures: [{ itemIdentifier: bad.messageId }] });
});
