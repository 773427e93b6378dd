import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { sharesOf, sharesText, shareWith, toShares } from '../../src/core/versionShares';

describe('shares of versions', () => {
  it('are those that get calls', () => {
    assert.deepEqual(sharesOf([{ version: 'c', share: 0 }, { version: 'b', share: 90 }, { version: 'a', share: 10 }, { version: 'old' }]), { b: 90, a: 10 });
  });

  it('leave the others what is over, in their proportions', () => {
    assert.deepEqual(shareWith({ a: 100 }, 'b', 10), { b: 10, a: 90 });
    assert.deepEqual(shareWith({ a: 60, b: 40 }, 'b', 50), { b: 50, a: 50 });
    assert.deepEqual(shareWith({ a: 60, b: 30, c: 10 }, 'd', 50), { d: 50, a: 30, b: 15, c: 5 });
  });

  it('always add up to 100, with nobody at nothing', () => {
    const given = fc.dictionary(fc.constantFrom('a', 'b', 'c', 'd', 'e'), fc.integer({ min: 1, max: 100 }), { minKeys: 1 });
    fc.assert(
      fc.property(given, fc.integer({ min: 1, max: 99 }), (shares, percent) => {
        const made = shareWith(shares, 'new', percent);
        assert.equal(made['new'], percent);
        assert.equal(Object.values(made).reduce((sum, share) => sum + share, 0), 100);
        assert.deepEqual(toShares(made), made);
      }),
    );
  });

  it('are taken from an argument only when they are whole', () => {
    for (const bad of [undefined, null, 'a', [100], { a: 50 }, { a: 50, b: 51 }, { a: 100, b: 0 }, { a: '100' }, { a: 99.5, b: 0.5 }, {}]) assert.equal(toShares(bad), undefined);
  });

  it('are told largest first', () => assert.equal(sharesText({ a: 10, b: 90 }), 'b 90 %, a 10 %'));
});
