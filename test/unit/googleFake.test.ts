import assert from 'node:assert/strict';
import { createSign } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { ExternalAccountClient, JWT, UserRefreshClient, type ExternalAccountClientOptions } from 'google-auth-library';
import { credentialsFile, emptyZip, startGoogle, type GoogleFake, type GoogleOptions, type LogEntry } from '../fakes/google';
import { parseFilter } from '../fakes/google/filter';

const parent = '/v2/projects/p/locations/us-central1';

interface Answer {
  readonly status: number;
  readonly json: Record<string, unknown>;
  readonly error: { readonly code: number; readonly status: string; readonly message: string; readonly details?: readonly Record<string, unknown>[] };
}

let fake: GoogleFake;

async function ask(method: string, at: string, body?: unknown, token = fake.token): Promise<Answer> {
  const headers = { 'content-type': 'application/json', ...(token !== '' && { authorization: `Bearer ${token}` }) };
  const response = await fetch(`${fake.url}${at}`, { method, headers, body: body === undefined ? undefined : JSON.stringify(body) });
  const json = (await response.json()) as Record<string, unknown>;
  return { status: response.status, json, error: json.error as Answer['error'] };
}

async function start(options?: GoogleOptions): Promise<void> {
  await fake.dispose();
  fake = await startGoogle(options);
}

async function upload(): Promise<unknown> {
  const { json } = await ask('POST', `${parent}/functions:generateUploadUrl`, {});
  const { status } = await fetch(json.uploadUrl as string, { method: 'PUT', headers: { 'content-type': 'application/zip' }, body: emptyZip });
  assert.equal(status, 200);
  return json.storageSource;
}

async function finish({ json }: Answer): Promise<Record<string, unknown>> {
  for (let look = 0; look < 100; look += 1) {
    const operation = await ask('GET', `/v2/${json.name as string}`);
    if (operation.json.done === true) return operation.json;
    await wait(5);
  }
  return assert.fail('the operation does not end');
}

beforeEach(async () => {
  fake = await startGoogle();
  fake.project('p');
});
afterEach(() => fake.dispose());

