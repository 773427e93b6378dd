import assert from 'node:assert/strict';
import { environmentChanges, numberRules, reverse, toChange, toNumber } from '../../src/core/settingText';

describe('settings that are typed', () => {
  const cases: readonly (readonly [keyof typeof numberRules, string, number | undefined])[] = [
    ['memoryMb', ' 512 ', 512],
    ['memoryMb', '1', undefined],
    ['memoryMb', '512.5', undefined],
    ['memoryMb', '0x200', undefined],
    ['memoryMb', '1e3', undefined],
    ['memoryMb', '', undefined],
    ['cpu', '0.5', 0.5],
    ['cpu', '.5', 0.5],
    ['cpu', '2', 2],
    ['cpu', '-1', undefined],
    ['cpu', '.', undefined],
    ['minInstances', '0', 0],
    ['maxInstances', '0', undefined],
    ['timeoutSeconds', '3601', undefined],
  ];
  for (const [name, text, value] of cases) it(`${name}: ${JSON.stringify(text)} is ${value}`, () => assert.equal(toNumber(text, numberRules[name]), value));
});

describe('changes of settings', () => {
  it('tell the names of variables and nothing of their values', () => {
    const told = environmentChanges({ A: 'secret1', B: 'secret2', D: '' }, { B: 'secret3', C: 'secret4', D: '' });
    assert.deepEqual(told, [{ name: 'A', change: 'removed' }, { name: 'B', change: 'changed' }, { name: 'C', change: 'added' }]);
  });

  it('can be taken back where it is known what was', () => {
    assert.deepEqual(reverse({ memoryMb: 512 }, { memoryMb: 128, timeoutSeconds: 3 }), { memoryMb: 128 });
    assert.deepEqual(reverse({ description: 'new', environment: { A: '1' } }, {}), { description: '', environment: {} });
    assert.equal(reverse({ cpu: 1 }, {}), undefined);
    assert.deepEqual(reverse({ minInstances: 1 }, { minInstances: 0 }), { minInstances: 0 });
  });

  it('are taken from an argument only when they are known and fit', () => {
    for (const good of [{ memoryMb: 128 }, { environment: { A: '1' } }, { description: '' }]) assert.deepEqual(toChange(good), good);
    for (const bad of [undefined, null, {}, 'x', { memoryMb: '128' }, { memoryMb: 1 }, { environment: { A: 1 } }, { environment: null }, { role: 'admin' }, { runtime: 'x' }, { toString: 1 }, { access: 'public' }]) {
      assert.equal(toChange(bad), undefined);
    }
  });
});
