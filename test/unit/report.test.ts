import assert from 'node:assert/strict';
import { parseReport } from '../../src/core/report';

const id = '8f507cfc-xmpl-4697-b07a-ac58fc914c95';

const lines: readonly { readonly name: string; readonly line: string; readonly expected: object | undefined }[] = [
  {
    name: 'a cold call',
    line: `REPORT RequestId: ${id}\tDuration: 3.01 ms\tBilled Duration: 114 ms\tMemory Size: 128 MB\tMax Memory Used: 36 MB\tInit Duration: 110.10 ms\t\n`,
    expected: { requestId: id, durationMs: 3.01, billedMs: 114, memoryMb: 128, maxMemoryMb: 36, initMs: 110.1, status: undefined },
  },
  {
    name: 'a warm call with a trace id',
    line: `REPORT RequestId: ${id}\tDuration: 1 ms\tBilled Duration: 2 ms\tMemory Size: 10240 MB\tMax Memory Used: 36 MB\t\nXRAY TraceId: 1-5e34a614\tSegmentId: 07f1\tSampled: true\t`,
    expected: { requestId: id, durationMs: 1, billedMs: 2, memoryMb: 10240, maxMemoryMb: 36, initMs: undefined, status: undefined },
  },
  {
    name: 'a call that ran out of time',
    line: `REPORT RequestId: ${id}\tDuration: 1000.00 ms\tBilled Duration: 1000 ms\tMemory Size: 128 MB\tMax Memory Used: 31 MB\tStatus: timeout`,
    expected: { requestId: id, durationMs: 1000, billedMs: 1000, memoryMb: 128, maxMemoryMb: 31, initMs: undefined, status: 'timeout' },
  },
  {
    name: 'a line that says little',
    line: `REPORT RequestId: ${id}\tDuration: 5.5 ms`,
    expected: { requestId: id, durationMs: 5.5, billedMs: undefined, memoryMb: undefined, maxMemoryMb: undefined, initMs: undefined, status: undefined },
  },
  {
    name: 'JSON',
    line: JSON.stringify({
      time: '2026-01-01T00:00:00.000Z',
      type: 'platform.report',
      record: { requestId: id, status: 'success', metrics: { durationMs: 2.5, billedDurationMs: 3, memorySizeMB: 128, maxMemoryUsedMB: 40, initDurationMs: 90 } },
    }),
    expected: { requestId: id, durationMs: 2.5, billedMs: 3, memoryMb: 128, maxMemoryMb: 40, initMs: 90, status: 'success' },
  },
  { name: 'JSON of another kind', line: '{"type":"platform.start","record":{},"note":"platform.report"}', expected: undefined },
  { name: 'cut JSON', line: '{"type":"platform.report","record":{', expected: undefined },
  { name: 'JSON with a wrong shape', line: '{"type":"platform.report","record":{"requestId":1,"metrics":[]}}', expected: undefined },
  { name: 'no duration', line: `REPORT RequestId: ${id}\tDuration: soon`, expected: undefined },
  { name: 'a line of the function itself', line: 'my REPORT RequestId: 1\tDuration: 1 ms', expected: undefined },
  { name: 'another platform line', line: `END RequestId: ${id}`, expected: undefined },
  { name: 'nothing', line: '', expected: undefined },
  { name: 'a line far too long', line: `REPORT RequestId: ${'x'.repeat(1_000_000)}\tDuration: 1 ms`, expected: undefined },
];

describe('parseReport', () => {
  for (const { name, line, expected } of lines) {
    it(`reads ${name}`, () => assert.deepEqual(parseReport(line), expected));
  }
});