describe('the Google fake and its functions', () => {
  const good = async (): Promise<Record<string, unknown>> => ({ buildConfig: { runtime: 'nodejs22', entryPoint: 'go', source: { storageSource: await upload() } } });

  it("refuses what Google's schema does not have, as Google does", async () => {
    const { status, error } = await ask('POST', `${parent}/functions?functionId=a`, { buildConfig: { runtimes: 'nodejs22' } });
    assert.equal(status, 400);
    assert.equal(error.status, 'INVALID_ARGUMENT');
    assert.match(error.message, /Unknown name "runtimes" at 'function\.build_config': Cannot find field\./);
    assert.equal(error.details?.[0]?.['@type'], 'type.googleapis.com/google.rpc.BadRequest');
    const refused = [
      ask('POST', `${parent}/functions?functionId=a`, { serviceConfig: { timeoutSeconds: 'long' } }),
      ask('POST', `${parent}/functions?functionId=a`, { labels: ['x'] }),
      ask('POST', `${parent}/functions?functionId=a`, { serviceConfig: { ingressSettings: 'SOME' } }),
      ask('POST', `${parent}/functions?functionId=a`, { buildConfig: { runtime: 'nodejs18' } }),
      ask('POST', `${parent}/functions?functionId=-a`, await good()),
      ask('POST', `${parent}/functions?functionId=a`, { buildConfig: { runtime: 'nodejs22', source: { storageSource: { bucket: 'b', object: 'never-put' } } } }),
      ask('GET', `${parent}/functions?page_length=3`),
      ask('GET', `${parent}/functions?pageToken=made-up`),
      ask('GET', `${parent}/functions?pageToken=${Buffer.from('page:9').toString('base64url')}`),
      ask('GET', `${parent}/functions?orderBy=colour`),
      ask('GET', '/v2/projects/p/locations/-/services'),
    ];
    assert.deepEqual((await Promise.all(refused)).map((one) => one.status), refused.map(() => 400));
  });

  it('takes the code at a signed URL, and nothing but the one header that was signed', async () => {
    const { json } = await ask('POST', `${parent}/functions:generateUploadUrl`, {});
    const put = async (headers: Record<string, string>): Promise<number> => (await fetch(json.uploadUrl as string, { method: 'PUT', headers, body: emptyZip })).status;
    assert.equal(await put({ 'content-type': 'application/zip', authorization: `Bearer ${fake.token}` }), 403);
    assert.equal(await put({ 'content-type': 'application/zip', 'x-goog-content-length-range': '0,1' }), 403);
    assert.equal(await put({ 'content-type': 'application/octet-stream' }), 403);
    assert.equal(await put({ 'content-type': 'application/zip' }), 200);
  });

  it('shows the stages of a change one after the other, and the function in between', async () => {
    await start({ stageMs: 60 });
    fake.project('p');
    const started = await ask('POST', `${parent}/functions?functionId=a`, { ...(await good()), eventTrigger: { eventType: 'google.cloud.pubsub.topic.v1.messagePublished', pubsubTopic: 'projects/p/topics/t' } });
    assert.equal(started.json.done, false);
    const { json: begun } = await ask('GET', `${parent}/functions/a`);
    assert.deepEqual([begun.state, (begun.stateMessages as { type: string }[]).map(({ type }) => type)], ['DEPLOYING', ['CloudRunServiceNotFound', 'EventarcTriggerNotFound']]);
    assert.equal((await ask('PATCH', `${parent}/functions/a`, {})).error.message, 'unable to queue the operation');
    assert.equal((await ask('POST', `${parent}/functions?functionId=a`, await good())).error.status, 'ALREADY_EXISTS');
    const stages = ({ json }: Answer): unknown[] => (json.metadata as { stages: { name: string; state: string }[] }).stages.map(({ name, state }) => `${name} ${state}`);
    assert.deepEqual(stages(started), ['BUILD IN_PROGRESS', 'SERVICE NOT_STARTED', 'TRIGGER NOT_STARTED']);
    const done = await finish(started);
    assert.deepEqual(stages({ ...started, json: done }), ['BUILD COMPLETE', 'SERVICE COMPLETE', 'TRIGGER COMPLETE']);
    const { name, state, stateMessages, eventTrigger } = done.response as Record<string, Record<string, unknown>>;
    assert.deepEqual([name, state, stateMessages], ['projects/p/locations/us-central1/functions/a', 'ACTIVE', undefined]);
    assert.match(eventTrigger?.trigger as string, /\/triggers\/a-\d{6}$/);
  });

  it('takes back a service whose trigger could not be made', async () => {
    fake.project('p').failNext({ stage: 'TRIGGER', message: 'Permission denied on the topic', code: 7 });
    const operation = await finish(await ask('POST', `${parent}/functions?functionId=a`, { ...(await good()), eventTrigger: { eventType: 'x' } }));
    assert.deepEqual(operation.error, { code: 7, message: 'Permission denied on the topic' });
    assert.deepEqual((operation.metadata as { stages: { name: string }[] }).stages.map(({ name }) => name), ['BUILD', 'SERVICE', 'TRIGGER', 'SERVICE_ROLLBACK']);
    assert.equal((await ask('GET', `${parent}/functions/a`)).json.state, 'FAILED');
    assert.equal((await ask('PATCH', `${parent}/functions/a?updateMask=labels`, { labels: { a: '1' } })).error.status, 'FAILED_PRECONDITION');
  });

  it('goes on with the old revision when a change fails', async () => {
    fake.project('p').addFunction('us-central1', 'a');
    const before = (await ask('GET', `${parent}/functions/a`)).json;
    fake.project('p').failNext({ stage: 'SERVICE', message: 'Container Healthcheck failed', logLines: ['SyntaxError: no such word'] });
    const operation = await finish(await ask('PATCH', `${parent}/functions/a?updateMask=serviceConfig.timeoutSeconds`, { serviceConfig: { timeoutSeconds: 5 } }));
    assert.match((operation.error as { message: string }).message, /^Could not create or update Cloud Run service a, Container Healthcheck failed/);
    const after = (await ask('GET', `${parent}/functions/a`)).json;
    assert.deepEqual([after.state, after.serviceConfig], ['ACTIVE', before.serviceConfig]);
    assert.match((after.stateMessages as { message: string }[])[0]?.message ?? '', /Healthcheck/);
    const { json } = await ask('POST', '/v2/entries:list', { resourceNames: ['projects/p'], filter: 'resource.labels.service_name="a" textPayload:SyntaxError' });
    assert.equal((json.entries as unknown[]).length, 1);
  });

  it('changes what the mask names and nothing else; all of it without a mask', async () => {
    fake.project('p').addFunction('us-central1', 'a', { labels: { a: '1' }, description: 'old', serviceConfig: { timeoutSeconds: 10, environmentVariables: { A: '1' } } });
    const change = { description: 'new', serviceConfig: { availableMemory: '1Gi' } };
    await finish(await ask('PATCH', `${parent}/functions/a?updateMask=service_config.available_memory,labels`, change));
    const masked = (await ask('GET', `${parent}/functions/a`)).json;
    assert.deepEqual([masked.description, masked.labels], ['old', undefined]);
    const { availableMemory, timeoutSeconds, environmentVariables } = masked.serviceConfig as Record<string, unknown>;
    assert.deepEqual([availableMemory, timeoutSeconds, environmentVariables], ['1Gi', 10, { A: '1' }]);
    assert.match((await ask('PATCH', `${parent}/functions/a?updateMask=colour`, {})).error.message, /colour/);
    await finish(await ask('PATCH', `${parent}/functions/a`, { ...(await good()), description: 'new' }));
    const whole = (await ask('GET', `${parent}/functions/a`)).json;
    assert.deepEqual([whole.description, (whole.serviceConfig as Record<string, unknown>).environmentVariables], ['new', undefined]);
  });

  it('leaves a split of the traffic alone until all of it is asked for', async () => {
    fake.project('p').addFunction('us-central1', 'a', { public: true });
    const service = '/v2/projects/p/locations/us-central1/services/a';
    const config = async (): Promise<Record<string, unknown>> => (await ask('GET', `${parent}/functions/a`)).json.serviceConfig as Record<string, unknown>;
    const first = (await config()).revision as string;
    await finish(await ask('PATCH', `${service}?updateMask=traffic`, { traffic: [{ type: 'TRAFFIC_TARGET_ALLOCATION_TYPE_REVISION', revision: first, percent: 100 }] }));
    await finish(await ask('PATCH', `${parent}/functions/a?updateMask=serviceConfig.timeoutSeconds`, { serviceConfig: { timeoutSeconds: 5, allTrafficOnLatestRevision: true } }));
    const { revision: second, allTrafficOnLatestRevision } = await config();
    assert.deepEqual([second === first, allTrafficOnLatestRevision], [false, undefined]);
    const split = [[first, 90], [second, 10]].map(([revision, percent]) => ({ type: 'TRAFFIC_TARGET_ALLOCATION_TYPE_REVISION', revision, percent }));
    await finish(await ask('PATCH', `${service}?updateMask=traffic`, { traffic: split }));
    const served: string[] = [];
    fake.onCall(({ revision }) => {
      served.push(revision);
      return {};
    });
    const { uri } = await config();
    for (let call = 0; call < 100; call += 1) await fetch(uri as string);
    assert.equal(served.filter((one) => one === first).length, 90);
    await finish(await ask('PATCH', `${parent}/functions/a?updateMask=serviceConfig.allTrafficOnLatestRevision`, { serviceConfig: { allTrafficOnLatestRevision: true } }));
    assert.equal((await config()).allTrafficOnLatestRevision, true);
  });

  it('shows a new function in lists only after a while, and never one of a region that is away', async () => {
    await start({ listLagMs: 150 });
    fake.project('p').addFunction('us-east1', 'away');
    fake.project('p').unreachable.add('us-east1');
    await finish(await ask('POST', `${parent}/functions?functionId=a`, await good()));
    assert.deepEqual((await ask('GET', '/v2/projects/p/locations/-/functions')).json, { unreachable: ['projects/p/locations/us-east1'] });
    assert.equal((await ask('GET', '/v2/projects/p/locations/us-east1/functions/away')).status, 503);
    await wait(160);
    assert.equal(((await ask('GET', '/v2/projects/p/locations/-/functions')).json.functions as unknown[]).length, 1);
  });
});

