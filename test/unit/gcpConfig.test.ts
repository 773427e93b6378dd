import assert from 'node:assert/strict';
import { ProviderError } from '../../src/core/errors';
import type { FunctionConfig, FunctionSettings, FunctionVersion } from '../../src/core/provider';
import { download } from '../../src/providers/gcp/code';
import { config } from '../../src/providers/gcp/config';
import { deploy } from '../../src/providers/gcp/deploy';
import { alsoChanges, nextQuestion } from '../../src/providers/gcp/questions';
import { versions } from '../../src/providers/gcp/versions';
import { code, type GoogleWorld, http, location, place, refTo, startWorld } from './gcpDeployWorld';

const options = { signal: new AbortController().signal };

const failure = async (work: Promise<unknown>): Promise<ProviderError> => {
  const error: unknown = await work.then(() => undefined, (reason: unknown) => reason);
  assert(error instanceof ProviderError, String(error));
  return error;
};

describe('gcp config, versions and code', () => {
  let world: GoogleWorld;
  before(async () => void (world = await startWorld()));
  after(() => world.dispose());

  const put = async (name: string, text: string, settings: FunctionSettings = http): Promise<void> => {
    await deploy(await world.connect(place, options), { ref: refTo(name), settings, package: code(text) }, { ...options, report: () => undefined });
  };
  const read = (name: string): Promise<FunctionConfig | undefined> => config(world.connect).read(refTo(name), options);
  const write = (name: string, change: FunctionSettings, revision?: string): Promise<FunctionConfig> => config(world.connect).write(refTo(name), change, revision, options);

  describe('config', () => {
    it('reads settings with who may call it, and the code that serves', async () => {
      await put('reads', 'reads', { ...http, environment: { A: '1' }, secrets: { KEY: 'key:3' }, access: 'public' });
      const found = await read('reads');
      assert.equal(found?.access, 'public');
      assert.equal(found?.codeHash, code('reads').hash);
      assert.deepEqual([found?.handler, found?.runtime, found?.memoryMb, found?.environment, found?.secrets, found?.trigger], ['handler', 'nodejs22.x', 256, { A: '1' }, { KEY: 'key:3' }, { kind: 'http' }]);
      assert.equal(await read('nothing'), undefined);
    });

    it('leaves out who may call it when that may not be read', async () => {
      await put('denied', 'denied');
      world.project.deny('run.services.getIamPolicy');
      const found = await read('denied');
      world.project.allow('run.services.getIamPolicy');
      assert.equal(found?.access, undefined);
      assert.equal(found?.ref.name, 'denied');
    });

    it('reads what it cannot change', async () => {
      world.project.addGen1(location, 'first');
      world.project.addRunService(location, 'alone', { functionTarget: 'handler' });
      assert.deepEqual([(await read('first'))?.cannot?.includes('config'), (await read('alone'))?.cannot?.includes('config')], [true, true]);
      assert.match((await failure(write('first', { memoryMb: 512 }))).message, /first-generation/);
    });

    it('changes exactly what is different, follows to the end, and tells a revision that fits', async () => {
      await put('writes', 'writes', { ...http, environment: { A: '1' } });
      const before = await read('writes');
      const after = await write('writes', { memoryMb: 512, timeoutSeconds: 10, environment: {}, access: 'public' }, before?.revision);
      assert.deepEqual([after.memoryMb, after.environment, after.access, after.state], [512, {}, 'public', 'active']);
      assert.notEqual(after.revision, before?.revision);
      assert.equal(after.revision, (await read('writes'))?.revision);
      const [patch] = world.google.seen('PATCH', /\/writes$/);
      assert.equal(new URL(patch?.url ?? '', 'http://x').searchParams.get('updateMask'), 'service_config.available_memory,service_config.environment_variables');
      assert.deepEqual(JSON.parse(patch?.body ?? ''), { serviceConfig: { availableMemory: '512Mi', environmentVariables: {} } });
      const conflict = await failure(write('writes', { memoryMb: 128 }, before?.revision));
      assert.equal(conflict.kind, 'conflict');
      assert.equal(world.google.seen('PATCH', /\/writes$/).length, 1);
    });

    it('finds out what became of a change whose answer is lost', async () => {
      await put('lost', 'lost');
      world.google.fault({ when: ({ method }) => method === 'PATCH', cut: 'after' });
      assert.equal((await write('lost', { memoryMb: 512 })).memoryMb, 512);
      world.google.fault({ when: ({ method }) => method === 'PATCH', cut: 'before' });
      assert.match((await failure(write('lost', { memoryMb: 1024 }))).message, /^Nothing of lost was changed: /);
    });

    it('says so when the service does not start with the change', async () => {
      await put('fails', 'fails');
      world.project.failNext({ stage: 'SERVICE', message: 'memory limit exceeded.' });
      const error = await failure(write('fails', { memoryMb: 128 }));
      assert.match(error.message, /^fails goes on as it was: its container was built, but does not start \(/);
    });

    it('refuses a change that would not be in force', async () => {
      await put('pinned', 'one');
      await put('pinned', 'two');
      const service = world.project.service(location, 'pinned');
      assert(service);
      service.traffic = [{ revision: service.revisions[0]?.name, percent: 100 }];
      assert.equal((await read('pinned'))?.codeHash, undefined);
      assert.match((await failure(write('pinned', { memoryMb: 512 }))).message, /^Calls of pinned go to older versions/);
      assert.equal((await write('pinned', { description: 'fine' })).description, 'fine');
    });
  });

  describe('versions', () => {
    const list = async (name: string): Promise<FunctionVersion[]> => {
      const all: FunctionVersion[] = [];
      for await (const page of versions(world.connect).list(refTo(name), options)) all.push(...page);
      return all;
    };
    const route = async (name: string, shares: Readonly<Record<string, number>>): Promise<void> => versions(world.connect).route?.(refTo(name), shares, options);

    it('lists revisions newest first, with their shares, and shares calls out among them', async () => {
      for (const text of ['one', 'two', 'three']) await put('shares', text);
      const [third, second, first] = await list('shares');
      assert(first && second && third);
      assert.deepEqual([third.share, second.share, first.share, third.state], [100, 0, 0, 'active']);
      assert((third.at?.getTime() ?? 0) >= (first.at?.getTime() ?? 0));
      await route('shares', { [first.version]: 30, [third.version]: 70, [second.version]: 0 });
      assert.deepEqual((await list('shares')).map(({ share }) => share), [70, 0, 30]);
      await route('shares', { [first.version]: 100 });
      assert.deepEqual(world.project.service(location, 'shares')?.traffic, [{ revision: first.version, percent: 100, tag: undefined }]);
      await route('shares', { [third.version]: 100 });
      assert.deepEqual(world.project.service(location, 'shares')?.traffic, [{ percent: 100, tag: undefined }]);
      const sent = world.google.seen('PATCH', /\/services\/shares$/).length;
      await route('shares', { [third.version]: 100 });
      assert.equal(world.google.seen('PATCH', /\/services\/shares$/).length, sent);
    });

    it('keeps the tags of revisions, and refuses shares that make no whole', async () => {
      await put('tagged', 'one');
      await put('tagged', 'two');
      const service = world.project.service(location, 'tagged');
      const [older] = service?.revisions ?? [];
      assert(service && older);
      service.traffic = [{ percent: 100 }, { revision: older.name, percent: 0, tag: 'old' }];
      await route('tagged', { [older.name]: 100 });
      assert.deepEqual(service.traffic.map(({ percent, tag }) => [percent, tag]), [[100, undefined], [0, 'old']]);
      assert.match((await failure(route('tagged', { [older.name]: 60 }))).message, /add up to 100/);
      assert.match((await failure(route('tagged', { nothing: 100 }))).message, /^The shares of tagged were not changed: .*not found/);
    });

    it('finds out what became of shares whose answer is lost', async () => {
      await put('unheard', 'one');
      await put('unheard', 'two');
      const [newest, older] = await list('unheard');
      assert(newest && older);
      const when = ({ method, path }: { method: string; path: string }): boolean => method === 'PATCH' && path.endsWith('/services/unheard');
      world.google.fault({ when, cut: 'before' });
      assert.match((await failure(route('unheard', { [older.version]: 100 }))).message, /^The shares of unheard were not changed: /);
      await route('unheard', { [older.version]: 50, [newest.version]: 50 });
      assert.equal(world.google.seen('PATCH', /\/services\/unheard$/).length, 2);
    });
  });

  describe('code', () => {
    const get = async (name: string): Promise<Uint8Array> => download(await world.connect(place, options), refTo(name), options);

    it('gives the package as it was uploaded, and shows nobody a token', async () => {
      await put('code', 'the code');
      assert.deepEqual(Buffer.from(await get('code')), Buffer.from(code('the code').bytes));
      const [seen] = world.google.seen('GET', /^\/storage\//);
      assert.equal(seen?.headers.authorization, undefined);
    });

    it('follows no redirect, and takes nothing over an open network', async () => {
      await put('away', 'away');
      world.google.fault({ when: ({ path }) => path.startsWith('/storage/'), status: 302, headers: { location: 'http://127.0.0.1:9/' } });
      assert.match((await failure(get('away'))).message, /HTTP 302/);
      world.google.fault({ when: ({ path }) => path.endsWith(':generateDownloadUrl'), status: 200, body: { downloadUrl: 'http://example.com/x.zip' } });
      assert.match((await failure(get('away'))).message, /unprotected connection \(example\.com\)/);
    });
  });
});

describe('gcp questions', () => {
  const ref = refTo('hello');

  it('asks for the trigger, then for HTTP who may call', async () => {
    const first = nextQuestion(ref, {});
    assert.equal(first?.setting, 'trigger');
    const answers = await Promise.all((first?.choices ?? []).map((choice) => choice.answer(Object.fromEntries((choice.fields ?? []).map(({ name, example }) => [name, example])), options)));
    assert.deepEqual(answers.map(({ trigger }) => trigger?.kind), ['http', 'pubsub', 'storage', 'storage', 'storage', 'storage', 'eventarc']);
    assert.deepEqual(answers[1]?.trigger, { kind: 'pubsub', topic: 'orders' });
    assert.deepEqual(answers.at(-1)?.trigger, { kind: 'eventarc', type: 'google.cloud.audit.log.v1.written', serviceName: 'storage.googleapis.com', methodName: 'storage.buckets.create' });
    const second = nextQuestion(ref, { trigger: { kind: 'http' } });
    assert.deepEqual([second?.setting, await second?.choices[0]?.answer({}, options), await second?.choices[1]?.answer({}, options)], ['access', { access: 'private' }, { access: 'public' }]);
    assert.equal(nextQuestion(ref, { trigger: { kind: 'http' }, access: 'private' }), undefined);
    assert.equal(nextQuestion(ref, { trigger: { kind: 'pubsub', topic: 'a' } }), undefined);
  });

  it('takes the examples and refuses bad names', () => {
    const fields = new Map((nextQuestion(ref, {})?.choices ?? []).flatMap(({ fields: list = [] }) => list.map((field) => [field.name, field] as const)));
    const bad = { topic: ['', 'a', '1abc', 'google-things', 'a b c', 'projects/p/topics/'], bucket: ['', 'Photos', 'gs://', 'a/b', '-photos'], type: ['', 'written', 'a b.c', '.x'], filters: ['', 'x', 'a=', '=b', 'a=b,', 'a b=c'] };
    for (const [name, texts] of Object.entries(bad)) {
      const field = fields.get(name);
      assert(field, name);
      const { pattern, example } = field;
      assert(pattern.test(example), example);
      for (const text of texts) assert(!pattern.test(text), `${name}: ${text}`);
    }
  });

  it('tells what else a deploy changes, and nothing that stays', () => {
    const deployed = { ref, trigger: { kind: 'http' }, access: 'public' } as const;
    const told = (settings: FunctionSettings, from?: FunctionConfig): readonly string[] => alsoChanges(ref, settings, from);
    assert.deepEqual(told({ trigger: { kind: 'http' }, access: 'private' }), []);
    assert.deepEqual(told({ access: 'public' }, deployed), []);
    assert.deepEqual(told({ trigger: { kind: 'http' }, access: 'public' }), ['Everyone may call it: allUsers gets roles/run.invoker on the Cloud Run service hello in my-project/europe-west1.']);
    assert.deepEqual(told({ access: 'private' }, deployed), ['Only callers with roles/run.invoker may call it: on the Cloud Run service hello in my-project/europe-west1 the role is taken from allUsers.']);
    const trigger = { kind: 'storage', bucket: 'photos', event: 'finalized' };
    assert.equal(told({ trigger }).length, 2);
    assert.deepEqual(told({ trigger: { ...trigger, bucket: 'gs://photos' } }, { ref, trigger }), []);
    assert.deepEqual(told({}, { ref, trigger }), []);
  });
});
