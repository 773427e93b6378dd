import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { isProviderError, type ProviderError } from '../../src/core/errors';
import { joinFacts } from '../../src/core/invocation/laterFacts';
import type { FunctionRef, InvokeResult, LaterFacts } from '../../src/core/provider';
import { findError } from '../../src/providers/gcp/callError';
import { billed, estimateRunCost } from '../../src/providers/gcp/price';
import { provider } from '../../src/providers/gcp/provider';
import { type GoogleCloud, startGoogleCloud, useGoogleHome } from '../fakes/googleCloud';
import type { CallHandler, FakeProject } from '../fakes/google';
import { fakeHost } from '../fakes/host';
import { assertLinear } from './growth';

const options = { signal: new AbortController().signal };
const place = 'invoke-project/europe-west1';

describe('an invocation of Google', () => {
  let cloud: GoogleCloud;
  let project: FakeProject;
  let gcp: ReturnType<typeof provider>;
  let restore: () => void;

  before(async () => {
    cloud = await startGoogleCloud('authorized_user');
    restore = useGoogleHome(cloud.variables);
    project = cloud.google.project('invoke-project');
    gcp = provider(fakeHost({ 'gcp.endpoint': cloud.google.url }), { readMs: 30_000, invokeMs: 500 });
  });

  after(async () => {
    restore();
    await cloud.stop();
  });

  const ref = (name: string): FunctionRef => ({ provider: 'gcp', scope: place, name });
  const invoke = async (name: string, event: unknown, at = options): Promise<InvokeResult> => gcp.invoke(ref(name), { payload: Buffer.from(JSON.stringify(event)) }, at);
  const calls = (name: string): number => cloud.google.requests.filter(({ path }) => path.startsWith(`/run/invoke-project/europe-west1/${name}/`)).length;
  const onCall = (handler: CallHandler): void => cloud.google.onCall(handler);
  const refused = async (name: string, event: unknown, at = options): Promise<ProviderError> => {
    const error = await invoke(name, event, at).catch((reason: unknown) => reason);
    assert.ok(isProviderError(error), String(error));
    assert.match(error.message, /^[^\n]+; [^\n]+\.?\)?\.?$/);
    return error;
  };
  const later = async (result: InvokeResult): Promise<LaterFacts> => {
    const facts = await result.later?.(options);
    assert.ok(facts);
    return facts;
  };

  it('sends the event as an HTTP request once, with an ID token, and gives the response and then the log', async () => {
    project.addFunction('europe-west1', 'Echo_1', { serviceConfig: { availableMemory: '256Mi', availableCpu: '1' } });
    onCall(({ log, request }) => {
      log('first line\nsecond line');
      log({ message: 'structured', order: 7 }, { severity: 'WARNING' });
      return { status: 201, headers: { 'content-type': 'application/json', 'x-own': 'yes' }, body: JSON.stringify(request) };
    });
    const result = await invoke('Echo_1', { method: 'PATCH', path: '/a/../b', query: { q: 'ü' }, headers: { 'X-Who': 'me' }, body: { a: 1 } });
    assert.ok(result.ok);
    const seen = JSON.parse(Buffer.from(result.payload).toString()) as { method: string; path: string; query: object; headers: Record<string, string> };
    assert.deepEqual([seen.method, seen.path, seen.query, seen.headers['x-who'], seen.headers['content-type']], ['PATCH', '/b', { q: 'ü' }, 'me', 'application/json']);
    assert.match(seen.headers['authorization'] ?? '', /^Bearer \S+\.\S+\.\S+$/);
    assert.match(seen.headers['function-execution-id'] ?? '', /^[a-z0-9]{12}$/);
    assert.match(seen.headers['x-cloud-trace-context'] ?? '', /^[0-9a-f]{32}\/[1-9]\d{15};o=1$/);
    assert.equal(calls('echo-1'), 1);
    assert.deepEqual([result.status, result.response?.status, result.memoryMb], [201, 201, 256]);
    assert.ok(result.response?.headers.some(([name, value]) => name === 'x-own' && value === 'yes'));
    const facts = await later(result);
    assert.deepEqual(facts.log, ['first line', 'second line', 'structured {"order":7}']);
    assert.equal(facts.requestId, seen.headers['function-execution-id']);
    const { httpRequest } = project.logs.entries.find((entry) => entry.httpRequest && entry.resource?.labels?.['service_name'] === 'echo-1') ?? {};
    const steps = Math.ceil(parseFloat((httpRequest as { readonly latency: string }).latency) * 10);
    assert.deepEqual([facts.billedMs, facts.costBasis, facts.error], [steps * 100, 'on Cloud Run', undefined]);
    assert.ok(Math.abs((facts.costUsd ?? 0) - (0.4e-6 + 0.1 * (0.000024 + 0.25 * 0.0000025))) < 1e-12);
  });

  it('calls a public function without any ID token, and a private one not at all', async () => {
    project.addFunction('europe-west1', 'open', { public: true });
    project.addFunction('europe-west1', 'shut', {});
    onCall(() => ({ body: 'hi' }));
    const file = `${cloud.variables['CLOUDSDK_CONFIG'] ?? ''}-token`;
    await writeFile(file, cloud.google.token);
    const back = useGoogleHome({ CLOUDSDK_AUTH_ACCESS_TOKEN_FILE: file });
    try {
      const result = await invoke('open', { path: '/' });
      assert.equal(result.ok && Buffer.from(result.payload).toString(), 'hi');
      const error = await refused('shut', { path: '/' });
      assert.deepEqual([error.kind, error.untaken], ['auth', true]);
      assert.match(error.message, /^"shut" is private and .* got no ID token .*roles\/run\.invoker on the Cloud Run service "shut"/);
    } finally {
      back();
    }
  });

  it('names the role that is missing when Cloud Run does not let the call through', async () => {
    project.addFunction('europe-west1', 'guarded', {});
    project.deny('run.routes.invoke');
    const error = await refused('guarded', {});
    project.allow('run.routes.invoke');
    assert.deepEqual([error.kind, error.untaken], ['denied', true]);
    assert.match(error.message, /your Google account may not call it; ask for roles\/run\.invoker on the Cloud Run service "guarded"/);
  });

  it('takes a refusal, a redirect and a page of the function itself for its answer', async () => {
    project.addFunction('europe-west1', 'own', {});
    for (const [status, body] of [[403, 'Forbidden'], [404, '<h1>Not Found</h1>'], [302, ''], [429, 'slow down']] as const) {
      onCall(() => ({ status, headers: { location: 'http://127.0.0.1:1/elsewhere' }, body }));
      const result = await invoke('own', { path: '/' });
      assert.deepEqual([result.ok, result.status], [true, status]);
    }
  });

  it('sends CloudEvents whole, with an id of their own for each call', async () => {
    project.addFunction('europe-west1', 'listener', { eventTrigger: { eventType: 'google.cloud.pubsub.topic.v1.messagePublished', pubsubTopic: 'projects/invoke-project/topics/t' } });
    const seen: { type: string | undefined; id: unknown }[] = [];
    onCall(({ request }) => {
      seen.push({ type: request.headers['content-type'], id: (JSON.parse(request.body.toString()) as { id: unknown }).id });
      return { status: 204 };
    });
    const event = { specversion: '1.0', source: '//pubsub', type: 'google.cloud.pubsub.topic.v1.messagePublished', data: {} };
    assert.ok((await invoke('listener', event)).ok);
    assert.ok((await invoke('listener', event)).ok);
    assert.deepEqual(new Set(seen.map(({ type }) => type)), new Set(['application/cloudevents+json']));
    assert.notEqual(seen[0]?.id, seen[1]?.id);
    const before = calls('listener');
    assert.equal((await refused('listener', { path: '/' })).kind, 'invalid');
    assert.equal(calls('listener'), before);
  });

  it('tells of a crash, and then from the log what was thrown and where', async () => {
    project.addFunction('europe-west1', 'crash', {});
    onCall(({ log }) => {
      log('TypeError: no such thing\n    at handler (/workspace/index.js:3:9)\n    at /layers/x.js:1:1', { stream: 'stderr', severity: 'ERROR' });
      return { status: 500, headers: { 'x-google-status': 'crash' }, body: 'Internal Server Error' };
    });
    const result = await invoke('crash', { path: '/' });
    assert.ok(!result.ok);
    assert.deepEqual([result.error.type, result.error.message, result.error.stack], ['Crash', 'Internal Server Error', []]);
    const joined = joinFacts(result, await later(result));
    assert.ok(!joined.ok);
    assert.deepEqual([joined.error.type, joined.error.message], ['TypeError', 'no such thing']);
    assert.equal(joined.error.stack[1], '    at handler (/workspace/index.js:3:9)');
  });

  it('tells from the log of the platform why an instance was ended', async () => {
    project.addFunction('europe-west1', 'hungry', {});
    onCall(({ name }) => {
      const resource = { type: 'cloud_run_revision', labels: { location: 'europe-west1', service_name: name } };
      project.write({ logName: 'projects/invoke-project/logs/run.googleapis.com%2Fvarlog%2Fsystem', severity: 'ERROR', textPayload: 'Memory limit of 256 MiB exceeded with 261 MiB used.', resource });
      return { status: 503, body: 'Service Unavailable' };
    });
    const result = await invoke('hungry', { path: '/' });
    assert.ok(!result.ok);
    assert.deepEqual((await later(result)).error, { type: 'OutOfMemory', message: 'Memory limit of 256 MiB exceeded with 261 MiB used.', stack: [] });
  });

  it('says of a lost answer that the function may have run, and never sends twice', async () => {
    project.addFunction('europe-west1', 'lost', { serviceConfig: { timeoutSeconds: 1 } });
    cloud.google.fault({ when: ({ path }) => path.startsWith('/run/'), cut: 'after' });
    onCall(() => ({ body: 'done' }));
    const cut = await refused('lost', { path: '/' });
    assert.match(cut.message, /^lost may have run, but its answer was lost; look at its log from \d\d:\d\d:\d\d UTC on/);
    assert.equal(calls('lost'), 1);
    onCall(() => ({ delayMs: 3_000 }));
    const slow = await refused('lost', { path: '/' });
    assert.match(slow.message, /^lost may have run.*within 2 s/);
    assert.equal(calls('lost'), 2);
  });

  it('ends at once when the caller gives up', async () => {
    project.addFunction('europe-west1', 'long', {});
    const stop = new AbortController();
    onCall(() => {
      setTimeout(() => stop.abort(), 20);
      return { delayMs: 5_000 };
    });
    await assert.rejects(invoke('long', { path: '/' }, { signal: stop.signal }), { name: 'AbortError' });
    assert.equal(cloud.google.world.requests.at(-1)?.status, 0, 'waited for the answer');
  });

  it('refuses before anything is sent: no such function, a first-generation one, bad credentials, other modes', async () => {
    assert.equal((await refused('nowhere', {})).kind, 'notFound');
    project.addGen1('europe-west1', 'old', {});
    assert.equal((await refused('old', {})).kind, 'unsupported');
    await assert.rejects(gcp.invoke(ref('open'), { payload: Buffer.from('{}'), mode: 'async' }, options), { kind: 'unsupported' });
    const before = calls('open');
    cloud.google.expireTokens();
    cloud.google.world.refreshTokens.clear();
    assert.equal((await refused('open', {})).kind, 'auth');
    assert.equal(calls('open'), before);
  });
});