describe('the Google fake and who may do what', () => {
  it('asks for a token that it knows and that has not expired', async () => {
    for (const token of ['', 'made-up', fake.mint(-1)]) {
      const { status, error } = await ask('GET', `${parent}/functions`, undefined, token);
      assert.deepEqual([status, error.status], [401, 'UNAUTHENTICATED']);
    }
    fake.expireTokens();
    assert.equal((await ask('GET', `${parent}/functions`)).status, 401);
    await start({ requireAuth: false });
    fake.project('p');
    assert.equal((await ask('GET', `${parent}/functions`, undefined, '')).status, 200);
  });

  it('denies a permission, a disabled API and a stranger’s project, each in its own words', async () => {
    const reason = ({ error }: Answer): unknown => error.details?.find((one) => one['@type'] === 'type.googleapis.com/google.rpc.ErrorInfo')?.reason;
    fake.project('p').deny('cloudfunctions.functions.list');
    const denied = await ask('GET', `${parent}/functions`);
    assert.deepEqual([denied.status, reason(denied)], [403, 'IAM_PERMISSION_DENIED']);
    assert.match(denied.error.message, /^Permission 'cloudfunctions\.functions\.list' denied on resource/);
    fake.project('p').disable('cloudfunctions.googleapis.com');
    const disabled = await ask('GET', `${parent}/functions`);
    assert.deepEqual([disabled.status, reason(disabled)], [403, 'SERVICE_DISABLED']);
    assert.match(disabled.error.message, /Enable it by visiting https:\/\/console\.developers\.google\.com/);
    const strange = await ask('GET', '/v2/projects/nobody/locations/-/functions');
    assert.deepEqual([strange.status, reason(strange)], [403, 'CONSUMER_INVALID']);
    fake.project('p').disable('logging.googleapis.com');
    assert.equal(reason(await ask('POST', '/v2/entries:list', { resourceNames: ['projects/p'] })), 'SERVICE_DISABLED');
  });

  it('lets a private function be called with an ID token for it, and with nothing else', async () => {
    fake.project('p').addFunction('us-central1', 'a');
    const uri = `${fake.url}/run/p/us-central1/a`;
    const call = (token?: string): Promise<Response> => fetch(`${uri}/x?y=1`, { method: 'POST', body: 'hello', headers: token === undefined ? {} : { authorization: `Bearer ${token}` } });
    const bare = await call();
    assert.deepEqual([bare.status, bare.headers.get('content-type')], [403, 'text/html; charset=UTF-8']);
    assert.match(await bare.text(), /Your client does not have permission to get URL/);
    const wrong = await call(fake.idToken('https://elsewhere.example'));
    assert.equal(wrong.status, 401);
    assert.match(wrong.headers.get('www-authenticate') ?? '', /invalid_token/);
    assert.equal((await call(fake.token)).status, 401);
    const right = await call(fake.idToken(uri));
    const echoed = (await right.json()) as { path: string; query: object; body: string };
    assert.deepEqual([right.status, echoed.path, echoed.query, echoed.body], [200, '/x', { y: '1' }, 'hello']);
    fake.project('p').deny('run.routes.invoke');
    assert.equal((await call(fake.idToken(uri))).status, 403);
  });

  it('refuses a policy that was read before the last change to it', async () => {
    fake.project('p').addFunction('us-central1', 'a');
    const at = '/v1/projects/p/locations/us-central1/services/a';
    const { json: old } = await ask('GET', `${at}:getIamPolicy`);
    const policy = { ...old, bindings: [{ role: 'roles/run.invoker', members: ['allUsers'] }] };
    const etag = (old.etag as string).replaceAll('+', '-').replaceAll('/', '_');
    assert.equal((await ask('POST', `${at}:setIamPolicy`, { policy: { ...policy, etag } })).status, 200);
    assert.equal((await ask('POST', `${at.replace('v1', 'v2')}:setIamPolicy`, { policy })).status, 409);
    assert.equal((await ask('POST', `${at}:setIamPolicy`, { policy: { bindings: [{ role: 'roles/run.invoker', members: ['everybody'] }] } })).status, 400);
    assert.equal((await fetch(`${fake.url}/run/p/us-central1/a`)).status, 200);
  });
});

