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

  it('tells the time without that in which it stood still', async () => {
    const clock = new Clock();
    const [real, own] = [performance.now(), clock.now];
    for (const who of ['one', 'other']) clock.hold(who, true);
    const held = clock.now;
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 20);
    assert.equal(clock.now, held);
    clock.hold('one', false);
    assert.equal(clock.now, held, 'somebody holds it still');
    clock.hold('other', false);
    const ownMs = clock.now - own;
    assert.ok(ownMs >= 0 && ownMs <= performance.now() - real - 19, `${ownMs} ms`);
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
