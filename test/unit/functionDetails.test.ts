import assert from 'node:assert/strict';
import type { FunctionConfig } from '../../src/core/provider';
import { detailNodes } from '../../src/core/tree/functionDetails';
import type { FunctionNode } from '../../src/core/tree/functionNodes';

const ref = { provider: 'memory', scope: 'p/here', name: 'hello' };
const parent = { kind: 'function', id: 'function/hello', ref, fn: { ref }, pinned: false, presence: 'listed' } as unknown as FunctionNode;
const rows = (fn: Partial<FunctionConfig>, source?: string): unknown[] => detailNodes(parent, { ref, ...fn }, source).map(({ name, value }) => [name, value]);

describe('the details of a function', () => {
  it('tell only what is known', () => assert.deepEqual(rows({}), []));

  it('are in a fixed order', () => {
    const fn: Partial<FunctionConfig> = {
      state: 'active', place: 'here', calledBy: 'Topic orders', trigger: { kind: 'pubsub', topic: 'orders' }, access: 'private', runtime: 'nodejs22.x',
      memoryMb: 256, timeoutSeconds: 60, cpu: 0.5, concurrency: 80, minInstances: 0, maxInstances: 100, hint: 'Deploy it again', url: 'https://hello.test',
    };
    assert.deepEqual(rows(fn, 'hello'), [
      ['state', 'active'], ['hint', 'Deploy it again'], ['place', 'here'], ['trigger', 'Topic orders'], ['access', 'private'], ['runtime', 'nodejs22.x'],
      ['memory', 256], ['timeout', 60], ['cpu', 0.5], ['concurrency', 80], ['instances', '0–100'], ['url', 'https://hello.test'], ['source', 'hello'],
    ]);
  });

  it('tell where a live function runs from, and what runs it', () => {
    const all = detailNodes(parent, { ref, liveFrom: '/w/hello', runtime: 'python3.13', runsOn: 'Python 3.11.7' });
    assert.deepEqual(all.map(({ name, value, reason }) => [name, value, reason]), [['liveFrom', '/w/hello', undefined], ['runtime', 'python3.13', 'Python 3.11.7']]);
  });

  it('put a trigger in words where its provider has none', () => {
    assert.deepEqual(rows({ trigger: { kind: 'storage', bucket: 'b', event: 'deleted' } }), [['trigger', 'storage (bucket: b, event: deleted)']]);
    assert.deepEqual(rows({ trigger: { kind: 'http' } }), [['trigger', 'http']]);
  });

  it('leave open what is not known of the instances', () => {
    assert.deepEqual([{ minInstances: 2 }, { maxInstances: 3 }, { minInstances: 1, maxInstances: 1 }].map((fn) => rows(fn)[0]), [['instances', '2–'], ['instances', '0–3'], ['instances', '1']]);
  });

  it('name variables without their values, and secrets with what they refer to', () => {
    const all = detailNodes(parent, { ref, environment: { B: 'hidden', A: 'hidden' }, secrets: { KEY: 'api-key:3' } });
    assert.deepEqual(all.map(({ name, value }) => [name, value]), [['environment', 2], ['secrets', 1]]);
    assert.deepEqual(all.flatMap(({ children = [] }) => children.map(({ name, value, reason }) => [name, value, reason])), [['variable', 'A', undefined], ['variable', 'B', undefined], ['secret', 'KEY', 'api-key:3']]);
    assert.doesNotMatch(JSON.stringify(all.map(({ children }) => children?.map(({ value }) => value))), /hidden/);
  });

  it('have ids of their own', () => {
    const all = detailNodes(parent, { ref, environment: { 'a/b': '', 'a%2Fb': '' }, secrets: { 'a/b': 'x' } });
    const ids = all.flatMap((row) => [row.id, ...(row.children ?? []).map(({ id }) => id)]);
    assert.equal(new Set(ids).size, 5);
  });
});