describe('the Google fake and its faults', () => {
  it('does what was asked and loses the answer', async () => {
    await start({ stageMs: 500 });
    fake.project('p').addFunction('us-central1', 'a');
    fake.fault({ when: ({ method }) => method === 'DELETE', cut: 'after' });
    await assert.rejects(ask('DELETE', `${parent}/functions/a`), TypeError);
    assert.equal((await ask('GET', `${parent}/functions/a`)).json.state, 'DELETING');
  });

  it('answers a path that is none', async () => {
    assert.equal((await fetch(`${fake.url}/%zz`)).status, 400);
    assert.equal((await fetch(`${fake.url}/v9/nothing`)).status, 404);
  });

  it('fails so often and so late as it is told, and keeps what it was asked', async () => {
    fake.fault({ times: 2, status: 503, body: { error: { code: 503, status: 'UNAVAILABLE', message: 'away' } } });
    assert.deepEqual([(await ask('GET', `${parent}/functions`)).status, (await ask('GET', `${parent}/functions`)).status, (await ask('GET', `${parent}/functions`)).status], [503, 503, 200]);
    fake.fault({ delayMs: 80 });
    const started = performance.now();
    assert.equal((await ask('GET', `${parent}/runtimes`)).status, 200);
    assert.equal(performance.now() - started >= 75, true);
    assert.equal(fake.seen('GET', /\/functions$/).length, 3);
    fake.fault({ cut: 'before' });
    await assert.rejects(ask('GET', `${parent}/functions`), TypeError);
  });
});

