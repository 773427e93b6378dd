import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { isProviderError } from '../../src/core/errors';
import type { ConfigureSetting } from '../../src/core/provider';
import { remember } from '../../src/providers/gcp/deployedCode';
import { hashIn, labelsFor } from '../../src/providers/gcp/codeLabel';
import { configure } from '../../src/providers/gcp/configure';
import { findSource } from '../../src/providers/gcp/credentialSource';
import type { Connect } from '../../src/providers/gcp/client';
import { list } from '../../src/providers/gcp/list';
import { listServices } from '../../src/providers/gcp/listServices';
import { places } from '../../src/providers/gcp/places';
import { firstCome } from '../../src/providers/gcp/pages';
import { chosenProjects, scopes, type Wishes } from '../../src/providers/gcp/scopes';
import { failure, rejection } from '../fakes/failure';
import { FaultServer, json } from '../fakes/faultServer';
import type { FakeProject, GoogleFake } from '../fakes/google';
import { startGoogle } from '../fakes/google';
import { fakeHost, temporaryFolder } from '../fakes/host';
import { atHome, connect, connections, never, pagesOf, patience, project, read, rowsOf, write } from './gcpWorld';

const hash = Buffer.alloc(32, 'hash').toString('base64');

describe('the functions of a Google Cloud project', () => {
  let google: GoogleFake;
  let cloud: FakeProject;
  let restore: () => void;

  beforeEach(async () => {
    google = await startGoogle();
    cloud = google.project(project);
    restore = atHome({ CLOUDSDK_AUTH_ACCESS_TOKEN_FILE: write('token', google.token) });
  });

  afterEach(async () => {
    restore();
    await google.dispose();
  });

  const only = async (): Promise<Awaited<ReturnType<typeof rowsOf>>[number]> => {
    const [row, ...more] = await rowsOf(await connect(google));
    assert.ok(row && more.length === 0);
    return row;
  };

  it('are rows with all that a list tells', async () => {
    const labels = { ...labelsFor(hash), team: 'blue' };
    cloud.addFunction('europe-west1', 'Hello_1', { labels, updateTime: '2026-11-20T10:00:00.123456Z', buildConfig: { runtime: 'python313', entryPoint: 'main' }, serviceConfig: { availableMemory: '1Gi', timeoutSeconds: 90, allTrafficOnLatestRevision: true } });
    assert.deepEqual(await only(), {
      ref: { provider: 'gcp', scope: 'my-project/europe-west1', name: 'Hello_1' },
      runtime: 'python3.13',
      handler: 'main',
      memoryMb: 1024,
      timeoutSeconds: 90,
      updatedAt: new Date('2026-11-20T10:00:00.123Z'),
      codeHash: undefined,
      place: 'europe-west1',
      calledBy: 'HTTP',
      takes: 'http',
      url: `${google.url}/run/my-project/europe-west1/hello-1`,
      state: 'active',
      resourceName: 'projects/my-project/locations/europe-west1/functions/Hello_1',
      consoleUrl: undefined,
    });
  });

  it('tell what calls them', async () => {
    const add = (name: string, eventTrigger: Record<string, unknown>): unknown => cloud.addFunction('us-east1', name, { eventTrigger });
    add('a-topic', { eventType: 'google.cloud.pubsub.topic.v1.messagePublished', pubsubTopic: `projects/${project}/topics/orders` });
    add('b-bucket', { eventType: 'google.cloud.storage.object.v1.finalized', eventFilters: [{ attribute: 'bucket', value: 'photos' }] });
    add('c-other', { eventType: 'google.cloud.audit.log.v1.written', eventFilters: [{ attribute: 'serviceName', value: 'x' }] });
    const rows = await rowsOf(await connect(google));
    assert.deepEqual(rows.map(({ calledBy, takes }) => [calledBy, takes]), [
      ['Pub/Sub topic orders', 'cloudevent'],
      ['Storage bucket photos: finalized', 'cloudevent'],
      ['google.cloud.audit.log.v1.written', 'cloudevent'],
    ]);
  });

  it('tell their state, and why they are not active', async () => {
    cloud.addFunction('us-east1', 'a', { state: 'FAILED', stateMessages: [{ severity: 'ERROR', type: 'BuildFailed', message: 'It broke.\nBadly.' }] });
    cloud.addFunction('us-east1', 'b', { state: 'DEPLOYING' });
    cloud.addFunction('us-east1', 'c', { state: 'DELETING' });
    const rows = await rowsOf(await connect(google));
    assert.deepEqual(rows.map(({ state, stateReason }) => [state, stateReason]), [['failed', 'FAILED: It broke. Badly'], ['pending', 'DEPLOYING'], ['pending', 'DELETING']]);
  });

  it('know their package only while our own deploy serves alone', async () => {
    const add = (name: string, labels: Record<string, string>, allTrafficOnLatestRevision = true): unknown => cloud.addFunction('us-east1', name, { labels, serviceConfig: { allTrafficOnLatestRevision } });
    add('a', labelsFor(hash));
    add('b', { ...labelsFor(hash), 'deployment-tool': 'cli-gcloud' });
    add('c', { ...labelsFor(hash), 'function-deck-code': 'short' });
    add('d', {});
    add('e', labelsFor(hash), false);
    const service = cloud.service('us-east1', 'e');
    assert.ok(service);
    service.traffic = [{ revision: 'e-00000-old', percent: 50 }, { percent: 50 }];
    const connection = await connect(google);
    const hashes = async (): Promise<unknown[]> => (await rowsOf(connection)).map(({ codeHash }) => codeHash);
    // A label alone proves nothing: gcloud leaves it when it puts other code in place.
    assert.deepEqual(await hashes(), [undefined, undefined, undefined, undefined, undefined]);
    const place = 'projects/my-project/locations/us-east1/functions/';
    for (const name of ['a', 'b', 'c', 'd', 'e']) remember(connection, (await connection.functions.projects.locations.functions.get({ name: place + name })).data, hash);
    assert.deepEqual(await hashes(), [hash, undefined, undefined, undefined, undefined]);
    assert.equal(hashIn(labelsFor(hash)), hash);
    assert.match(labelsFor(hash)['function-deck-code'] ?? '', /^[a-z2-7]{52}$/);
  });

  it('of the first generation are there to be looked at', async () => {
    cloud.addGen1('us-central1', 'old');
    const { ref, cannot, hint, runtime } = await only();
    assert.deepEqual([ref.scope, runtime, cannot], ['my-project/us-central1', 'nodejs20.x', ['deploy', 'invoke', 'remove', 'config', 'versions', 'code']]);
    assert.match(hint ?? '', /^This is a first-generation function; upgrade it .+ to change it here\.$/);
  });

  it('that Cloud Run has by itself are there, and no other service is', async () => {
    cloud.addFunction('europe-west1', 'hello');
    cloud.addRunService('asia-east1', 'own', { functionTarget: 'start', baseImage: 'europe-west1-docker.pkg.dev/serverless-runtimes/google-22-full/runtimes/python312' });
    cloud.addRunService('asia-east1', 'web', {});
    const rows = await rowsOf(await connect(google));
    assert.deepEqual(rows.map(({ ref }) => ref.name), ['hello', 'own']);
    const { ref, runtime, handler, place, state, cannot, hint, url, resourceName } = rows[1] ?? assert.fail();
    assert.deepEqual([ref.scope, runtime, handler, place, state], ['my-project/asia-east1', 'python3.12', 'start', 'asia-east1', 'active']);
    assert.deepEqual(cannot, ['deploy', 'remove', 'config', 'versions', 'code']);
    assert.match(hint ?? '', /managed by Cloud Run alone; change it there/);
    assert.deepEqual([url, resourceName], [`${google.url}/run/my-project/asia-east1/own`, 'projects/my-project/locations/asia-east1/services/own']);
    assert.equal(await read(await connect(google), 'web'), undefined);
  });

  it('of one location are asked for there alone', async () => {
    cloud.addFunction('europe-west1', 'here');
    cloud.addFunction('us-east1', 'there');
    const rows = await rowsOf(await connect(google), `${project}/us-east1`);
    assert.deepEqual(rows.map(({ ref }) => ref.name), ['there']);
    assert.deepEqual(google.requests.map(({ path }) => path).sort(), ['/v1/projects/my-project/locations/us-east1/services', '/v2/projects/my-project/locations/us-east1/functions']);
  });

  it('come a few at first and then many, each once, a page at a request', async () => {
    for (let index = 0; index < 250; index += 1) cloud.addFunction('us-east1', `f-${index}`);
    const pages = (await pagesOf(await connect(google))).map(({ functions }) => functions.map(({ ref }) => ref.name)).filter((names) => names.length > 0);
    assert.deepEqual(pages.map((names) => names.length), [100, 150]);
    assert.deepEqual(google.seen('GET', /functions$/).map(({ url }) => new URL(url, google.url).searchParams.get('pageSize')), ['100', '1000']);
    assert.equal(new Set(pages.flat()).size, 250);
  });

  it('are asked for no further than they are taken', async () => {
    for (let index = 0; index < 150; index += 1) cloud.addFunction('us-east1', `f-${index}`);
    const all = list(await connect(google), { id: project, label: project }, never);
    const first = await all.next();
    assert.ok(!first.done && first.value.functions.length > 0);
    await sleep(50);
    assert.equal(google.seen('GET', /functions$/).length, 1);
    await all.return(undefined);
    await sleep(50);
    assert.equal(google.seen('GET', /functions$/).length, 1);
  });

  it('are no longer asked for when nobody waits', async () => {
    const server = await FaultServer.start();
    const closed: string[] = [];
    server.answer = (response, request) => {
      if (request.url?.includes('/functions')) json({ functions: [{ name: `projects/${project}/locations/a/functions/f` }] })(response, request);
      else response.on('close', () => closed.push('services'));
    };
    for await (const page of list(await connections(server.endpoint).to(project, never), { id: project, label: project }, never)) {
      assert.equal(page.functions.length, 1);
      break;
    }
    while (closed.length === 0) await sleep(5);
    await server.stop();
  });

  it('end when the caller gives up', async () => {
    google.fault({ times: 9, delayMs: 5_000 });
    const before = google.world.requests.length;
    assert.equal((await rejection(pagesOf(await connect(google), project, { signal: AbortSignal.timeout(50) }))).name, 'AbortError');
    assert.ok(google.world.requests.slice(before).every(({ status }) => status === 0), 'waited for an answer');
  });

  it('that a location keeps are told as missing, and so is which', async () => {
    cloud.addFunction('us-east1', 'hello');
    for (const name of ['asia-east1', 'europe-west1']) cloud.unreachable.add(name);
    const pages = await pagesOf(await connect(google));
    const [told, ...more] = pages.filter(({ problem }) => problem);
    assert.deepEqual([told?.unread, more], [['my-project/asia-east1', 'my-project/europe-west1'], []]);
    assert.ok(isProviderError(told?.problem) && told.problem.kind === 'network');
    assert.equal(told.problem.message, 'Google could not reach asia-east1, europe-west1, so functions there may be missing; refresh in a moment.');
    assert.deepEqual(pages.flatMap(({ functions }) => functions.map(({ ref }) => ref.name)), ['hello']);
  });

  for (const [off, on, service] of [['run', 'cloudfunctions', 'hello'], ['cloudfunctions', 'run', 'own']] as const) {
    it(`come from ${on} though the API of ${off} is not enabled`, async () => {
      cloud.addFunction('europe-west1', 'hello');
      cloud.addRunService('europe-west1', 'own', { functionTarget: 'start' });
      cloud.disable(`${off}.googleapis.com`);
      const connection = await connect(google);
      const pages = await pagesOf(connection);
      assert.deepEqual(pages.flatMap(({ functions }) => functions.map(({ ref }) => ref.name)), [service]);
      const problem = pages.at(-1)?.problem;
      assert.ok(isProviderError(problem) && problem.kind === 'denied');
      assert.match(problem.message, new RegExp(`^The API ${off}\\.googleapis\\.com is not enabled in project my-project; run "gcloud services enable`));
      assert.match((await read(connection, service)) ?? '', new RegExp(service));
    });
  }

  it('say of both APIs what is wrong with the first', async () => {
    for (const name of ['run', 'cloudfunctions']) cloud.disable(`${name}.googleapis.com`);
    assert.match((await failure(pagesOf(await connect(google)))).message, /^The API cloudfunctions\.googleapis\.com is not enabled/);
    assert.match((await failure(read(await connect(google)))).message, /^The API cloudfunctions\.googleapis\.com is not enabled/);
  });

  it('stay as they were known where Cloud Run does not answer', async () => {
    cloud.addFunction('us-east1', 'hello');
    google.fault({ when: ({ path }) => path.endsWith('/services'), times: 3, status: 503 });
    const last = (await pagesOf(await connect(google))).at(-1);
    assert.match(last?.problem?.message ?? '', /^Cloud Run at .+ failed at run\.services\.list \(HTTP 503\); /);
    assert.ok(last?.unread?.includes('my-project/us-east1'));
  });

  it('say that a list without end is one', async () => {
    const server = await FaultServer.start(json({ functions: [], nextPageToken: 'same', items: [], metadata: { continue: 'same' } }));
    const error = await failure(pagesOf(await connections(server.endpoint).to(project, never)));
    assert.match(error.message, /sends the same page of its list for ever; /);
    await server.stop();
  });

  it('say so of lists that lead round in circles', async () => {
    const server = await FaultServer.start((response, request) => {
      const next = request.url?.includes('=A') ? 'B' : 'A';
      json({ nextPageToken: next, metadata: { continue: next } })(response, request);
    });
    const all = connections(server.endpoint);
    const connectTo: Connect = (scope) => all.to(scope, never);
    const connection = await connectTo(project, never);
    const drain = async (pages: AsyncIterable<unknown>): Promise<void> => {
      for await (const page of pages) assert.ok(page);
    };
    const lists = [pagesOf(connection), drain(listServices(connection, `projects/${project}/locations/-`, never)), places(connectTo).list(project, never)];
    for (const error of await Promise.all(lists.map((one) => failure(one)))) assert.match(error.message, /sends the same page of its list for ever; /);
    const [projects] = await configure({ host: fakeHost({}), connect: connectTo, projects: async () => [project] }).settings(never);
    assert.match(projects?.values[0]?.note ?? '', /sends the same page of its list for ever; /);
    await server.stop();
  });

  it('take null for nothing', async () => {
    const server = await FaultServer.start(json({ functions: null, nextPageToken: null, items: null, metadata: null, locations: null, unreachable: null }));
    const all = connections(server.endpoint);
    assert.deepEqual(await rowsOf(await all.to(project, never)), []);
    assert.deepEqual(await places((scope) => all.to(scope, never)).list(project, never), []);
    await server.stop();
  });

  it('of Cloud Run are where they were asked for when they do not tell', async () => {
    const own = { metadata: { name: 'own', annotations: { 'run.googleapis.com/build-function-target': 'f' } } };
    const server = await FaultServer.start(json({ functions: [], items: [own] }));
    const connection = await connections(server.endpoint).to(project, never);
    assert.deepEqual((await rowsOf(connection, `${project}/us-east1`)).map(({ ref }) => ref.scope), [`${project}/us-east1`]);
    assert.deepEqual(await rowsOf(connection), []);
    await server.stop();
  });

  it('are read whatever their members are', async () => {
    const name = `projects/${project}/locations/us-east1/functions/odd`;
    const wrong = { name, buildConfig: 7, serviceConfig: [], eventTrigger: 'x', labels: null, stateMessages: {}, state: {}, updateTime: 'soon', environment: 1 };
    const server = await FaultServer.start(json({ functions: [null, 7, {}, { name: 7 }, { name: 'odd' }, wrong], items: [null, [], { metadata: { name: 'x', annotations: [] } }] }));
    const rows = await rowsOf(await connections(server.endpoint).to(project, never));
    assert.deepEqual(rows.map(({ ref, state, updatedAt }) => [ref.name, state, updatedAt]), [['odd', undefined, undefined]]);
    server.answer = json({ functions: 'many' });
    assert.match((await failure(rowsOf(await connections(server.endpoint).to(project, never)))).message, /did not answer as Google does/);
    await server.stop();
  });

  it('come from whichever stream is first', async () => {
    const after = async function* (ms: number, ...values: string[]): AsyncGenerator<string> {
      for (const value of values) {
        await sleep(ms);
        yield value;
      }
    };
    const got: string[] = [];
    for await (const value of firstCome([after(40, 'slow'), after(5, 'a', 'b')])) got.push(value);
    assert.deepEqual(got, ['a', 'b', 'slow']);
  });

  it('are in the locations that the project has', async () => {
    const found = await places((scope, options) => connections(google.url).to(scope, options)).list(project, never);
    assert.equal(found.length, google.world.locations.length);
    assert.equal(found.find(({ label }) => label === 'europe-west1')?.id, 'my-project/europe-west1');
  });

  const askFor = async (settings: Readonly<Record<string, unknown>>, projects: string[]): Promise<readonly ConfigureSetting[]> => {
    const host = fakeHost({ 'gcp.endpoint': google.url, ...settings });
    return configure({ host, connect: (scope, options) => connections(google.url).to(scope, options), projects: async () => projects }).settings(never);
  };

  it('are in the projects and locations that the user picks from what there is', async () => {
    google.project('another').displayName = 'Another one';
    google.project('gone').state = 'DELETE_REQUESTED';
    const [projects, locations, server] = await askFor({ 'gcp.projects': [project] }, [project]);
    assert.deepEqual(projects?.values, [{ value: 'another', note: 'Another one' }, { value: project, note: project }]);
    assert.deepEqual([projects?.picked, projects?.key], [[project], 'gcp.projects']);
    assert.equal(locations?.values.length, google.world.locations.length);
    assert.deepEqual(server?.picked, [google.url]);
    assert.ok(projects?.pattern.test(projects.example) && locations?.pattern.test(locations.example) && server?.pattern.test(server.example));
  });

  it('are in those that are known when Google cannot be asked', async () => {
    google.expireTokens();
    const [projects, locations] = await askFor({}, [project]);
    assert.equal(projects?.values[0]?.value, project);
    assert.match(projects?.values[0]?.note ?? '', /^Google could not be asked for more: Google does not accept the credentials/);
    assert.ok(locations?.values.some(({ value }) => value === 'europe-west1'));
  });
});

