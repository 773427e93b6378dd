import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { Severity } from '../../src/core/provider';
import { severityOf } from '../../src/core/log/severity';
import { assertLinear } from './growth';

const id = '79b4f56e-95b1-4643-9700-2807f4e68189';

const cases: readonly (readonly [string, Severity | undefined])[] = [
  [`[ERROR]\t2026-01-02T03:04:05.678Z\t${id}\tboom`, 'error'],
  [`[WARNING]\t2026-01-02T03:04:05.678Z\t${id}\tcareful`, 'warning'],
  [`[INFO]\t2026-01-02T03:04:05.678Z\t${id}\tfine`, 'info'],
  [`[DEBUG]\t2026-01-02T03:04:05.678Z\t${id}\tdetail`, 'debug'],
  ['[CRITICAL] down', 'error'],
  [`2026-01-02T03:04:05.678Z\t${id}\tERROR\tInvoke Error \t{"errorType":"Error"}`, 'error'],
  [`2026-01-02T03:04:05.678Z\t${id}\tWARN\tcareful`, 'warning'],
  [`2026-01-02T03:04:05.678Z\t${id}\tINFO\tno error at all`, 'info'],
  ['2026-01-02T03:04:05.678Z\tundefined\tERROR\tUncaught Exception', 'error'],
  ['ERROR:root:boom', 'error'],
  ['WARNING - careful', 'warning'],
  ['2026-01-02 03:04:05,678 INFO started', 'info'],
  ['{"timestamp":"2026-01-02T03:04:05Z","level":"ERROR","message":"boom"}', 'error'],
  ['{"level":"warn","msg":"careful"}', 'warning'],
  ['{"level":30,"msg":"pino"}', 'info'],
  ['{"level":50,"msg":"pino"}', 'error'],
  ['{"severity":"NOTICE","message":"x"}', 'info'],
  ['{"log.level": "debug"}', 'debug'],
  ['time=2026-01-02T03:04:05Z level=error msg="boom"', 'error'],
  ['level="info" msg=hello', 'info'],
  ['Traceback (most recent call last):\n  File "/var/task/a.py", line 1, in f', 'error'],
  ["TypeError: x is not a function\n    at handler (/var/task/index.js:3:9)", 'error'],
  [`2026-01-02T03:04:05.678Z ${id} Task timed out after 3.00 seconds`, 'error'],
  [`RequestId: ${id} Error: Runtime exited with error: signal: killed`, 'error'],
  [`REPORT RequestId: ${id}\tDuration: 3000.00 ms\tBilled Duration: 3000 ms\tStatus: timeout`, 'error'],
  [`REPORT RequestId: ${id}\tDuration: 3.00 ms\tBilled Duration: 3 ms`, undefined],
  [`START RequestId: ${id} Version: $LATEST`, undefined],
  [`END RequestId: ${id}`, undefined],
  ['INIT_START Runtime Version: python:3.13.v1', undefined],
  ['there was no error in this sentence', undefined],
  ['Information for you', undefined],
  ['Errors: 0', undefined],
  ['{"message":"level"}', undefined],
  ['', undefined],
];

describe('severityOf', () => {
  for (const [message, expected] of cases) {
    it(`reads ${String(expected)} in ${JSON.stringify(message.slice(0, 60))}`, () => assert.equal(severityOf(message), expected));
  }

  it('takes any text, and little time for a long one', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 500 }), (text) => void severityOf(text)));
    for (const part of ['2026-01-02 ', '{"level":', 'a', '[', ' level=', '{"type":"platform.report"']) assertLinear((size) => severityOf(part.repeat(size)), 25_000, part);
  });
});