describe('the Google fake and its log', () => {
  const list = (filter: string, more: object = {}): Promise<Answer> => ask('POST', '/v2/entries:list', { resourceNames: ['projects/p'], filter, orderBy: 'timestamp asc', ...more });
  const texts = ({ json }: Answer): unknown[] => ((json.entries ?? []) as LogEntry[]).map(({ textPayload }) => textPayload);

  it('gives page after page in order of time; what comes late before the place is missed, what comes after is not', async () => {
    const project = fake.project('p');
    for (const second of [3, 1, 2, 5]) project.write({ textPayload: `at ${second}`, timestamp: `2026-01-01T00:00:0${second}Z` });
    const first = await list('', { pageSize: 2 });
    assert.deepEqual(texts(first), ['at 1', 'at 2']);
    project.write({ textPayload: 'late', timestamp: '2026-01-01T00:00:00.5Z' });
    project.write({ textPayload: 'at 4', timestamp: '2026-01-01T00:00:04Z' });
    assert.deepEqual(texts(await list('', { pageSize: 10, pageToken: first.json.nextPageToken })), ['at 3', 'at 4', 'at 5']);
    assert.deepEqual(texts(await list('', { orderBy: 'timestamp desc', pageSize: 1 })), ['at 5']);
    assert.equal((await list('severity>=ERROR', { pageToken: first.json.nextPageToken })).status, 400);
  });

  it('may give an empty page with a token, and hides what is not yet indexed', async () => {
    const project = fake.project('p');
    project.write({ textPayload: 'now' });
    project.write({ textPayload: 'later' }, { lagMs: 60 });
    project.logs.emptyPages = 1;
    const empty = await list('');
    assert.deepEqual([texts(empty), typeof empty.json.nextPageToken], [[], 'string']);
    assert.deepEqual(texts(await list('', { pageToken: empty.json.nextPageToken })), ['now']);
    await wait(70);
    assert.deepEqual(texts(await list('')), ['now', 'later']);
  });

  it('answers 429 when a project asks too often, without saying how long to wait, until the window is over', async () => {
    await start({ logReads: { count: 2, windowMs: 100 } });
    fake.project('p');
    const statuses = [(await list('')).status, (await list('')).status];
    const { status, error } = await list('');
    assert.deepEqual([...statuses, status, error.status], [200, 200, 429, 'RESOURCE_EXHAUSTED']);
    assert.match(error.message, /^Quota exceeded for quota metric 'Read requests'/);
    await wait(110);
    assert.equal((await list('')).status, 200);
  });

  it('keeps an entry for each call and what the function printed during it', async () => {
    fake.project('p').addFunction('us-central1', 'My_Func', { public: true });
    fake.onCall(({ log }) => {
      log('hello');
      log({ message: 'structured' }, { severity: 'WARNING', stream: 'stderr' });
      return { status: 503, body: 'no' };
    });
    const trace = 'a'.repeat(32);
    const response = await fetch(`${fake.url}/cloudfunctions/us-central1-p/My_Func`, { headers: { 'function-execution-id': 'exec1', 'x-cloud-trace-context': `${trace}/1;o=1` } });
    assert.equal(response.status, 503);
    const { json } = await list('resource.type="cloud_run_revision" resource.labels.service_name="my-func" labels."goog-managed-by"="cloudfunctions"');
    const entries = json.entries as LogEntry[];
    assert.equal(entries.length, 3);
    assert.deepEqual(new Set(entries.map((entry) => entry.trace)), new Set([`projects/p/traces/${trace}`]));
    assert.deepEqual(texts(await list('labels.execution_id="exec1" textPayload:*')), ['hello']);
    const requests = (await list('logName="projects/p/logs/run.googleapis.com%2Frequests" httpRequest.status>=500')).json.entries as { httpRequest: { latency: string } }[];
    assert.match(requests[0]?.httpRequest.latency ?? '', /^\d+\.\d{9}s$/);
  });

  const entry: LogEntry = {
    logName: 'projects/p/logs/run.googleapis.com%2Fstdout',
    resource: { type: 'cloud_run_revision', labels: { service_name: 'hello' } },
    labels: { 'goog-managed-by': 'cloudfunctions', execution_id: 'e1' },
    timestamp: '2026-01-01T00:00:01.000002Z',
    severity: 'WARNING',
    textPayload: 'Disk is full (97 %)',
    jsonPayload: { code: 5, nested: { ok: true } },
    insertId: 'i1',
  };
  const table: readonly (readonly [string, boolean])[] = [
    ['', true],
    ['severity>=WARNING', true],
    ['severity>WARNING', false],
    ['severity=("ERROR" OR "WARNING")', true],
    ['-severity=WARNING', false],
    ['NOT severity=ERROR', true],
    ['labels."goog-managed-by"="cloudfunctions"', true],
    ['labels.execution_id=("e1" OR "e2") resource.type="cloud_run_revision"', true],
    ['resource.labels.service_name!="hello"', false],
    ['resource.labels.missing!="x"', false],
    ['NOT resource.labels.missing="x"', true],
    ['resource.labels.missing:*', false],
    ['logName:"run.googleapis.com"', true],
    ['logName=~"stdout$"', true],
    ['textPayload=~"disk"', false],
    ['textPayload=~"(?i)disk"', true],
    ['textPayload!~"disk"', true],
    ['textPayload:"DISK IS"', true],
    ['"is full"', true],
    ['full AND empty', false],
    ['timestamp>="2026-01-01T00:00:01.000002Z"', true],
    ['timestamp>"2026-01-01T00:00:01.000002Z"', false],
    ['timestamp<"2026-01-01T01:00:01.000003+01:00"', true],
    ['jsonPayload.code>4 jsonPayload.code<=5', true],
    ['jsonPayload.nested.ok=true', true],
    ['insertId="i1" OR insertId="i2" AND severity=ERROR', false],
    ['(insertId="i1" OR insertId="i2") -- a comment\nseverity=WARNING', true],
    ['log_id("run.googleapis.com/stdout")', true],
    ['insert_id="i1"', true],
  ];
  for (const [filter, fits] of table) {
    it(`reads the filter ${JSON.stringify(filter)}`, () => assert.equal(parseFilter(filter)(entry), fits));
  }

  it('refuses a filter that is none', async () => {
    for (const filter of ['severity>=', '(a=1', 'a="open', 'AND', 'a=1)', 'severity=LOUD', 'timestamp>"yesterday"', 'textPayload=~"("', '= 3', 'a.=1', 'labels.x=(', 'x'.repeat(20_001), 'nothing("x")']) {
      const { status, error } = await list(filter);
      assert.deepEqual([filter, status], [filter, 400]);
      assert.match(error.message, /^Unparseable filter: /);
    }
  });
});

