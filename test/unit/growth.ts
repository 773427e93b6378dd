import assert from 'node:assert/strict';

const tries = 12;
const most = 9;

/**
 * Asserts that `run` takes time in proportion to the size it is given: four times the size takes about four times as
 * long, where looking at everything for each part takes sixteen times. Compared with itself, since how long anything
 * takes depends on the machine; in time of the processor, since the machine serves others too; and the least of some tries.
 */
export function assertLinear(run: (size: number) => unknown, size: number, what = ''): void {
  let [one, four] = [Infinity, Infinity];
  for (let left = tries; left > 0 && !(four / one <= most); left--) {
    one = Math.min(one, elapsed(run, size));
    four = Math.min(four, elapsed(run, size * 4));
  }
  assert.ok(four / one <= most, `${what} took ${(four / one).toFixed(1)} times as long for four times the size`);
}

/** Milliseconds of the processor; a quarter of one at least, so that what takes no time to speak of is not compared. */
function elapsed(run: (size: number) => unknown, size: number): number {
  const began = process.cpuUsage();
  run(size);
  const { user, system } = process.cpuUsage(began);
  return Math.max((user + system) / 1000, 0.25);
}
