import assert from 'node:assert/strict';
import { costText, estimateCost } from '../../src/core/cost';

const price = { perGbSecond: 0.0000166667, perRequest: 0.0000002 };

describe('estimateCost', () => {
  const table = [
    { billedMs: 0, memoryMb: 128, usd: 0.0000002 },
    { billedMs: 1000, memoryMb: 1024, usd: 0.0000168667 },
    { billedMs: 100, memoryMb: 512, usd: 0.000001033335 },
    { billedMs: 900_000, memoryMb: 10_240, usd: 0.1500005 },
  ];
  for (const { billedMs, memoryMb, usd } of table) {
    it(`prices ${billedMs} ms with ${memoryMb} MB`, () => {
      assert.ok(Math.abs(estimateCost(price, billedMs, memoryMb) - usd) < usd / 1e6);
    });
  }
  it('is nothing where nothing is charged', () => assert.equal(estimateCost({ perGbSecond: 0, perRequest: 0 }, 5000, 128), 0));
});

describe('costText', () => {
  const table: readonly [number, string][] = [
    [0, '$0'],
    [-1, '$0'],
    [Number.NaN, '$0'],
    [0.0000002, '$0.0000002'],
    [0.000001033335, '$0.000001'],
    [0.0102, '$0.01'],
    [0.2083, '$0.21'],
    [1.2, '$1.20'],
    [99.999, '$100.00'],
    [340.4, '$340'],
  ];
  for (const [usd, text] of table) it(`writes ${usd} as ${text}`, () => assert.equal(costText(usd), text));
});