describe('the Google fake and signing in', () => {
  let folder: string;
  const scopes = ['https://www.googleapis.com/auth/cloud-platform'];
  before(async () => void (folder = await mkdtemp(path.join(os.tmpdir(), 'google-fake-'))));
  after(() => rm(folder, { recursive: true, force: true }));

  const works = async (token: string | null | undefined): Promise<void> => assert.equal((await ask('GET', `${parent}/functions`, undefined, token ?? '')).status, 200);
  const read = async <T>(file: string): Promise<T> => JSON.parse(await readFile(file, 'utf8')) as T;

  it('renews a user’s token, for the APIs and for a function of his', async () => {
    const { client_id, client_secret, refresh_token } = await read<Record<string, string>>(await credentialsFile(fake, folder, 'authorized_user'));
    const client = new UserRefreshClient({ clientId: client_id, clientSecret: client_secret, refreshToken: refresh_token, endpoints: { oauth2TokenUrl: `${fake.url}/token` } });
    await works((await client.getAccessToken()).token);
    fake.project('p').addFunction('us-central1', 'a');
    const uri = `${fake.url}/run/p/us-central1/a`;
    assert.equal((await fetch(uri, { headers: { authorization: `Bearer ${await client.fetchIdToken(uri)}` } })).status, 200);
    const revoked = new UserRefreshClient({ clientId: 'x', clientSecret: 'y', refreshToken: 'gone', endpoints: { oauth2TokenUrl: `${fake.url}/token` } });
    await assert.rejects(revoked.getAccessToken(), /invalid_grant/);
  });

  it('believes a service account that signs for itself, and gives it tokens for its assertion', async () => {
    const keyFile = await credentialsFile(fake, folder, 'service_account');
    const { client_email, private_key } = await read<Record<string, string>>(keyFile);
    const client = new JWT({ email: client_email, key: private_key, scopes });
    client.useJWTAccessWithScope = true;
    const own = (await client.getRequestHeaders()).get('authorization')?.replace('Bearer ', '');
    assert.equal(own?.split('.').length, 3);
    await works(own);
    const assertion = sign({ iss: client_email, scope: scopes[0], aud: `${fake.url}/token` }, private_key ?? '');
    const grant = (text: string): Promise<Response> => fetch(`${fake.url}/token`, { method: 'POST', body: new URLSearchParams({ grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer', assertion: text }) });
    await works(((await (await grant(assertion)).json()) as { access_token: string }).access_token);
    const forged = `${assertion.slice(0, -8)}AAAAAAAA`;
    assert.deepEqual(await (await grant(forged)).json(), { error: 'invalid_grant', error_description: 'Invalid JWT Signature.' });
  });

  it('exchanges a foreign token and lends a service account', async () => {
    const client = ExternalAccountClient.fromJSON(await read<ExternalAccountClientOptions>(await credentialsFile(fake, folder, 'external_account')));
    await works((await client?.getAccessToken())?.token);
    assert.equal(fake.seen('POST', /:generateAccessToken$/).length, 1);
    const { service_account_impersonation_url: lend } = await read<Record<string, string>>(await credentialsFile(fake, folder, 'impersonated_service_account'));
    const { pathname } = new URL(lend ?? '');
    await works((await ask('POST', pathname, { scope: scopes })).json.accessToken as string);
    assert.equal((await ask('POST', pathname.replace('runner', 'stranger'), { scope: scopes })).status, 403);
    assert.equal((await ask('POST', pathname, { scope: scopes }, '')).status, 401);
  });
});

function sign(claims: Record<string, unknown>, key: string): string {
  const now = Math.floor(Date.now() / 1000);
  const head = [{ alg: 'RS256', typ: 'JWT' }, { ...claims, iat: now, exp: now + 600 }].map((one) => Buffer.from(JSON.stringify(one)).toString('base64url')).join('.');
  return `${head}.${createSign('RSA-SHA256').update(head).sign(key, 'base64url')}`;
}

describe('the Google fake and its projects', () => {
  it('finds projects page by page, by id and by number', async () => {
    for (const id of ['alpha', 'beta', 'gamma']) fake.project(id);
    const first = (await ask('GET', '/v3/projects:search?pageSize=3')).json as { projects: unknown[]; nextPageToken: string };
    assert.equal(first.projects.length, 3);
    const second = (await ask('GET', `/v3/projects:search?pageSize=3&pageToken=${first.nextPageToken}`)).json;
    assert.deepEqual((second.projects as { projectId: string }[]).map(({ projectId }) => projectId), ['gamma']);
    assert.equal((await ask('GET', `/v1/projects/${fake.project('beta').number}`)).json.projectId, 'beta');
    assert.equal(((await ask('GET', '/v3/projects:search?query=alp')).json.projects as unknown[]).length, 1);
  });

  it('offers forty places', async () => {
    const { json } = await ask('GET', '/v2/projects/p/locations');
    assert.equal((json.locations as unknown[]).length, 40);
  });
});
