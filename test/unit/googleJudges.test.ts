import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { v2 } from '@google-cloud/functions';
import { OAuth2Client } from 'google-auth-library';
import { cloudresourcemanager } from 'googleapis/build/src/apis/cloudresourcemanager';
import { logging } from 'googleapis/build/src/apis/logging';
import { run } from 'googleapis/build/src/apis/run';
import { emptyZip, startGoogle, type GoogleFake } from '../fakes/google';

const code = emptyZip;
let fake: GoogleFake;

function authClient(): OAuth2Client {
  const client = new OAuth2Client();
  client.setCredentials({ access_token: fake.token, expiry_date: Date.now() + 3_600_000 });
  return client;
}

describe('the Google fake, judged by the functions client of Google', () => {
  const parent = 'projects/judged/locations/us-central1';
  let client: v2.FunctionServiceClient;

  beforeEach(async () => {
    fake = await startGoogle();
    fake.project('judged');
    const { hostname, port } = new URL(fake.url);
    client = new v2.FunctionServiceClient({ fallback: true, apiEndpoint: hostname, port: Number(port), protocol: 'http', authClient: authClient() as never, projectId: 'judged' });
  });

  afterEach(async () => {
    await client.close();
    await fake.dispose();
  });

  async function upload(): Promise<{ bucket?: string | null; object?: string | null }> {
    const [{ uploadUrl, storageSource }] = await client.generateUploadUrl({ parent });
    const { status } = await fetch(uploadUrl ?? '', { method: 'PUT', headers: { 'content-type': 'application/zip' }, body: code });
    assert.equal(status, 200);
    return storageSource ?? {};
  }

  async function create(functionId: string): Promise<void> {
    const buildConfig = { runtime: 'nodejs22', entryPoint: 'handler', source: { storageSource: await upload() } };
    const [operation] = await client.createFunction({ parent, functionId, function: { buildConfig, serviceConfig: { environmentVariables: { A: '1' } }, labels: { team: 'blue' } } });
    await soon(operation);
  }

  it('lists page by page, with what cannot be reached beside it', async () => {
    const project = fake.project('judged');
    for (const id of ['a', 'b', 'c', 'd', 'e']) project.addFunction('us-central1', id);
    project.addGen1('us-east1', 'old');
    project.unreachable.add('europe-west1');
    const [first, , raw] = await client.listFunctions({ parent: 'projects/judged/locations/-', pageSize: 4 }, { autoPaginate: false });
    assert.equal(first.length, 4);
    assert.deepEqual(raw.unreachable, ['projects/judged/locations/europe-west1']);
    const names: string[] = [];
    for await (const one of client.listFunctionsAsync({ parent: 'projects/judged/locations/-', pageSize: 4 }, { autoPaginate: false })) names.push(`${one.name?.split('/').at(-1) ?? ''} ${String(one.environment)}`);
    assert.deepEqual(names, ['a GEN_2', 'b GEN_2', 'c GEN_2', 'd GEN_2', 'e GEN_2', 'old GEN_1']);
    const [second] = await client.listFunctions({ parent: 'projects/judged/locations/-', filter: 'environment="GEN_1"' });
    assert.deepEqual(second.map(({ name }) => name), ['projects/judged/locations/us-east1/functions/old']);
  });

  it('makes, reads, changes by mask and deletes a function', async () => {
    await create('made');
    const name = `${parent}/functions/made`;
    const [made] = await client.getFunction({ name });
    assert.equal(made.state, 'ACTIVE');
    assert.notEqual(made.buildConfig?.source?.storageSource?.bucket, undefined);
    assert.match(made.buildConfig?.source?.storageSource?.bucket ?? '', /^gcf-v2-sources-/);
    assert.equal(made.serviceConfig?.allTrafficOnLatestRevision, true);
    const change = { name, serviceConfig: { timeoutSeconds: 90, availableMemory: '1Gi' }, labels: { team: 'red' } };
    const [operation] = await client.updateFunction({ function: change, updateMask: { paths: ['service_config.timeout_seconds', 'service_config.environment_variables'] } });
    await soon(operation);
    const [changed] = await client.getFunction({ name });
    assert.equal(changed.serviceConfig?.timeoutSeconds, 90);
    assert.equal(changed.serviceConfig?.availableMemory, '256M');
    assert.deepEqual(changed.serviceConfig?.environmentVariables, {});
    assert.deepEqual(changed.labels, { team: 'blue' });
    assert.notEqual(changed.serviceConfig?.revision, made.serviceConfig?.revision);
    const [deletion] = await client.deleteFunction({ name });
    await soon(deletion);
    await assert.rejects(client.getFunction({ name }), /was not found/);
  });

  it('tells of a build that failed, in the operation, in the function and in the log', async () => {
    fake.project('judged').failNext({ stage: 'BUILD', message: 'missing main.py', logLines: ['Step #0: no main.py'] });
    await assert.rejects(create('broken'), /Build failed with status: FAILURE and message: missing main\.py\. For more details see the logs at https:\/\/console\.cloud\.google\.com\/cloud-build\/builds;region=us-central1\/[0-9a-f-]{36}\?project=\d+/);
    const [failed] = await client.getFunction({ name: `${parent}/functions/broken` });
    assert.equal(failed.state, 'FAILED');
    assert.match(failed.stateMessages?.[0]?.message ?? '', /missing main\.py/);
    const build = [...fake.project('judged').builds.keys()][0] ?? '';
    const rest = logging({ version: 'v2', rootUrl: fake.url, auth: authClient() });
    const { data } = await rest.entries.list({ requestBody: { resourceNames: ['projects/judged'], filter: `resource.type="build" resource.labels.build_id="${build}"`, orderBy: 'timestamp asc' } });
    assert.equal(data.entries?.some(({ textPayload }) => textPayload === 'Step #0: no main.py'), true);
  });

  it('knows its runtimes and gives the code back', async () => {
    const [{ runtimes }] = await client.listRuntimes({ parent });
    assert.equal(runtimes?.find(({ name }) => name === 'nodejs20')?.stage, 'DEPRECATED');
    await create('made');
    const [{ downloadUrl }] = await client.generateDownloadUrl({ name: `${parent}/functions/made` });
    assert.deepEqual(Buffer.from(await (await fetch(downloadUrl ?? '')).arrayBuffer()), code);
  });
});

