import assert from 'node:assert/strict';
import { stat } from 'node:fs';
import { setImmediate } from 'node:timers/promises';
import { Clock } from '../../../src/runtime/engine/clock';

describe('the local runtime: the clock of a call', () => {
  it('counts what came in time while the process was busy', async () => {
    await setImmediate();
    const work = new Promise<string>((resolve) => stat(__filename, () => resolve('done')));
    const ended = new Clock().within(work, 1);
    // Nothing else goes on until the answer is there and the time is up.
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 50);
    assert.equal(await ended, 'done');
  });

  it('ends what takes longer, and stands still while it is held', async () => {
    const clock = new Clock();
    let end = (): void => undefined;
    const work = new Promise<string>((resolve) => (end = () => resolve('done')));
    clock.hold('one', true);
    const held = clock.within(work, 1);
    await new Promise((done) => setTimeout(done, 5));
    end();
    assert.equal(await held, 'done');
    clock.hold('one', false);
    assert.equal(await clock.within(new Promise<string>((done) => setTimeout(() => done('late'), 1000).unref()), 1), undefined);
  });
});
