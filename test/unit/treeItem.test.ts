import assert from 'node:assert/strict';
import { agoIn } from '../../src/core/tree/ago';
import { handlerModule } from '../../src/core/handlerModule';
import { Pace } from '../../src/core/tree/pace';
import { sourceRow } from '../../src/ui/sources/nodes';
import { toNode } from '../../src/ui/functions/nodes';

describe('times in rows', () => {
  const now = Date.UTC(2026, 5, 15, 12);
  const cases: readonly (readonly [number, string])[] = [
    [0, 'now'],
    [59, 'now'],
    [60, '1 min. ago'],
    [3 * 60 + 59, '3 min. ago'],
    [3600, '1 hr. ago'],
    [26 * 3600, 'yesterday'],
    [10 * 24 * 3600, '10 days ago'],
    [70 * 24 * 3600, '2 mo. ago'],
    [800 * 24 * 3600, '2 yr. ago'],
    // A clock that is ahead of this machine's.
    [-500, 'now'],
  ];
  for (const [seconds, text] of cases) {
    it(`says "${text}" ${seconds} s later`, () => assert.equal(agoIn('en')(new Date(now - seconds * 1000), now), text));
  }
});

describe('pace of drawing', () => {
  it('draws at first rows, at every doubling, and after a wait that grows', () => {
    const pace = new Pace();
    const due = (count: number, now: number): boolean => pace.due(count, now);
    assert.deepEqual([due(0, 0), due(50, 0), due(60, 1), due(100, 2), due(100, 10_000), due(150, 400), due(150, 502)], [false, true, false, true, false, false, true]);
    pace.drawn(8000, 1000);
    assert.deepEqual([due(8050, 4000), due(8100, 5100)], [false, true]);
  });
});

describe('arguments of commands', () => {
  it('are rows only when they look like one', () => {
    const row = { kind: 'provider', id: 'provider/x', provider: 'x', label: 'X', remote: false };
    assert.equal(toNode(row), row);
    for (const other of [undefined, null, 'x', {}, { kind: 'provider' }, { kind: 'nonsense', id: 'a' }, { kind: 'scope', id: 3 }]) {
      assert.equal(toNode(other), undefined);
    }
  });

  it('split a handler into module and member', () => {
    assert.deepEqual(handlerModule('src/index.handler'), { module: 'src/index', member: 'handler' });
    assert.deepEqual(handlerModule('a.b.run'), { module: 'a.b', member: 'run' });
    assert.deepEqual(handlerModule('bootstrap'), { module: '', member: 'bootstrap' });
    assert.deepEqual(handlerModule(''), { module: '', member: '' });
  });
});

describe('rows of a source folder', () => {
  const targets = { local: { provider: 'local' }, prod: { provider: 'cloud', scope: 'a', protected: true } };
  const refs = [
    { provider: 'local', scope: 'local', name: 'hello' },
    { provider: 'cloud', scope: 'a', name: 'hello' },
  ];

  it('carries a function when there is only one it could mean', () => {
    const one = sourceRow({ path: '/w/hello', manifest: { name: 'hello', targets: { local: targets.local } } }, refs.slice(0, 1), []);
    assert.deepEqual(one.ref, refs[0]);
    const two = sourceRow({ path: '/w/hello', manifest: { name: 'hello', targets } }, refs, []);
    assert.equal(two.ref, undefined);
    assert.deepEqual(two.children.map((child) => child.kind === 'target' && [child.key, child.ref]), [['local', refs[0]], ['prod', refs[1]]]);
  });

  it('has ids of its own for everything', () => {
    const row = sourceRow({ path: '/w/hello', manifest: { name: 'hello', targets } }, refs, ['/w/hello/events/local.json', '/w/hello/events/b.json']);
    const ids = [row.id, ...row.children.map(({ id }) => id)];
    assert.equal(new Set(ids).size, 5);
  });
});
