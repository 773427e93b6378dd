import assert from 'node:assert/strict';
import type { CallOptions, CloudFunction, DeployOptions, DeploymentPackage, FunctionProvider, FunctionRef, FunctionSettings, InvokeResult, ListPage, LogEvent, Scope } from '../../src/core/provider';
import { supports } from '../../src/core/provider';
import { failure, rejection } from '../fakes/failure';

/** A provider in a world of its own, with what the suite cannot know of it. */
export interface World {
  readonly provider: FunctionProvider;
  /** The scope that functions are put into, when it is a smaller one than the first that is listed. */
  readonly place?: string;
  /** What is deployed: a function that answers the event it got, after it has done what the event says (see `Event`). */
  readonly settings: FunctionSettings;
  /** The same function, its code differing by the text given. */
  readonly code: (text: string) => DeploymentPackage;
  /** Whether code is really run; some emulators only answer. */
  readonly runs: boolean;
  /** Whether the provider notices that somebody else changed a function; some emulators do not. */
  readonly guards: boolean;
  /** Pages of functions asked for so far, where that can be counted. */
  readonly pages?: () => number;
  /** Makes lines appear in the function's log; without it the function prints them. */
  readonly write?: (ref: FunctionRef, lines: readonly string[]) => Promise<void>;
  readonly dispose: () => Promise<void> | void;
}

/** What the deployed function understands. */
export interface Event {
  readonly print?: readonly string[];
  readonly fail?: string;
  readonly sleepMs?: number;
}

