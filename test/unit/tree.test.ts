import assert from 'node:assert/strict';
import { ProviderError } from '../../src/core/errors';
import type { TreeNode } from '../../src/core/tree/functionNodes';
import type { Order } from '../../src/core/tree/functionOrder';
import { FunctionTree } from '../../src/core/tree/functionTree';
import type { CallOptions, CloudFunction, FunctionConfig, FunctionProvider, FunctionRef, ListPage, Scope } from '../../src/core/provider';
import { FunctionService } from '../../src/core/service';

const here: Scope = { id: 'here', label: 'Here' };

/** A provider whose pages come when the test says so; it records what it was asked. */
class PagedProvider implements FunctionProvider {
  readonly label: string;
  readonly templates = [];
  readonly asked: string[] = [];
  scopeList: readonly Scope[] = [here];
  scopesError: Error | undefined;
  /** What `list` answers, page by page; an `Error` in it is thrown there. */
  pages: readonly (readonly CloudFunction[] | ListPage | Error)[] = [];
  /** Called before each page; the test may hold the page back. */
  gate: (page: number, signal: AbortSignal) => Promise<void> = () => Promise.resolve();
  freed = 0;
  readonly config;
  readonly configure;

  constructor(
    readonly id: string,
    readonly details?: ReadonlyMap<string, FunctionConfig>,
  ) {
    this.label = id.toUpperCase();
    const read = async (ref: FunctionRef): Promise<FunctionConfig | undefined> => {
      this.asked.push(`describe ${ref.name}`);
      return details?.get(ref.name);
    };
    this.configure = id === 'cloud' ? { settings: () => Promise.resolve([]) } : undefined;
    this.config = details && { read, write: () => Promise.reject(new Error('not here')) };
  }

  async scopes(): Promise<readonly Scope[]> {
    this.asked.push('scopes');
    if (this.scopesError !== undefined) throw this.scopesError;
    return this.scopeList;
  }

  async *list(scope: Scope, { signal }: CallOptions): AsyncGenerator<ListPage> {
    this.asked.push(`list ${scope.id}`);
    try {
      for (const [i, page] of this.pages.entries()) {
        await this.gate(i, signal);
        if (page instanceof Error) throw page;
        yield 'functions' in page ? page : { functions: page };
      }
    } finally {
      this.freed += 1;
    }
  }

  ref(name: string): FunctionRef {
    return { provider: this.id, scope: 'here', name };
  }

  fn(name: string, more: Partial<CloudFunction> = {}): CloudFunction {
    return { ref: this.ref(name), ...more };
  }

  page(from: number, count: number): readonly CloudFunction[] {
    return Array.from({ length: count }, (_, i) => this.fn(`f${String(from + i).padStart(5, '0')}`));
  }
}

interface World {
  readonly tree: FunctionTree;
  readonly service: FunctionService;
  readonly changes: (readonly string[] | 'all')[];
  hidden: string[];
  filter: string;
  order: Order;
  pins: FunctionRef[];
  autoLoad: number;
  now: number;
}

function world(...providers: readonly FunctionProvider[]): World {
  const service = new FunctionService();
  for (const provider of providers) service.register(provider);
  const changes: World['changes'] = [];
  const state = { hidden: [] as string[], filter: '', order: 'name' as Order, pins: [] as FunctionRef[], autoLoad: 10_000, now: 0 };
  const tree: FunctionTree = new FunctionTree(service, {
    isHidden: (id) => made.hidden.includes(id),
    arrangement: () => ({ filter: made.filter, order: made.order, pins: made.pins }),
    autoLoad: () => made.autoLoad,
    sourceOf: (ref) => (ref.name === 'mine' ? '/home/ada/mine' : undefined),
    now: () => made.now,
  });
  tree.onDidChange((nodes) => changes.push(nodes ? nodes.map(({ id }) => id) : 'all'));
  const made: World = Object.assign(state, { tree, service, changes });
  return made;
}

/** A row as a line of text, so that a tree compares as plain data. */
function line(node: TreeNode): string {
  switch (node.kind) {
    case 'provider':
      return node.label;
    case 'scope':
      return node.scope.label;
    case 'function':
      return `${node.pinned ? '*' : ''}${node.ref.name}${node.presence === 'listed' ? '' : ` (${node.presence})`}`;
    case 'detail':
      return `${node.name}=${String(node.value)}`;
    case 'error':
      return `error: ${(node.error as Error).message}`;
    case 'cure':
      return `cure: ${node.text}`;
    case 'action':
      return `[${node.action}]`;
    case 'trigger':
      return `${node.trigger.enabled ? 'on' : 'off'}: ${node.trigger.label}`;
    case 'triggers':
      return `triggers ${node.on}/${node.count}`;
    default:
      return `${node.kind} ${node.count}`;
  }
}

