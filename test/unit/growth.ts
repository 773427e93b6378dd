import assert from 'node:assert/strict';

const tries = 5;

/**
 * Asserts that `run` takes time in proportion to the size it is given: four times the size takes about four times as
 * long, where looking at everything for each part takes sixteen times. Compared with itself, since how long anything
 * takes depends on the machine; and by the best of some tries, since the machine serves others too.
 */
export function assertLinear(run: (size: number) => unknown, size: number, what = ''): void {
  let least = Infinity;
  for (let left = tries; left > 0 && least > 8; left -= 1) least = Math.min(least, elapsed(run, size * 4) / elapsed(run, size));
  assert.ok(least <= 8, `${what} took ${least.toFixed(1)} times as long for four times the size`);
}

/** Milliseconds; a quarter of one at least, so that what takes no time to speak of is not compared. */
function elapsed(run: (size: number) => unknown, size: number): number {
  const began = performance.now();
  run(size);
  return Math.max(performance.now() - began, 0.25);
}