/** Every provider passes this. */
export function describeProvider(name: string, setup: (context: Mocha.Context) => Promise<World>): void {
  describe(`the provider contract: ${name}`, () => {
    let world: World | undefined;
    let scope: Scope;

    before(async function () {
      world = await setup(this);
      [scope] = (await world.provider.scopes(calm())) as [Scope];
    });
    after(async () => world?.dispose());

    const it_ = (title: string, test: (world: World) => Promise<void>): void => {
      it(title, async () => {
        assert.ok(world);
        await test(world);
      });
    };
    const refTo = (function_: string): FunctionRef => ({ provider: world?.provider.id ?? '', scope: world?.place ?? scope.id, name: function_ });
    const deploy = async ({ provider, settings, code }: World, function_: string, text = 'one', more: FunctionSettings = {}): Promise<CloudFunction> => {
      assert.ok(supports(provider, 'deploy'));
      return provider.deploy({ ref: refTo(function_), settings: { ...settings, ...more }, package: code(text) }, calm());
    };
    const invoke = async ({ provider }: World, ref: FunctionRef, event: Event, options: CallOptions = calm()): Promise<InvokeResult> => {
      assert.ok(supports(provider, 'invoke'));
      return provider.invoke(ref, { payload: Buffer.from(JSON.stringify(event)), timeoutSeconds: 10 }, options);
    };

    it_('scopes are plain data with distinct ids', async ({ provider }) => {
      const scopes = await provider.scopes(calm());
      assert.ok(scopes.length > 0);
      assert.equal(new Set(scopes.map(({ id }) => id)).size, scopes.length);
      for (const { id, label } of scopes) assert.ok(id !== '' && label !== '');
      assert.deepEqual(JSON.parse(JSON.stringify(scopes)), scopes.map(withoutUndefined));
    });

    it_('what can be configured is told as texts that fit', async ({ provider }) => {
      for (const { kind, picked, values, pattern, example } of (await provider.configure?.settings(calm())) ?? []) {
        assert.ok(pattern.test(example));
        for (const value of [...picked, ...values.map((one) => one.value)]) assert.match(value, pattern);
        assert.ok(kind === 'many' || picked.length <= 1);
      }
    });

    it_('a new function is created, and serves when the deploy is done', async (world) => {
      const made = await deploy(world, 'made');
      assert.deepEqual(made.ref, refTo('made'));
      assert.equal(made.codeHash, world.code('one').hash);
      assert.equal(made.state ?? 'active', 'active');
      const found = await find(world.provider, scope, 'made');
      assert.equal(found?.codeHash, made.codeHash);
      assert.ok(found?.updatedAt instanceof Date);
    });

    it_('new code and new settings are taken over, the rest stays', async (world) => {
      await deploy(world, 'changed', 'one', { description: 'stays', environment: { LEVEL: '1' } });
      const changed = await deploy(world, 'changed', 'two', { memoryMb: 256 });
      assert.equal(changed.codeHash, world.code('two').hash);
      const read = await world.provider.config?.read(refTo('changed'), calm());
      assert.equal(read?.memoryMb, 256);
      assert.equal(read.description, 'stays');
      assert.deepEqual(read.environment, { LEVEL: '1' });
    });

    it_('the same package and settings change nothing', async (world) => {
      await deploy(world, 'same');
      const before = await world.provider.config?.read(refTo('same'), { ...calm(), forCode: true });
      const again = await deploy(world, 'same');
      const after = await world.provider.config?.read(refTo('same'), calm());
      assert.equal(again.codeHash, before?.codeHash);
      assert.equal(after?.revision, before?.revision);
      assert.deepEqual(after?.updatedAt, before?.updatedAt);
    });

    it_('settings are written, unless somebody else was faster', async (world) => {
      const { config } = world.provider;
      assert.ok(config);
      await deploy(world, 'settings');
      const read = await config.read(refTo('settings'), calm());
      const written = await config.write(refTo('settings'), { memoryMb: 512, environment: { LEVEL: '2' } }, read?.revision, calm());
      assert.equal(written.memoryMb, 512);
      assert.deepEqual(written.environment, { LEVEL: '2' });
      if (!world.guards) return;
      assert.notEqual(written.revision, read?.revision);
      const late = await failure(config.write(refTo('settings'), { memoryMb: 1024 }, read?.revision, calm()));
      assert.equal(late.kind, 'conflict');
      assert.equal((await config.read(refTo('settings'), calm()))?.memoryMb, 512);
    });

    it_('the deployed package can be had back', async (world) => {
      if (!world.provider.code || !world.runs) return;
      await deploy(world, 'back');
      const bytes = await world.provider.code.download(refTo('back'), calm());
      assert.deepEqual(Buffer.from(bytes), Buffer.from(world.code('one').bytes));
    });

    it_('an invocation answers what the function answers', async (world) => {
      await deploy(world, 'answers');
      const result = await withLater(await invoke(world, refTo('answers'), { print: ['ä\t✓'] }));
      assert.ok(result.ok);
      assert.deepEqual(JSON.parse(Buffer.from(result.payload).toString('utf8')), { print: ['ä\t✓'] });
      if (result.billedMs !== undefined) assert.ok((result.costUsd ?? 0) > 0);
      if (world.runs) assert.equal(result.log?.filter((line) => line.includes('ä\t✓')).length, 1);
    });

    it_('a dry run runs nothing', async (world) => {
      if (!world.provider.invokeModes?.includes('dryRun')) return;
      await deploy(world, 'dry');
      const result = await world.provider.invoke?.(refTo('dry'), { payload: Buffer.from('{}'), mode: 'dryRun' }, calm());
      assert.ok(result?.ok);
      assert.equal(result.payload.length, 0);
    });

    it_('a function that fails is a result', async (world) => {
      if (!world.runs) return;
      await deploy(world, 'fails');
      const result = await withLater(await invoke(world, refTo('fails'), { fail: 'on purpose' }));
      assert.ok(!result.ok);
      assert.match(result.error.message, /\bon purpose$/);
      assert.ok(result.error.stack.length > 0);
      assert.ok(result.error.payload.length > 0);
    });

    it_('the tail gives every line once, also those from before', async (world) => {
      await deploy(world, 'talks');
      const since = new Date(Date.now() - 60_000);
      const write = world.write ?? (async (ref, lines) => void (await invoke(world, ref, { print: lines })));
      await write(refTo('talks'), ['line 0', 'line 1']);
      const stop = new AbortController();
      const seen: string[] = [];
      const wanted = Array.from({ length: 22 }, (_, index) => `line ${index}`);
      const following = follow(world.provider, refTo('talks'), since, stop, (event) => {
        const line = /line \d+/.exec(event.message)?.[0];
        if (line) seen.push(line);
        if (seen.length >= wanted.length) setTimeout(() => stop.abort(), 700);
      });
      for (let index = 2; index < 22; index += 5) await write(refTo('talks'), wanted.slice(index, index + 5));
      assert.equal((await rejection(following)).name, 'AbortError');
      assert.deepEqual(seen, wanted);
    });

    it_('a tail with an end ends, also of a function that never logged', async (world) => {
      assert.ok(supports(world.provider, 'tail'));
      await deploy(world, 'silent');
      for await (const batch of world.provider.tail(refTo('silent'), new Date(Date.now() - 1_000), { ...calm(), until: new Date() })) {
        assert.deepEqual(batch.filter(({ mark }) => mark === undefined), []);
      }
    });

    it_('refs survive JSON', async (world) => {
      await deploy(world, 'json');
      const listed = await find(world.provider, scope, 'json');
      assert.ok(listed);
      const ref = JSON.parse(JSON.stringify(listed.ref)) as FunctionRef;
      assert.deepEqual(ref, refTo('json'));
      assert.ok((await invoke(world, ref, {})).ok);
    });

    it_('a removed function is gone', async (world) => {
      assert.ok(supports(world.provider, 'remove'));
      await deploy(world, 'gone');
      await world.provider.remove(refTo('gone'), calm());
      assert.equal(await world.provider.config?.read(refTo('gone'), calm()), undefined);
      assert.equal(await find(world.provider, scope, 'gone'), undefined);
    });

    it_('an unknown function is not found, in one sentence that names it', async ({ provider, runs }) => {
      const ref = refTo('nobody');
      const calls = [
        async () => (runs ? provider.invoke?.(ref, { payload: Buffer.from('{}') }, calm()) : provider.remove?.(ref, calm())),
        async () => provider.remove?.(ref, calm()),
        async () => provider.code?.download(ref, calm()),
        async () => provider.config?.write(ref, { memoryMb: 256 }, undefined, calm()),
      ];
      for (const call of calls) {
        const error = await failure(call());
        assert.equal(error.kind, 'notFound');
        assert.match(error.message, /nobody/);
      }
      assert.equal(await provider.config?.read(ref, calm()), undefined);
    });

    it_('whoever gave up before gets AbortError from every member', async (world) => {
      const { provider } = world;
      const options = { signal: AbortSignal.abort(), report: () => undefined };
      const ref = refTo('made');
      const payload = Buffer.from('{}');
      const calls: readonly (Promise<unknown> | undefined)[] = [
        provider.scopes(options),
        drain(provider.list(scope, options)),
        provider.deploy?.({ ref, settings: world.settings, package: world.code('one') }, options),
        provider.remove?.(ref, options),
        provider.invoke?.(ref, { payload }, options),
        provider.tail && drain(provider.tail(ref, new Date(), options)),
        provider.code?.download(ref, options),
        provider.config?.read(ref, options),
        provider.config?.write(ref, {}, undefined, options),
        provider.places?.list(scope.id, options),
        provider.versions && drain(provider.versions.list(ref, options)),
        provider.versions?.route?.(ref, {}, options),
        provider.nextQuestion?.(ref, {})?.more?.(options),
      ];
      const errors = await Promise.all(calls.filter((call) => call !== undefined).map(rejection));
      for (const { name } of errors) assert.equal(name, 'AbortError');
    });

    it_('giving up on a function that runs ends the call before the function has ended', async (world) => {
      if (!world.runs) return;
      await deploy(world, 'slow');
      const options = { signal: AbortSignal.timeout(300) };
      const began = Date.now();
      assert.equal((await rejection(invoke(world, refTo('slow'), { sleepMs: 5_000 }, options))).name, 'AbortError');
      assert.ok(Date.now() - began < 4_500);
    });

    it_('the list comes in pages, each asked for when it is wanted', async (world) => {
      const names = Array.from({ length: 55 }, (_, index) => `many-${index}`);
      for (let index = 0; index < names.length; index += 11) await Promise.all(names.slice(index, index + 11).map((function_) => deploy(world, function_)));
      const before = world.pages?.() ?? 0;
      const pages = world.provider.list(scope, calm())[Symbol.asyncIterator]();
      const first = (await pages.next()) as IteratorResult<ListPage, undefined>;
      if (world.pages) assert.equal(world.pages() - before, 1);
      const found = [...(first.value?.functions ?? [])];
      for (let page = await pages.next(); !page.done; page = await pages.next()) found.push(...page.value.functions);
      const seen = found.map(({ ref }) => ref.name);
      assert.equal(new Set(seen).size, seen.length);
      for (const wanted of names) assert.ok(seen.includes(wanted), wanted);
    });

    it_('leaving a list early asks for nothing more', async (world) => {
      const before = world.pages?.() ?? 0;
      for await (const page of world.provider.list(scope, calm())) {
        assert.ok(page.functions.length > 0);
        break;
      }
      if (world.pages) assert.equal(world.pages() - before, 1);
    });
  });
}

/** A result with what becomes known of it later. */
async function withLater(result: InvokeResult): Promise<InvokeResult> {
  const { error, ...facts } = (await result.later?.(calm())) ?? {};
  return result.ok ? { ...result, ...facts } : { ...result, ...facts, error: { ...result.error, ...error } };
}

function calm(): DeployOptions {
  return { signal: new AbortController().signal, report: () => undefined };
}

async function drain(stream: AsyncIterable<unknown>): Promise<void> {
  for await (const batch of stream) assert.ok(batch);
}

async function find(provider: FunctionProvider, scope: Scope, name: string): Promise<CloudFunction | undefined> {
  for await (const page of provider.list(scope, calm())) {
    const found = page.functions.find(({ ref }) => ref.name === name);
    if (found) return found;
  }
  return undefined;
}

async function follow(provider: FunctionProvider, ref: FunctionRef, since: Date, stop: AbortController, take: (event: LogEvent) => void): Promise<void> {
  assert.ok(supports(provider, 'tail'));
  for await (const batch of provider.tail(ref, since, { signal: stop.signal })) batch.filter(({ mark }) => mark === undefined).forEach(take);
}

function withoutUndefined<T>(value: T): unknown {
  return JSON.parse(JSON.stringify(value));
}
