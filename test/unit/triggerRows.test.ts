import assert from 'node:assert/strict';
import { ProviderError } from '../../src/core/errors';
import type { FunctionProvider, FunctionRef, ListPage, Trigger, TriggerSetting } from '../../src/core/provider';
import { FunctionService, type ServiceChange } from '../../src/core/service';
import { FunctionTree } from '../../src/core/tree/functionTree';
import type { TreeNode } from '../../src/core/tree/functionNodes';

const ref: FunctionRef = { provider: 'one', scope: 'here', name: 'hello' };
const options = { signal: new AbortController().signal };

/** A provider that keeps the triggers of its one function. */
class Triggered implements FunctionProvider {
  readonly id = 'one';
  readonly label = 'ONE';
  readonly templates = [];
  kept: Trigger[] = [];
  failure: Error | undefined;
  readonly triggers = {
    kinds: [],
    list: async (): Promise<readonly Trigger[]> => {
      if (this.failure) throw this.failure;
      return [...this.kept];
    },
    add: async (_ref: FunctionRef, setting: TriggerSetting): Promise<Trigger> => {
      const trigger = { id: `${this.kept.length}`, kind: setting.kind, label: setting.kind, enabled: false, setting };
      this.kept.push(trigger);
      return trigger;
    },
    remove: async (_ref: FunctionRef, id: string): Promise<void> => {
      this.kept = this.kept.filter((trigger) => trigger.id !== id);
    },
    enable: async (_ref: FunctionRef, id: string, enabled: boolean): Promise<Trigger> => {
      if (this.failure) throw this.failure;
      this.kept = this.kept.map((trigger) => (trigger.id === id ? { ...trigger, enabled } : trigger));
      return this.kept.find((trigger) => trigger.id === id) as Trigger;
    },
  };

  scopes = async () => [{ id: 'here', label: 'Here' }];

  async *list(): AsyncGenerator<ListPage> {
    yield { functions: [{ ref }] };
  }
}

function world(provider: FunctionProvider) {
  const service = new FunctionService();
  service.register(provider);
  const arrangement = { filter: '', order: 'name' as const, pins: [] };
  const tree = new FunctionTree(service, { isHidden: () => false, arrangement: () => arrangement, autoLoad: () => 100, sourceOf: () => undefined, now: () => 0 });
  const drawn: string[] = [];
  tree.onDidChange((nodes) => drawn.push(...(nodes ?? []).map(({ kind }) => kind)));
  return { service, tree, drawn };
}

async function functionRow(tree: FunctionTree): Promise<TreeNode> {
  const [provider] = tree.roots();
  const [scope] = await tree.children(provider);
  const [row] = await tree.children(scope);
  assert.equal(row?.kind, 'function');
  return row;
}

async function group(tree: FunctionTree): Promise<TreeNode & { kind: 'triggers' }> {
  const found = (await tree.children(await functionRow(tree))).find((node) => node.kind === 'triggers');
  assert.ok(found?.kind === 'triggers', 'no row for triggers');
  return found;
}

async function lines(tree: FunctionTree): Promise<string[]> {
  const text = (node: TreeNode): string => {
    if (node.kind === 'trigger') return `${node.trigger.enabled ? 'on' : 'off'} ${node.trigger.label}`;
    return node.kind === 'action' ? `[${node.action}]` : node.kind === 'error' ? `error ${(node.error as Error).message}` : node.kind;
  };
  return (await tree.children(await group(tree))).map(text);
}

describe('rows of triggers', () => {
  it('stand below their function, with how many there are and a row to add one', async () => {
    const provider = new Triggered();
    provider.kept = [
      { id: 'a', kind: 'http', label: 'http://127.0.0.1:1', enabled: true },
      { id: 'b', kind: 'schedule', label: 'every minute', enabled: false },
    ];
    const { tree } = world(provider);
    const { count, on } = await group(tree);
    assert.deepEqual([on, count], [1, 2]);
    assert.deepEqual(await lines(tree), ['on http://127.0.0.1:1', 'off every minute', '[addTrigger]']);
  });

  it('are not there where a provider tells of none', async () => {
    const { tree } = world({ ...new Triggered(), list: () => new Triggered().list(), triggers: undefined });
    assert.deepEqual(await tree.children(await functionRow(tree)), []);
  });

  it('follow what is added, turned on and removed, and keep their row', async () => {
    const provider = new Triggered();
    const { tree, service, drawn } = world(provider);
    const told: ServiceChange['kind'][] = [];
    service.onDidChange(({ kind }) => told.push(kind));
    const before = await group(tree);
    const { id } = await service.changeTriggers(ref, (triggers) => triggers.add(ref, { kind: 'queue' }, options));
    await service.changeTriggers(ref, (triggers) => triggers.enable(ref, id, true, options));
    await tree.updateTriggers(ref);
    assert.deepEqual([before.on, before.count, drawn], [1, 1, ['triggers']]);
    const row = await tree.locateTrigger(ref, id);
    assert.equal(row?.kind === 'trigger' && row.trigger.enabled, true);
    await service.changeTriggers(ref, (triggers) => triggers.remove(ref, id, options));
    await tree.updateTriggers(ref);
    assert.deepEqual(await lines(tree), ['[addTrigger]']);
    assert.deepEqual(told, ['triggers', 'triggers', 'triggers']);
  });

  it('tell why they could not be read, and stay as they were', async () => {
    const provider = new Triggered();
    provider.kept = [{ id: 'a', kind: 'file', label: '/in', enabled: false }];
    const { tree } = world(provider);
    await lines(tree);
    provider.failure = new ProviderError('network', 'The runtime has ended; try again.');
    await tree.updateTriggers(ref);
    assert.deepEqual(await lines(tree), ['error The runtime has ended; try again.', 'off /in', '[addTrigger]']);
  });

  it('are told of a change that failed too, because it may have been made', async () => {
    const provider = new Triggered();
    provider.failure = new Error('lost');
    const { service } = world(provider);
    const told: ServiceChange['kind'][] = [];
    service.onDidChange(({ kind }) => told.push(kind));
    await assert.rejects(service.changeTriggers(ref, (triggers) => triggers.enable(ref, 'a', true, options)), /lost/);
    assert.deepEqual(told, ['triggers']);
  });

  it('cannot be changed where the provider only lists them', async () => {
    const provider = new Triggered();
    const { service, tree } = world({ ...provider, list: () => provider.list(), triggers: { list: provider.triggers.list } });
    assert.deepEqual(await lines(tree), []);
    await assert.rejects(service.changeTriggers(ref, () => Promise.resolve()), { name: 'ProviderError', kind: 'unsupported' });
  });
});