describe('the scopes of Google Cloud', () => {
  let restore: (() => void) | undefined;

  afterEach(() => {
    restore?.();
    restore = undefined;
  });

  const user = (more = {}): string => write('user.json', { type: 'authorized_user', client_id: 'a', client_secret: 'b', refresh_token: 'c', ...more });
  const wishes = (more: Partial<Wishes> = {}): Wishes => ({ projects: [], locations: [], endpoint: undefined, environment: process.env, ...more });
  const ids = async (more: Partial<Wishes> = {}): Promise<string[]> => (await scopes(wishes(more), await findSource(process.env, false))).map(({ id }) => id);
  const gcloud = (): string => {
    const folder = temporaryFolder();
    mkdirSync(path.join(folder, 'configurations'));
    writeFileSync(path.join(folder, 'active_config'), 'work\n');
    writeFileSync(path.join(folder, 'configurations', 'config_work'), '[compute]\nproject = no\n\n[core]\naccount = me\nproject = from-gcloud\n');
    writeFileSync(path.join(folder, 'configurations', 'config_home'), '[core]\nproject: from-home\n');
    return folder;
  };

  it('are the project that is named first, whole', async () => {
    restore = atHome({ GOOGLE_APPLICATION_CREDENTIALS: user(), GCLOUD_PROJECT: 'second-one', GOOGLE_CLOUD_PROJECT: 'first-one' });
    assert.deepEqual(await scopes(wishes(), await findSource(process.env, false)), [{ id: 'first-one', label: 'first-one', description: undefined, prefix: 'first-one/' }]);
  });

  it('are found in the credentials, in the files of gcloud, and last in what pays', async () => {
    const folder = gcloud();
    restore = atHome({ GOOGLE_APPLICATION_CREDENTIALS: user({ project_id: 'of-the-key' }), CLOUDSDK_CONFIG: folder });
    assert.deepEqual(await ids(), ['of-the-key']);
    process.env['GOOGLE_APPLICATION_CREDENTIALS'] = user({ quota_project_id: 'payer' });
    assert.deepEqual(await ids(), ['from-gcloud']);
    process.env['CLOUDSDK_ACTIVE_CONFIG_NAME'] = 'home';
    assert.deepEqual(await ids(), ['from-home']);
    process.env['CLOUDSDK_ACTIVE_CONFIG_NAME'] = '../escape';
    assert.deepEqual(await ids(), ['payer']);
    process.env['CLOUDSDK_CORE_PROJECT'] = 'of-gcloud';
    assert.deepEqual(await ids(), ['of-gcloud']);
  });

  it('are those that the settings ask for', async () => {
    restore = atHome({ GOOGLE_APPLICATION_CREDENTIALS: user() });
    assert.deepEqual(await ids({ projects: ['my-a', 'my-b', 'my-a'] }), ['my-a', 'my-b']);
    assert.deepEqual(await ids({ projects: ['my-a', 'my-b'], locations: ['us-east1', 'us-west1'] }), ['my-a/us-east1', 'my-a/us-west1', 'my-b/us-east1', 'my-b/us-west1']);
    const [scope] = await scopes(wishes({ projects: ['my-a'], endpoint: 'http://127.0.0.1:8080' }), await findSource(process.env, false));
    assert.equal(scope?.description, 'on 127.0.0.1:8080');
    for (const [setting, more] of [['projects', { projects: ['My Project'] }], ['locations', { projects: ['my-a'], locations: ['a/b'] }]] as const) {
      assert.match((await failure(ids(more))).message, new RegExp(`; correct the setting functionDeck\\.gcp\\.${setting}\\.$`));
    }
  });

  it('are none when no project is known, so that one can be chosen', async () => {
    restore = atHome({ GOOGLE_APPLICATION_CREDENTIALS: user() });
    assert.deepEqual(await ids(), []);
    assert.deepEqual(await chosenProjects(wishes(), undefined), []);
  });

  it('need somebody who is signed in', async () => {
    restore = atHome({ GOOGLE_CLOUD_PROJECT: 'my-project' });
    const error = await failure(ids());
    assert.deepEqual([error.kind, error.signIn?.[0]], ['auth', 'gcloud']);
    assert.equal(patience.invokeMs, 300);
  });
});