async function lines({ tree }: World, node?: TreeNode): Promise<string[]> {
  return (await tree.children(node)).map(line);
}

async function open(w: World, ...path: readonly string[]): Promise<TreeNode> {
  let node: TreeNode | undefined;
  for (const step of path) {
    node = (await w.tree.children(node)).find((child) => line(child) === step);
    assert.ok(node, `no row "${step}"`);
  }
  assert.ok(node);
  return node;
}

const settled = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 5));

/** Something that a test lets happen later. */
function latch(): { readonly opened: Promise<void>; readonly open: () => void } {
  let openLatch = (): void => undefined;
  const opened = new Promise<void>((resolve) => (openLatch = resolve));
  return { opened, open: () => openLatch() };
}

describe('functions tree', () => {
  it('asks nobody before a provider is opened, and a hidden one never', async () => {
    const [one, two] = [new PagedProvider('one'), new PagedProvider('two')];
    const w = world(one, two);
    w.hidden = ['two'];
    assert.deepEqual(await lines(w), ['ONE']);
    assert.deepEqual([one.asked, two.asked], [[], []]);
    await open(w, 'ONE', 'Here');
    await w.tree.refresh();
    assert.deepEqual([one.asked, two.asked], [['scopes', 'scopes'], []]);
  });

  it('shows provider, scope, function and details', async () => {
    const config: FunctionConfig = {
      ref: { provider: 'one', scope: 'here', name: 'mine' },
      runtime: 'python3.13',
      handler: 'app.run',
      memoryMb: 128,
      timeoutSeconds: 3,
      state: 'failed',
      stateReason: 'no room',
      role: 'r',
      environment: { TOKEN: 'secret', A: 'b' },
    };
    const one = new PagedProvider('one', new Map([['mine', config]]));
    one.pages = [[one.fn('mine', { codeBytes: 300 })]];
    const w = world(one);
    const row = await open(w, 'ONE', 'Here', 'mine');
    assert.deepEqual(await lines(w, row), [
      'state=failed',
      'runtime=python3.13',
      'handler=app.run',
      'memory=128',
      'timeout=3',
      'code=300',
      'role=r',
      'source=/home/ada/mine',
      'environment=2',
    ]);
    const environment = await open(w, 'ONE', 'Here', 'mine', 'environment=2');
    assert.deepEqual(await lines(w, environment), ['variable=A', 'variable=TOKEN']);
    assert.doesNotMatch(JSON.stringify(environment, (key, value: unknown) => (key === 'parent' ? undefined : value)), /secret/);
    assert.deepEqual(one.asked, ['scopes', 'list here', 'describe mine']);
  });

  it('gives every row an id of its own that a refresh does not change', async () => {
    const one = new PagedProvider('one');
    one.pages = [[one.fn('a/b'), one.fn('a'), one.fn('a', { ref: { ...one.ref('a'), qualifier: 'live' } })]];
    const w = world(one);
    const ids = async (): Promise<string[]> => (await w.tree.children(await open(w, 'ONE', 'Here'))).map(({ id }) => id);
    const before = await ids();
    assert.equal(new Set(before).size, 3);
    await w.tree.refresh();
    await settled();
    assert.deepEqual(await ids(), before);
  });

  it('keeps the same row objects, so that one row can be drawn again', async () => {
    const one = new PagedProvider('one');
    one.pages = [[one.fn('a')]];
    const w = world(one);
    const before = await open(w, 'ONE', 'Here', 'a');
    one.pages = [[one.fn('a', { memoryMb: 512 })]];
    await w.tree.refresh();
    await settled();
    const after = await open(w, 'ONE', 'Here', 'a');
    assert.equal(after, before);
    assert.equal(after.kind === 'function' && after.fn.memoryMb, 512);
    w.changes.length = 0;
    w.tree.touch(one.ref('a'));
    assert.deepEqual(w.changes, [[before.id]]);
  });

  it('shows the first page at once and the rest as it comes', async () => {
    const one = new PagedProvider('one');
    one.pages = [one.page(0, 2), one.page(2, 2)];
    const second = latch();
    one.gate = (page) => (page === 1 ? second.opened : Promise.resolve());
    const w = world(one);
    const scope = await open(w, 'ONE', 'Here');
    assert.deepEqual(await lines(w, scope), ['f00000', 'f00001', 'loading 2']);
    second.open();
    await settled();
    assert.deepEqual(w.changes.at(-1), [scope.id]);
    assert.deepEqual(await lines(w, scope), ['f00000', 'f00001', 'f00002', 'f00003']);
    assert.deepEqual(one.asked, ['scopes', 'list here']);
  });

  it('draws 10,000 functions in 200 pages a few times only, and counts every page in between', async () => {
    const one = new PagedProvider('one');
    one.pages = Array.from({ length: 200 }, (_, i) => one.page(i * 50, 50));
    one.gate = () => new Promise((resolve) => setImmediate(resolve));
    const w = world(one);
    const scope = await open(w, 'ONE', 'Here');
    assert.deepEqual((await w.tree.children(scope)).length, 51);
    while ((w.changes.at(-1)?.length ?? 0) === 0 || (await w.tree.children(scope)).length !== 10_000) await settled();
    const draws = w.changes.filter((ids) => ids[0] === scope.id).length;
    const counts = w.changes.filter((ids) => ids[0] === `${scope.id}#loading`).length;
    assert.ok(draws <= 10, `drew ${draws} times`);
    assert.ok(counts >= 190, `counted ${counts} times`);
    assert.equal(new Set((await w.tree.children(scope)).map(({ id }) => id)).size, 10_000);
  });

  it('makes 10,000 rows, the pinned one first', async () => {
    const one = new PagedProvider('one');
    one.pages = [one.page(0, 10_000)];
    const w = world(one);
    w.pins = [one.ref('f07000')];
    const scope = await open(w, 'ONE', 'Here');
    await w.tree.children(scope);
    await settled();
    const rows = await w.tree.children(scope);
    assert.equal(rows.length, 10_000);
    assert.equal(rows[0] && line(rows[0]), '*f07000');
  });

  it('stops at the cap and goes on when asked, offering more only where there is more', async () => {
    const one = new PagedProvider('one');
    one.pages = [one.page(0, 2), one.page(2, 2), one.page(4, 2)];
    const w = world(one);
    w.autoLoad = 4;
    const scope = await open(w, 'ONE', 'Here');
    await w.tree.children(scope);
    await settled();
    assert.deepEqual((await lines(w, scope)).slice(-2), ['f00003', 'more 4']);
    w.tree.more(await open(w, 'ONE', 'Here', 'more 4'));
    await settled();
    assert.deepEqual((await lines(w, scope)).slice(-2), ['f00004', 'f00005']);
    w.autoLoad = 6;
    await w.tree.refresh(scope);
    await settled();
    assert.equal((await lines(w, scope)).length, 6);
  });

  it('keeps the rows that came when a later page fails, and says why', async () => {
    const cloud = new PagedProvider('cloud');
    cloud.pages = [cloud.page(0, 1), new ProviderError('auth', 'The session is over; sign in again.')];
    const w = world(cloud);
    const scope = await open(w, 'CLOUD', 'Here');
    await w.tree.children(scope);
    await settled();
    assert.deepEqual(await lines(w, scope), ['error: The session is over; sign in again.', 'f00000']);
    const error = await open(w, 'CLOUD', 'Here', 'error: The session is over; sign in again.');
    assert.deepEqual(await lines(w, error), ['cure: Sign in again.', '[retry]', '[configure]']);
    cloud.pages = [cloud.page(0, 1), cloud.page(1, 1)];
    await w.tree.refresh(await open(w, 'CLOUD', 'Here', 'error: The session is over; sign in again.', '[retry]'));
    await settled();
    assert.deepEqual(await lines(w, scope), ['f00000', 'f00001']);
  });

  it('offers to sign in where the error names the program for it', async () => {
    const one = new PagedProvider('one');
    one.scopesError = new ProviderError('auth', 'Over.', { signIn: ['log', 'in'] });
    const w = world(one);
    assert.deepEqual(await lines(w, await open(w, 'ONE', 'error: Over.')), ['[signIn]', '[retry]']);
  });

  it('offers to configure only where that can help', async () => {
    const one = new PagedProvider('one');
    const cloud = new PagedProvider('cloud');
    one.scopesError = new ProviderError('auth', 'No.');
    cloud.scopesError = new ProviderError('throttled', 'Busy.');
    const w = world(one, cloud);
    assert.deepEqual(await lines(w, await open(w, 'ONE', 'error: No.')), ['[retry]']);
    assert.deepEqual(await lines(w, await open(w, 'CLOUD', 'error: Busy.')), ['[retry]']);
    cloud.scopesError = undefined;
    cloud.scopeList = [];
    await w.tree.refresh(await open(w, 'CLOUD', 'error: Busy.'));
    assert.deepEqual(await lines(w, await open(w, 'CLOUD')), ['empty 0', '[configure]']);
  });

  it('shows an empty scope with what to do about it', async () => {
    const one = new PagedProvider('one');
    const able = Object.assign(new PagedProvider('able'), { deploy: () => Promise.reject(new Error('not here')) });
    const w = world(one, able);
    assert.deepEqual(await lines(w, await open(w, 'ONE', 'Here')), ['empty 0']);
    assert.deepEqual(await lines(w, await open(w, 'ABLE', 'Here')), ['empty 0', '[newFunction]', '[deploy]']);
  });

  it('stops reading when a scope is closed, drops the late page, and starts over when it is opened', async () => {
    const one = new PagedProvider('one');
    one.pages = [one.page(0, 1), one.page(1, 1)];
    const late = latch();
    const signals: AbortSignal[] = [];
    one.gate = (page, signal) => {
      signals.push(signal);
      return page === 1 ? late.opened : Promise.resolve();
    };
    const w = world(one);
    const scope = await open(w, 'ONE', 'Here');
    await w.tree.children(scope);
    w.tree.collapse(scope);
    assert.equal(signals.at(-1)?.aborted, true);
    const before = w.changes.length;
    late.open();
    await settled();
    assert.equal(w.changes.length, before);
    assert.equal(one.freed, 1);
    w.tree.expand(scope);
    await settled();
    assert.deepEqual(await lines(w, scope), ['f00000', 'f00001']);
    assert.equal(one.freed, 2);
  });

  it('frees a list that is paused at its cap when the tree goes away', async () => {
    const one = new PagedProvider('one');
    one.pages = [one.page(0, 2), one.page(2, 2)];
    const w = world(one);
    w.autoLoad = 1;
    await w.tree.children(await open(w, 'ONE', 'Here'));
    await settled();
    w.tree.dispose();
    await settled();
    assert.equal(one.freed, 1);
  });

  it('answers at once when a closed provider never answers, and asks again when it is opened', async () => {
    const one = new PagedProvider('one');
    const asked: AbortSignal[] = [];
    one.scopes = (options?: CallOptions) => {
      if (options) asked.push(options.signal);
      return asked.length === 1 ? new Promise(() => undefined) : Promise.resolve([here]);
    };
    const w = world(one);
    const [provider] = await w.tree.children();
    assert.ok(provider);
    const waiting = w.tree.children(provider);
    w.tree.collapse(provider);
    assert.deepEqual(await waiting, []);
    assert.equal(asked[0]?.aborted, true);
    w.tree.expand(provider);
    assert.deepEqual(w.changes.at(-1), [provider.id]);
    assert.deepEqual(await lines(w, provider), ['Here']);
  });

  it('keeps the old rows while it reads again, then takes out what is gone', async () => {
    const one = new PagedProvider('one');
    one.pages = [[one.fn('a'), one.fn('b')]];
    const w = world(one);
    const scope = await open(w, 'ONE', 'Here');
    await w.tree.children(scope);
    await settled();
    const second = latch();
    one.pages = [[one.fn('c')], [one.fn('b')]];
    one.gate = (page) => (page === 1 ? second.opened : Promise.resolve());
    await w.tree.refresh(scope);
    assert.deepEqual(await lines(w, scope), ['a', 'b', 'c']);
    second.open();
    await settled();
    assert.deepEqual(await lines(w, scope), ['b', 'c']);
  });

  it('reads closed scopes again only when they are opened', async () => {
    const one = new PagedProvider('one');
    one.scopeList = [here, { id: 'there', label: 'There' }];
    const w = world(one);
    const there = await open(w, 'ONE', 'There');
    await w.tree.children(await open(w, 'ONE', 'Here'));
    await w.tree.children(there);
    await settled();
    w.tree.collapse(there);
    one.asked.length = 0;
    await w.tree.refresh();
    assert.deepEqual(one.asked.sort(), ['list here', 'scopes']);
    w.tree.expand(there);
    assert.deepEqual(one.asked.sort(), ['list here', 'list there', 'scopes']);
  });

  it('filters by words in name and runtime, and says when nothing fits', async () => {
    const one = new PagedProvider('one');
    one.pages = [[one.fn('orders-api', { runtime: 'nodejs22.x' }), one.fn('orders-batch', { runtime: 'python3.13' }), one.fn('users')]];
    const w = world(one);
    const scope = await open(w, 'ONE', 'Here');
    await w.tree.children(scope);
    await settled();
    w.filter = 'PYTHON orders';
    w.tree.rearrange();
    assert.deepEqual(w.changes.at(-1), [scope.id]);
    assert.deepEqual(await lines(w, scope), ['orders-batch']);
    w.filter = 'nothing';
    assert.deepEqual(await lines(w, scope), ['unmatched 3']);
    assert.deepEqual(one.asked, ['scopes', 'list here']);
  });

  it('sorts by name as people count, by last change, and by runtime', async () => {
    const one = new PagedProvider('one');
    const day = (n: number): Date => new Date(Date.UTC(2026, 0, n));
    one.pages = [[one.fn('f10', { runtime: 'b', updatedAt: day(2) }), one.fn('f9', { updatedAt: day(1) }), one.fn('F1', { runtime: 'a', updatedAt: day(3) })]];
    const w = world(one);
    const scope = await open(w, 'ONE', 'Here');
    await w.tree.children(scope);
    await settled();
    assert.deepEqual(await lines(w, scope), ['F1', 'f9', 'f10']);
    w.order = 'changed';
    assert.deepEqual(await lines(w, scope), ['F1', 'f10', 'f9']);
    w.order = 'runtime';
    assert.deepEqual(await lines(w, scope), ['F1', 'f10', 'f9']);
  });

  it('shows pinned functions on top before their page comes, and marks the one that is gone', async () => {
    const one = new PagedProvider('one');
    const first = latch();
    one.gate = () => first.opened;
    one.pages = [[one.fn('a'), one.fn('z')]];
    const w = world(one);
    w.pins = [one.ref('z'), one.ref('lost'), { provider: 'one', scope: 'elsewhere', name: 'x' }];
    const scope = await open(w, 'ONE', 'Here');
    assert.deepEqual(await lines(w, scope), ['*lost (expected)', '*z (expected)', 'loading 0']);
    first.open();
    await settled();
    assert.deepEqual(await lines(w, scope), ['*lost (gone)', '*z', 'a']);
  });

  it('takes in a deployed function without reading the list, and lets a removed one go', async () => {
    const details = new Map<string, FunctionConfig>();
    const one = new PagedProvider('one', details);
    one.pages = [[one.fn('a')]];
    const w = world(one);
    const scope = await open(w, 'ONE', 'Here');
    await w.tree.children(scope);
    await settled();
    details.set('new', { ...one.fn('new'), memoryMb: 256 });
    await w.tree.update(one.ref('new'), { signal: new AbortController().signal });
    assert.deepEqual(await lines(w, scope), ['a', 'new']);
    w.tree.drop(one.ref('a'));
    details.delete('new');
    await w.tree.update(one.ref('new'), { signal: new AbortController().signal });
    assert.deepEqual(await lines(w, scope), ['empty 0']);
    assert.deepEqual(one.asked, ['scopes', 'list here', 'describe new', 'describe new']);
  });

  it('finds the row of a function in a tree that nobody opened yet', async () => {
    const one = new PagedProvider('one', new Map([['deep', { ref: { provider: 'one', scope: 'here', name: 'deep' } }]]));
    one.pages = [one.page(0, 3), one.page(3, 3)];
    const w = world(one);
    const row = await w.tree.locate(one.ref('deep'), { signal: new AbortController().signal });
    assert.equal(row && line(row), 'deep');
    assert.equal(row && w.tree.parent(row)?.id, 'scope/one/here');
    assert.equal(await w.tree.locate(one.ref('none'), { signal: new AbortController().signal }), undefined);
    assert.equal(await w.tree.locate({ ...one.ref('deep'), scope: 'else' }, { signal: new AbortController().signal }), undefined);
    w.hidden = ['one'];
    assert.equal(await w.tree.locate(one.ref('deep'), { signal: new AbortController().signal }), undefined);
  });

  it('lets go of a provider that was hidden or went away', async () => {
    const one = new PagedProvider('one');
    one.pages = [one.page(0, 1), one.page(1, 1)];
    let last: AbortSignal | undefined;
    one.gate = (page, signal) => {
      last = signal;
      return page === 1 ? new Promise(() => undefined) : Promise.resolve();
    };
    const w = world(one);
    await w.tree.children(await open(w, 'ONE', 'Here'));
    w.hidden = ['one'];
    w.tree.reset();
    assert.equal(last?.aborted, true);
    assert.deepEqual(w.changes.at(-1), 'all');
    assert.deepEqual(await lines(w), []);
  });
  it('says so when a function that is opened has gone', async () => {
    const one = new PagedProvider('one', new Map());
    one.pages = [[one.fn('a', { runtime: 'r' })]];
    const w = world(one);
    const error = 'error: a is not there any more; refresh its scope.';
    assert.deepEqual(await lines(w, await open(w, 'ONE', 'Here', 'a')), [error, 'runtime=r']);
    await w.tree.refresh(await open(w, 'ONE', 'Here', 'a', error, '[retry]'));
    assert.deepEqual(await lines(w, await open(w, 'ONE', 'Here')), ['empty 0']);
  });

  it('goes on below a provider that was closed and opened again', async () => {
    const one = new PagedProvider('one');
    one.pages = [one.page(0, 1), one.page(1, 1)];
    one.gate = (page, signal) => (page === 0 || one.freed > 0 ? Promise.resolve() : new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error))));
    const w = world(one);
    const provider = await open(w, 'ONE');
    const scope = await open(w, 'ONE', 'Here');
    assert.deepEqual(await lines(w, scope), ['f00000', 'loading 1']);
    w.tree.collapse(provider);
    await settled();
    assert.equal(one.freed, 1);
    w.tree.expand(provider);
    await settled();
    assert.deepEqual(w.changes.at(-1), [scope.id]);
    assert.deepEqual(await lines(w, scope), ['f00000', 'f00001']);
  });

  it('shows the functions of smaller scopes in the one that holds them', async () => {
    const one = new PagedProvider('one', new Map());
    one.scopeList = [{ id: 'whole', label: 'Whole', prefix: 'whole/' }, { id: 'wholesome', label: 'Other' }];
    const at = (scope: string, name: string): CloudFunction => ({ ref: { provider: 'one', scope, name } });
    one.pages = [[at('whole/east', 'a'), at('whole/west', 'a')]];
    const w = world(one);
    const row = await open(w, 'ONE', 'Whole', 'a');
    assert.equal(w.tree.parent(row)?.id, 'scope/one/whole');
    assert.equal(w.tree.find(at('whole/west', 'a').ref)?.ref.scope, 'whole/west');
    w.pins = [at('whole/north', 'b').ref];
    assert.deepEqual(await lines(w, await open(w, 'ONE', 'Whole')), ['*b (gone)', 'a', 'a']);
    w.tree.drop(at('whole/east', 'a').ref);
    assert.deepEqual(await lines(w, await open(w, 'ONE', 'Whole')), ['*b (gone)', 'a']);
  });

  it('keeps what is known of a place that cannot be asked just now, and says so', async () => {
    const one = new PagedProvider('one');
    one.scopeList = [{ id: 'whole', label: 'Whole', prefix: 'whole/' }];
    const at = (place: string): CloudFunction => ({ ref: { provider: 'one', scope: `whole/${place}`, name: place } });
    one.pages = [[at('east'), at('west'), at('south')]];
    const w = world(one);
    const scope = await open(w, 'ONE', 'Whole');
    assert.deepEqual(await lines(w, scope), ['east', 'south', 'west']);
    const problem = new ProviderError('network', 'west did not answer; refresh to ask again.');
    one.pages = [{ functions: [at('east')], problem, unread: ['whole/west'] }];
    await w.tree.refresh(scope);
    await settled();
    assert.deepEqual(await lines(w, scope), ['error: west did not answer; refresh to ask again.', 'east', 'west']);
    w.pins = [at('west').ref, { ...at('west').ref, name: 'never-seen' }];
    assert.deepEqual((await lines(w, scope)).slice(1), ['*never-seen (expected)', '*west', 'east']);
    one.pages = [[at('east')]];
    await w.tree.refresh(scope);
    await settled();
    assert.deepEqual(await lines(w, scope), ['*never-seen (gone)', '*west (gone)', 'east']);
  });
});