describe('what a log tells of a failure', () => {
  it('finds the last Python traceback, on one line or on several', () => {
    const lines = ['before', 'Traceback (most recent call last):', '  File "/workspace/main.py", line 3, in handler', '    raise errors.Bad("no: way")', 'errors.Bad: no: way', 'after'];
    const error = { type: 'Bad', message: 'no: way', stack: lines.slice(1, 5) };
    assert.deepEqual(findError(lines), error);
    assert.deepEqual(findError(['Traceback (most recent call last):', '  x', 'KeyError: 1', '', 'During handling of the above exception, another exception occurred:', '', ...lines]), error);
    assert.deepEqual(findError(['Traceback (most recent call last):']), { type: 'Error', message: '', stack: ['Traceback (most recent call last):'] });
  });

  it('finds the last JavaScript stack, with a message of several lines', () => {
    assert.deepEqual(findError(['x', 'Uncaught RangeError: one', 'two', '    at f (/workspace/a.js:1:2)', '    at g', 'y']), { type: 'RangeError', message: 'one\ntwo', stack: ['Uncaught RangeError: one', 'two', '    at f (/workspace/a.js:1:2)', '    at g'] });
    assert.equal(findError(['TypeError: only said', 'look at me']), undefined);
  });

  it('is quick on long lines of strangers', () => {
    for (const line of [(size: number) => `${' '.repeat(size)}x`, (size: number) => `Error${' ['.repeat(size)}`, (size: number) => 'a.'.repeat(size), (size: number) => randomBytes(size).toString('hex')]) {
      assertLinear((size) => findError([line(size)]), 25_000, line(3));
    }
  });
});

describe('the price of a call to Google', () => {
  it('counts time in steps of 100 ms and regions by their tier', () => {
    assert.deepEqual([0, 1, 100, 100.00000001, 100.1, 299.9, 300].map(billed), [100, 100, 100, 100, 200, 300, 300]);
    const usage = { billedMs: 1_000, memoryMb: 1_024, cpu: 2 };
    assert.equal(estimateRunCost({ ...usage, location: 'europe-west1' }).toFixed(8), '0.00005090');
    assert.equal(estimateRunCost({ ...usage, location: 'europe-west3' }).toFixed(8), '0.00007110');
  });
});
