import assert from 'node:assert/strict';
import { ProviderError } from '../../src/core/errors';
import type { DeployOptions, FunctionProvider, FunctionRef } from '../../src/core/provider';
import { refKey, supports } from '../../src/core/provider';
import { FunctionService, type ServiceChange } from '../../src/core/service';
import { MemoryProvider } from '../fakes/memory';
import { zip } from '../fakes/zip';

const ref: FunctionRef = { provider: 'memory', scope: 'here', name: 'hello' };
const options: DeployOptions = { signal: new AbortController().signal, report: () => undefined };
const request = { ref, settings: { runtime: 'javascript' }, package: zip({ 'index.js': 'one' }) };
const event = { payload: Buffer.from('{"a":1}') };

describe('the function service', () => {
  let service: FunctionService;
  let provider: MemoryProvider;
  let changes: ServiceChange[];

  beforeEach(() => {
    service = new FunctionService();
    provider = new MemoryProvider();
    changes = [];
    service.onDidChange((change) => changes.push(change));
  });

  it('knows the providers that are registered, in that order, until they are disposed of', () => {
    const first = service.register(provider);
    const second = service.register(named('second'));
    assert.deepEqual(service.providers.map(({ id }) => id), ['memory', 'second']);
    first.dispose();
    first.dispose();
    assert.deepEqual(service.providers.map(({ id }) => id), ['second']);
    second.dispose();
    assert.deepEqual(kinds(), ['providers', 'providers', 'providers', 'providers']);
  });

  it('refuses a second provider of the same id, and an old registration takes nothing from a new one', () => {
    const old = service.register(provider);
    assert.throws(() => service.register(named('memory')), problem('conflict'));
    old.dispose();
    service.register(named('memory'));
    old.dispose();
    assert.equal(service.providers.length, 1);
  });

  it('says of an unknown provider, and of one that cannot, what to do', () => {
    assert.throws(() => service.provider('other'), problem('notFound', /"other"; install the extension/));
    service.register(named('poor'));
    assert.throws(() => service.able('poor', 'invoke'), problem('unsupported', /poor cannot do this \("invoke"\)/));
  });

  it('passes scopes, lists, tails and descriptions on', async () => {
    service.register(provider);
    const [scope] = await service.scopes('memory', options);
    assert.ok(scope);
    assert.equal(await service.describe(ref, options), undefined);
    await service.deploy(request, options);
    for await (const page of service.list('memory', scope, options)) assert.deepEqual(page.functions.map((row) => row.ref), [ref]);
    assert.equal((await service.describe(ref, options))?.runtime, 'javascript');
    for await (const batch of service.tail(ref, new Date(), { ...options, until: new Date() })) assert.deepEqual(batch, []);
  });

  it('cannot describe what its provider cannot', async () => {
    service.register(named('poor'));
    assert.equal(await service.describe({ ...ref, provider: 'poor' }, options), undefined);
  });

  it('tells of deploys, invocations and removals, with the result', async () => {
    service.register(provider);
    await service.deploy(request, options);
    const result = await service.invoke(ref, event, options);
    await service.remove(ref, options);
    assert.deepEqual(kinds(), ['providers', 'deployed', 'invoked', 'removed']);
    assert.deepEqual(changes[2], { kind: 'invoked', ref, request: event, result });
  });

  it('tells of a deploy that failed too, because some of it may have been done', async () => {
    service.register({ ...named('bad'), deploy: async () => Promise.reject(new ProviderError('network', 'Lost.')) });
    await assert.rejects(service.deploy({ ...request, ref: { ...ref, provider: 'bad' } }, options), problem('network'));
    assert.deepEqual(kinds(), ['providers', 'deployed']);
  });

  it('lets one deploy of a function run at a time, and another function beside it', async () => {
    const ends: (() => void)[] = [];
    const slow: FunctionProvider = { ...named('slow'), deploy: async ({ ref: of }) => new Promise((resolve) => ends.push(() => resolve({ ref: of }))) };
    service.register(slow);
    const at = (name: string) => ({ ...request, ref: { ...ref, provider: 'slow', name } });
    const running = [service.deploy(at('a'), options), service.deploy(at('b'), options)];
    await assert.rejects(service.deploy(at('a'), options), problem('conflict', /a is being deployed already/));
    ends.forEach((end) => end());
    await Promise.all(running);
    const again = service.deploy(at('a'), options);
    ends.at(-1)?.();
    assert.equal((await again).ref.name, 'a');
  });

  it('sends an invocation once, also when it fails', async () => {
    let sent = 0;
    const invoke = async (): Promise<never> => {
      sent += 1;
      throw new ProviderError('network', 'It may have run.');
    };
    service.register({ ...named('once'), invoke });
    await assert.rejects(service.invoke({ ...ref, provider: 'once' }, event, options), problem('network'));
    assert.equal(sent, 1);
    assert.deepEqual(kinds(), ['providers']);
  });

  const kinds = (): string[] => changes.map(({ kind }) => kind);
});

describe('refs and capabilities', () => {
  it('two functions never share a key', () => {
    const keys = [ref, { ...ref, scope: 'here/x' }, { ...ref, scope: 'here', name: 'x/hello' }, { ...ref, qualifier: '1' }, { ...ref, name: 'hello/1' }].map(refKey);
    assert.equal(new Set(keys).size, keys.length);
    assert.equal(refKey({ ...ref }), refKey(JSON.parse(JSON.stringify(ref)) as FunctionRef));
  });

  it('a capability is a member that is there', () => {
    assert.equal(supports(new MemoryProvider(), 'invoke'), true);
    assert.equal(supports(new MemoryProvider(), 'places'), false);
    assert.equal(supports(named('poor'), 'tail'), false);
  });
});

function named(id: string): FunctionProvider {
  return { id, label: id, templates: [], scopes: async () => [], list: async function* () {} };
}

function problem(kind: string, words = /./): (error: unknown) => boolean {
  return (error) => error instanceof ProviderError && error.kind === kind && words.test(error.message);
}
