import assert from 'node:assert/strict';
import { ProviderError } from '../../src/core/errors';
import type { CloudFunction, DeploymentPackage, FunctionSettings } from '../../src/core/provider';
import { Connection } from '../../src/providers/gcp/client';
import { deploy } from '../../src/providers/gcp/deploy';
import { remove } from '../../src/providers/gcp/remove';
import { code, type GoogleWorld, http, location, place, refTo, startWorld } from './gcpDeployWorld';
import { zip } from '../fakes/zip';

const never = new AbortController().signal;

describe('gcp deploy', () => {
  let world: GoogleWorld;
  before(async () => void (world = await startWorld()));
  after(() => world.dispose());

  async function run(name: string, settings: FunctionSettings, zipped: DeploymentPackage, signal = never, steps: [string, number?][] = []): Promise<CloudFunction> {
    const report = (step: string, fraction?: number): void => void steps.push([step, fraction]);
    return deploy(await world.connect(place, { signal: never }), { ref: refTo(name), settings, package: zipped }, { signal, report });
  }

  const failure = async (work: Promise<unknown>): Promise<ProviderError> => {
    const error: unknown = await work.then(() => undefined, (reason: unknown) => reason);
    assert(error instanceof ProviderError, String(error));
    return error;
  };
  const patches = (name: string): { mask: string | null; body: unknown }[] =>
    world.google.seen('PATCH', new RegExp(`/functions/${name}$`)).map(({ url, body }) => ({ mask: new URL(url, 'http://x').searchParams.get('updateMask'), body: JSON.parse(body) as unknown }));

  it('creates a function: uploads, follows every stage, and tells of the code that serves', async () => {
    const steps: [string, number?][] = [];
    const zipped = code('first');
    const made = await run('made', { ...http, environment: { A: '1' } }, zipped, never, steps);
    assert.equal(made.codeHash, zipped.hash);
    assert.equal(made.state, 'active');
    const [upload] = world.google.seen('PUT', /^\/storage\//);
    assert.deepEqual(upload?.bytes, Buffer.from(zipped.bytes));
    assert.deepEqual(Object.keys(upload?.headers ?? {}).sort(), ['connection', 'content-length', 'content-type', 'host']);
    const [create] = world.google.seen('POST', /\/functions$/);
    const body = JSON.parse(create?.body ?? '{}') as { environment: string; labels: Record<string, string>; serviceConfig: unknown };
    assert.match(create?.url ?? '', /\?functionId=made$/);
    assert.equal(body.environment, 'GEN_2');
    assert.equal(body.labels['deployment-tool'], 'function-deck');
    assert.deepEqual(body.serviceConfig, { availableMemory: '256Mi', timeoutSeconds: 10, environmentVariables: { A: '1' }, allTrafficOnLatestRevision: true });
    const fractions = steps.map(([, fraction]) => fraction ?? 0);
    assert.deepEqual([...fractions].sort((a, b) => a - b), fractions);
    assert(steps.some(([step]) => step.startsWith('Uploading')) && steps.at(-1)?.[0] === 'Deployed');
  });

  it('sends nothing when nothing is different, and only what is', async () => {
    const zipped = code('same');
    await run('same', { ...http, description: 'x' }, zipped);
    const before = world.google.requests.length;
    await run('same', { ...http, description: 'x' }, zipped);
    assert.deepEqual(world.google.requests.slice(before).map(({ method }) => method), ['GET']);
    await run('same', { ...http, description: 'y', memoryMb: 512 }, zipped);
    assert.deepEqual(patches('same'), [{ mask: 'description,service_config.available_memory', body: { description: 'y', serviceConfig: { availableMemory: '512Mi' } } }]);
  });

  it('keeps labels, and uploads again what another tool deployed', async () => {
    const zipped = code('labels');
    await run('labels', http, zipped);
    const stored = world.project.function(location, 'labels');
    assert(stored);
    stored.data = { ...stored.data, labels: { ...(stored.data.labels as object), 'deployment-tool': 'cli-gcloud', team: 'a' } };
    const again = await run('labels', http, zipped);
    assert.equal(again.codeHash, zipped.hash);
    assert.equal(patches('labels')[0]?.mask, 'build_config.source,labels');
    assert.equal((stored.data.labels as Record<string, string>).team, 'a');
  });

  it('notices other code under its own label, as gcloud leaves it', async () => {
    const zipped = code('mine');
    await run('other', http, zipped);
    const before = world.google.requests.length;
    const headers = { authorization: `Bearer ${world.google.token}`, 'content-type': 'application/json' };
    const base = `${world.google.url}/v2/projects/my-project/locations/europe-west1/functions`;
    const target = (await (await fetch(`${base}:generateUploadUrl`, { method: 'POST', headers, body: '{}' })).json()) as { uploadUrl: string; storageSource: object };
    await fetch(target.uploadUrl, { method: 'PUT', headers: { 'content-type': 'application/zip' }, body: Buffer.from(code('theirs').bytes) });
    await fetch(`${base}/other?updateMask=build_config.source`, { method: 'PATCH', headers, body: JSON.stringify({ buildConfig: { source: { storageSource: target.storageSource } } }) });
    await new Promise((resolve) => setTimeout(resolve, 30));
    assert.equal((await run('other', http, zipped)).codeHash, zipped.hash);
    assert.equal(world.google.requests.slice(before).filter(({ method }) => method === 'PUT').length, 2);
    assert.deepEqual(world.project.function(location, 'other')?.code, Buffer.from(zipped.bytes));
  });

  it('looks at code that it did not deploy itself in this session, and uploads it again only if it may not', async () => {
    const zipped = code('known');
    await run('known', http, zipped);
    const uploads = (): number => world.google.requests.filter(({ method }) => method === 'PUT').length;
    const before = uploads();
    const fresh = async (): Promise<CloudFunction> => {
      const connection = new Connection((await world.connect(place, { signal: never })).access);
      return deploy(connection, { ref: refTo('known'), settings: http, package: zipped }, { signal: never, report: () => undefined });
    };
    await fresh();
    assert.equal(uploads(), before);
    world.project.deny('cloudfunctions.functions.sourceCodeGet');
    await fresh();
    world.project.allow('cloudfunctions.functions.sourceCodeGet');
    assert.equal(uploads(), before + 1);
  });

  it('takes all calls back to new code when they were shared out', async () => {
    await run('shared', http, code('one'));
    const service = world.project.service(location, 'shared');
    assert(service);
    await run('shared', http, code('two'));
    service.traffic = [{ revision: service.revisions[0]?.name, percent: 100 }];
    const zipped = code('two');
    const back = await run('shared', http, zipped);
    assert.equal(back.codeHash, zipped.hash);
    assert.equal(patches('shared').at(-1)?.mask, 'build_config.source,labels,service_config.all_traffic_on_latest_revision');
    assert.deepEqual(service.traffic, [{ percent: 100 }]);
  });

  it('tells which stage failed, with the lines and the page of the build, and repairs it at the next deploy', async () => {
    world.project.failNext({ stage: 'BUILD', message: 'npm ERR! missing: left-pad', logLines: ['Step #1 - "build": fetching', 'Step #1 - "build": npm ERR! missing: left-pad', 'Step #1 - "build": npm ERR! at index.js'] });
    const error = await failure(run('broken', http, code('broken')));
    assert.equal(error.kind, 'invalid');
    assert.equal(error.message, 'broken was created, but does not run: its container could not be built (npm ERR! missing: left-pad); correct it and deploy again to repair it, or delete it.');
    assert.deepEqual(error.lines?.slice(0, 2), ['npm ERR! missing: left-pad', 'npm ERR! at index.js']);
    assert.match(error.page ?? '', /^https:\/\/console\.cloud\.google\.com\/cloud-build\/builds/);
    const zipped = code('broken');
    assert.equal((await run('broken', http, zipped)).codeHash, zipped.hash);
  });

  it('says that the old code serves when an update fails, with or without the log', async () => {
    const old = code('old');
    await run('updates', http, old);
    world.project.deny('logging.logEntries.list');
    world.project.failNext({ stage: 'BUILD', message: 'SyntaxError: Unexpected token' });
    const error = await failure(run('updates', http, code('new')));
    world.project.allow('logging.logEntries.list');
    assert.equal(error.message, 'updates goes on as it was: its container could not be built (SyntaxError: Unexpected token); correct it and try again.');
    assert.equal(error.lines, undefined);
    world.project.failNext({ stage: 'SERVICE', message: 'Container Healthcheck failed.' });
    const second = await failure(run('updates', http, code('new')));
    assert.match(second.message, /its container was built, but does not start \(.*Container Healthcheck failed\); correct it/);
  });

  it('makes event triggers, and refuses to turn HTTP into events before anything is uploaded', async () => {
    const settings = { ...http, trigger: { kind: 'pubsub', topic: 'orders' }, access: 'public' } as const;
    await run('orders', settings, code('orders'));
    assert.equal(world.google.seen('POST', /services\/orders:setIamPolicy$/).length, 0);
    const before = world.google.requests.length;
    const error = await failure(run('orders', http, code('other')));
    assert.equal(error.message, 'orders is called by events, and Google does not let a function change to HTTP; deploy it under another name, or delete it first.');
    assert.deepEqual(world.google.requests.slice(before).map(({ method }) => method), ['GET']);
  });

  it('refuses functions of the first generation and of Cloud Run alone', async () => {
    world.project.addGen1(location, 'old');
    world.project.addRunService(location, 'own', { functionTarget: 'handler' });
    assert.match((await failure(run('old', http, code('x')))).message, /first-generation/);
    assert.match((await failure(run('own', http, code('x')))).message, /Cloud Run service/);
    assert.match((await failure(world.connect(place, { signal: never }).then((at) => remove(at, refTo('own'), { signal: never })))).message, /Cloud Run service/);
  });

  it('refuses a package that does not start the handler', async () => {
    const bare = zip({ 'index.js': '' });
    const other = zip({ 'index.js': '', 'package.json': '{"main":"server.js"}' });
    assert.match((await failure(run('entry', http, bare))).message, /no package\.json/);
    assert.match((await failure(run('entry', http, other))).message, /leads to server\.js and its handler to index;/);
    assert.match((await failure(run('entry', {}, bare))).message, /needs a runtime and a handler/);
    assert.equal(world.project.function(location, 'entry'), undefined);
  });

  describe('who may call it', () => {
    const policyOf = (name: string): readonly { role: string; members: string[] }[] => world.project.service(location, name)?.policy.bindings ?? [];

    it('opens and closes, and keeps every other binding and condition', async () => {
      await run('access', { ...http, access: 'private' }, code('access'));
      const service = world.project.service(location, 'access');
      assert(service);
      const others = [
        { role: 'roles/run.invoker', members: ['user:a@example.com'] },
        { role: 'roles/run.invoker', members: ['allUsers'], condition: { title: 'day', expression: 'true' } },
        { role: 'roles/run.viewer', members: ['allUsers'] },
      ];
      service.policy = { version: 3, bindings: structuredClone(others), etag: 'abc=' };
      await run('access', { ...http, access: 'public' }, code('access'));
      assert.deepEqual(policyOf('access')[0]?.members, ['user:a@example.com', 'allUsers']);
      await run('access', { ...http, access: 'private' }, code('access'));
      assert.deepEqual(policyOf('access'), others);
    });

    it('tries again when somebody else changes the policy in between', async () => {
      world.google.fault({ when: ({ path }) => path.endsWith('access2:setIamPolicy'), times: 2, status: 409, body: { error: { code: 409, status: 'ABORTED', message: 'There were concurrent policy changes.' } } });
      await run('access2', { ...http, access: 'public' }, code('access2'));
      assert.deepEqual(policyOf('access2'), [{ role: 'roles/run.invoker', members: ['allUsers'] }]);
      assert.equal(world.google.seen('GET', /access2:getIamPolicy$/).length, 3);
    });

    it('says that the function is deployed when its policy may not be changed', async () => {
      world.google.fault({ when: ({ path }) => path.endsWith('access3:setIamPolicy'), status: 400, body: { error: { code: 400, status: 'FAILED_PRECONDITION', message: 'One or more users named in the policy do not belong to a permitted customer.' } } });
      const error = await failure(run('access3', { ...http, access: 'public' }, code('access3')));
      assert.equal(error.message, 'access3 was deployed: The organisation does not let everyone call access3 (constraint iam.allowedPolicyMemberDomains); choose the access "private", or ask for an exception.');
    });

    it('says who may call it all the same', async () => {
      await run('access4', http, code('access4'));
      const service = world.project.service(location, 'access4');
      assert(service);
      service.policy = { version: 1, bindings: [{ role: 'roles/run.invoker', members: ['allAuthenticatedUsers', 'allUsers'] }], etag: 'abc=' };
      const steps: [string, number?][] = [];
      await run('access4', { ...http, access: 'private' }, code('access4'), never, steps);
      assert.match(steps.at(-1)?.[0] ?? '', /everyone with a Google account may still call access4/);
    });
  });

  describe('lost answers', () => {
    const cases = [
      ['create', 'POST', /\/functions$/],
      ['update', 'PATCH', /\/functions\/lost-update$/],
    ] as const;
    for (const [name, method, path] of cases) {
      it(`sends one ${name}, and finds out what became of it`, async () => {
        const fn = `lost-${name}`;
        if (name === 'update') await run(fn, http, code('before'));
        const count = (): number => world.google.seen(method, path).length;
        const sent = count();
        world.google.fault({ when: (one) => one.method === method && path.test(one.path), cut: 'after' });
        const zipped = code('after');
        assert.equal((await run(fn, http, zipped)).codeHash, zipped.hash);
        world.google.fault({ when: (one) => one.method === method && path.test(one.path), cut: 'before' });
        const error = await failure(name === 'create' ? run('lost-again', http, zipped) : run(fn, http, code('third')));
        assert.match(error.message, name === 'create' ? /^lost-again was not created: / : /^Nothing of lost-update was changed: /);
        assert.equal(count() - sent, 2);
      });
    }

    it('goes on following when the network fails for a moment', async () => {
      world.google.fault({ when: ({ path }) => /\/operations\//.test(path), times: 4, cut: 'before' });
      const zipped = code('flaky');
      assert.equal((await run('flaky', http, zipped)).codeHash, zipped.hash);
    });

    it('repeats an upload that broke', async () => {
      world.google.fault({ when: ({ method }) => method === 'PUT', status: 503 });
      const zipped = code('upload');
      assert.equal((await run('upload', http, zipped)).codeHash, zipped.hash);
    });

    it('says what the storage did not like', async () => {
      world.google.fault({ when: ({ method }) => method === 'PUT', status: 403, body: '<Error><Code>SignatureDoesNotMatch</Code></Error>' });
      const error = await failure(run('refused', http, code('refused')));
      assert.equal(error.message, "The package of refused was refused by Google's storage (HTTP 403 SignatureDoesNotMatch); try again.");
    });
  });

  it('tells what is done in which order for a function that events call', async () => {
    const steps: [string, number?][] = [];
    await run('stages', { ...http, trigger: { kind: 'storage', bucket: 'photos', event: 'finalized' } }, code('stages'), never, steps);
    const order = ['Reading the function as it is', 'Uploading the code', 'Creating stages', 'Deployed'];
    assert.deepEqual(order.map((step) => steps.findIndex(([seen]) => seen === step)).every((at, index, all) => at >= 0 && at > (all[index - 1] ?? -1)), true);
    assert.equal(world.project.function(location, 'stages')?.data.state, 'ACTIVE');
  });

  it('refuses while another change is under way', async () => {
    world.google.fault({ when: ({ method, path }) => method === 'PATCH' && path.endsWith('/busy'), status: 409, body: { error: { code: 409, status: 'ABORTED', message: 'unable to queue the operation' } } });
    await run('busy', http, code('one'));
    const error = await failure(run('busy', http, code('two')));
    assert.equal(error.kind, 'conflict');
    assert.match(error.message, /^Nothing of busy was changed: /);
  });

  it('says what goes on when it is cancelled, and does nothing else', async () => {
    const slow = await startWorld({ stageMs: 300 });
    try {
      const end = new AbortController();
      const report = (step: string): void => void (step === 'Building the container' && end.abort());
      const connection = await slow.connect(place, { signal: never });
      const error = await failure(deploy(connection, { ref: refTo('slow'), settings: { ...http, access: 'public' }, package: code('slow') }, { signal: end.signal, report }));
      assert.equal(error.message, 'You cancelled, but the change of slow that was begun goes on at Google, and nothing else is done after it; refresh in a few minutes to see it.');
      assert.equal(slow.google.seen('POST', /setIamPolicy$/).length, 0);
    } finally {
      await slow.dispose();
    }
  });

  it('uploads nothing more once cancelled in the upload', async () => {
    const end = new AbortController();
    world.google.fault({ when: ({ method }) => method === 'PUT', delayMs: 500, status: 200 });
    const work = run('stopped', http, code('stopped'), end.signal);
    setTimeout(() => end.abort(), 100);
    await assert.rejects(work, { name: 'AbortError' });
    assert.equal(world.project.function(location, 'stopped'), undefined);
  });

  describe('delete', () => {
    const gone = async (name: string, signal = never): Promise<void> => remove(await world.connect(place, { signal: never }), refTo(name), { signal });

    it('returns when the function is gone', async () => {
      world.project.addFunction(location, 'away');
      await gone('away');
      assert.equal(world.project.function(location, 'away'), undefined);
      assert.equal((await failure(gone('away'))).kind, 'notFound');
    });

    it('says that it goes on when it is cancelled', async () => {
      const slow = await startWorld({ stageMs: 300 });
      try {
        slow.project.addFunction(location, 'away3');
        const end = new AbortController();
        const connection = await slow.connect(place, { signal: never });
        setTimeout(() => end.abort(), 150);
        const error = await failure(remove(connection, refTo('away3'), { signal: end.signal }));
        assert.equal(error.message, 'You cancelled, but the deletion of away3 was begun and goes on at Google; refresh in a minute to see that it is gone.');
      } finally {
        await slow.dispose();
      }
    });

    it('finds out what became of it when the answer is lost', async () => {
      world.project.addFunction(location, 'away2');
      world.google.fault({ when: ({ method }) => method === 'DELETE', cut: 'before' });
      assert.match((await failure(gone('away2'))).message, /^away2 was not deleted: /);
      world.google.fault({ when: ({ method }) => method === 'DELETE', cut: 'after' });
      await gone('away2');
      assert.equal(world.project.function(location, 'away2'), undefined);
    });
  });
});