/** The client waits a minute between two looks by itself; a look is all that is wanted here. */
async function soon(operation: { promise: () => Promise<unknown>; backoffSettings?: unknown }): Promise<void> {
  Object.assign(operation.backoffSettings as object, { initialRetryDelayMillis: 15, maxRetryDelayMillis: 15 });
  await operation.promise();
}

describe('the Google fake, judged by the REST clients of Google', () => {
  beforeEach(async () => void (fake = await startGoogle()));
  afterEach(() => fake.dispose());

  it('shows projects, services and their policies', async () => {
    const project = fake.project('judged');
    project.addFunction('us-central1', 'one');
    project.addRunService('europe-west1', 'alone', { functionTarget: 'go', baseImage: 'go125' });
    const manager = cloudresourcemanager({ version: 'v3', rootUrl: fake.url, auth: authClient() });
    assert.deepEqual((await manager.projects.search({})).data.projects?.map(({ projectId }) => projectId), ['judged']);
    const v1 = run({ version: 'v1', rootUrl: fake.url, auth: authClient() });
    const { data } = await v1.projects.locations.services.list({ parent: 'projects/judged/locations/-' });
    assert.deepEqual(data.items?.map(({ metadata }) => metadata?.labels?.['goog-managed-by'] ?? metadata?.annotations?.['run.googleapis.com/build-function-target']), ['go', 'cloudfunctions']);
    const resource = 'projects/judged/locations/us-central1/services/one';
    const { data: policy } = await v1.projects.locations.services.getIamPolicy({ resource });
    const bindings = [{ role: 'roles/run.invoker', members: ['allUsers'] }];
    await v1.projects.locations.services.setIamPolicy({ resource, requestBody: { policy: { ...policy, bindings } } });
    await assert.rejects(v1.projects.locations.services.setIamPolicy({ resource, requestBody: { policy } }), /concurrent policy changes/);
    const second = run({ version: 'v2', rootUrl: fake.url, auth: authClient() });
    assert.deepEqual((await second.projects.locations.services.getIamPolicy({ resource })).data.bindings, bindings);
  });

  it('shares the traffic of a service and tells so in the function', async () => {
    const project = fake.project('judged');
    project.addFunction('us-central1', 'one');
    const name = 'projects/judged/locations/us-central1/services/one';
    const rest = run({ version: 'v2', rootUrl: fake.url, auth: authClient() });
    const { data: revisions } = await rest.projects.locations.services.revisions.list({ parent: name });
    const revision = revisions.revisions?.[0]?.name?.split('/').at(-1);
    const traffic = [{ type: 'TRAFFIC_TARGET_ALLOCATION_TYPE_REVISION', revision, percent: 100 }];
    const { data: operation } = await rest.projects.locations.services.patch({ name, updateMask: 'traffic', requestBody: { traffic } });
    await new Promise((resolve) => setTimeout(resolve, 20));
    assert.equal((await rest.projects.locations.operations.get({ name: operation.name ?? '' })).data.done, true);
    assert.deepEqual((await rest.projects.locations.services.get({ name })).data.trafficStatuses, traffic);
    await assert.rejects(rest.projects.locations.services.patch({ name, updateMask: 'traffic', requestBody: { traffic: [{ ...traffic[0], percent: 40 }] } }), /must sum to 100/);
  });
});

const exec = promisify(execFile);

describe('the Google fake, judged by gcloud', function () {
  let folder: string | undefined;

  before(async function () {
    const found = await exec('gcloud', ['--version']).catch((error: NodeJS.ErrnoException) => error);
    if (found instanceof Error && found.code === 'ENOENT') {
      console.log('      gcloud is not on the PATH: what it would judge is left out.');
      this.skip();
    }
    folder = await mkdtemp(path.join(os.tmpdir(), 'gcloud-judge-'));
    fake = await startGoogle();
  });

  after(async () => {
    if (!folder) return;
    await rm(folder, { recursive: true, force: true });
    await fake.dispose();
  });

  function home(): string {
    return folder ?? assert.fail('no folder');
  }

  async function gcloud(...args: readonly string[]): Promise<string> {
    const services = ['CLOUDFUNCTIONS', 'LOGGING', 'RUN', 'CLOUDRESOURCEMANAGER', 'SERVICEUSAGE', 'CLOUDBUILD', 'IAM'];
    const overrides = Object.fromEntries(services.map((name) => [`CLOUDSDK_API_ENDPOINT_OVERRIDES_${name}`, `${fake.url}/`]));
    const own = { CLOUDSDK_AUTH_ACCESS_TOKEN_FILE: path.join(home(), 'token'), CLOUDSDK_CONFIG: path.join(home(), 'config'), CLOUDSDK_CORE_PROJECT: 'judged', CLOUDSDK_CORE_DISABLE_PROMPTS: '1', CLOUDSDK_CORE_DISABLE_USAGE_REPORTING: '1' };
    const { stdout } = await exec('gcloud', [...args], { env: { PATH: process.env.PATH, HOME: home(), ...overrides, ...own } });
    return stdout;
  }

  it('lists, deploys twice, describes, calls, reads logs and deletes', async () => {
    await writeFile(path.join(home(), 'token'), fake.token);
    const source = await mkdtemp(path.join(home(), 'source-'));
    await writeFile(path.join(source, 'package.json'), '{"name":"judged"}');
    await writeFile(path.join(source, 'index.js'), 'exports.handler = (request, response) => response.send("hello");');
    fake.project('judged').addGen1('us-east1', 'old');
    fake.onCall(({ log, request }) => {
      log('called');
      return { body: `got ${request.body.toString('utf8')}` };
    });
    const place = ['--gen2', '--region', 'us-central1'];
    const deploy = ['functions', 'deploy', 'made', ...place, '--runtime', 'nodejs22', '--entry-point', 'handler', '--trigger-http', '--source', source];
    await gcloud(...deploy, '--allow-unauthenticated');
    await gcloud(...deploy, '--memory', '512Mi', '--update-env-vars', 'A=b');
    const described = JSON.parse(await gcloud('functions', 'describe', 'made', ...place, '--format', 'json')) as { state: string; serviceConfig: { availableMemory: string; environmentVariables: object } };
    assert.equal(described.state, 'ACTIVE');
    assert.equal(described.serviceConfig.availableMemory, '512Mi');
    assert.deepEqual(described.serviceConfig.environmentVariables, { A: 'b' });
    assert.match(await gcloud('functions', 'list'), /made +ACTIVE +HTTP Trigger +us-central1 +2nd gen\n(?:.*\n)*?old +ACTIVE +HTTP Trigger +us-east1 +1st gen/);
    assert.match(await gcloud('functions', 'call', 'made', ...place, '--data', '{"a":1}'), /got \{"a":1\}/);
    assert.match(await gcloud('functions', 'logs', 'read', 'made', ...place), /called/);
    await gcloud('functions', 'delete', 'made', ...place);
    assert.equal(fake.project('judged').functions.size, 0);
  });
});
