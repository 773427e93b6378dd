import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ErrorKind } from '../../src/core/errors';
import { call } from '../../src/providers/gcp/call';
import type { Connection } from '../../src/providers/gcp/client';
import { failure, rejection } from '../fakes/failure';
import { faults, FaultServer, json } from '../fakes/faultServer';
import { atHome, connections, never, pagesOf, patience, project, read, write } from './gcpWorld';

/** An error as every Google API gives it. */
const refusal = (code: number, status: string, message: string, ...details: unknown[]): ReturnType<typeof json> => json({ error: { code, status, message, details } }, code);
const info = (reason: string, metadata: Record<string, string> = {}): unknown => ({ '@type': 'type.googleapis.com/google.rpc.ErrorInfo', reason, domain: 'googleapis.com', metadata });

describe('the Google provider and a network that fails', () => {
  const hasty = { readMs: 400, invokeMs: 300 };
  let server: FaultServer;
  let restore: () => void;

  beforeEach(async () => {
    server = await FaultServer.start();
    restore = atHome({ CLOUDSDK_AUTH_ACCESS_TOKEN_FILE: write('token', 'secret-token') });
  });

  afterEach(async () => {
    restore();
    await server.stop();
  });

  const connect = (wait = patience): Promise<Connection> => connections(server.endpoint, wait).to(project, never);
  const change = async (wait = patience): Promise<unknown> => {
    const connection = await connect(wait);
    const name = `projects/${project}/locations/europe-west1/functions/hello`;
    const { functions } = connection.functions.projects.locations;
    return call(connection, { action: 'cloudfunctions.functions.delete', subject: 'hello', send: (at) => functions.delete({ name }, at) }, never);
  };

  const cases: readonly (readonly [name: keyof typeof faults, kind: ErrorKind, hits: number, words: RegExp])[] = [
    ['serverError', 'unknown', 3, /HTTP 500/],
    ['unavailable', 'unknown', 3, /HTTP 503/],
    ['throttled', 'throttled', 3, /limiting requests of project my-project/],
    ['half', 'network', 3, /broke before the whole answer/],
    ['cutJson', 'network', 1, /did not answer as Google does/],
    ['garbage', 'network', 1, /did not answer as Google does/],
    ['html', 'network', 1, /did not answer as Google does/],
    ['htmlForbidden', 'network', 1, /did not answer as Google does/],
    ['redirect', 'network', 1, /did not answer as Google does/],
    ['reset', 'network', 3, /broke before the whole answer/],
    ['hang', 'network', 1, /did not answer cloudfunctions\.functions\.\w+ within 0 s/],
    ['stall', 'network', 1, /did not answer cloudfunctions\.functions\.\w+ within 0 s/],
    ['drip', 'network', 1, /did not answer cloudfunctions\.functions\.\w+ within 0 s/],
  ];
  const endless: readonly string[] = ['hang', 'stall', 'drip'];

  for (const [name, kind, hits, words] of cases) {
    it(`${name}: a list and a read say so in one sentence, in time`, async () => {
      server.answer = faults[name];
      const connection = await connect(endless.includes(name) ? hasty : patience);
      for (const asked of [pagesOf(connection), read(connection)]) {
        const error = await failure(asked);
        assert.equal(error.kind, kind);
        assert.match(error.message, words);
        assert.match(error.message, /^Cloud |^The connection to Cloud /);
        assert.doesNotMatch(error.message, /secret-token|\n/);
      }
      assert.equal(server.count('GET', /functions\/hello/), hits);
    });

    it(`${name}: a change is sent once, and tells whether it was taken`, async () => {
      server.answer = faults[name];
      const error = await failure(change(endless.includes(name) ? hasty : patience));
      assert.equal(error.kind, kind);
      assert.equal(server.hits.length, 1);
      assert.equal(error.untaken, ['throttled', 'htmlForbidden', 'redirect'].includes(name));
    });
  }

  it('an answer comes at the second attempt of a read', async () => {
    server.answer = (response, request) => (server.hits.length === 1 ? faults.reset(response) : json({ name: 'x' })(response, request));
    assert.equal(await read(await connect()), 'x');
    assert.equal(server.hits.length, 2);
  });

  it('nothing that listens is said as such, and is certain to have done nothing', async () => {
    const connection = await connections('http://127.0.0.1:9').to(project, never);
    const error = await failure(read(connection));
    assert.deepEqual([error.kind, error.untaken], ['network', true]);
    assert.match(error.message, /^Nothing answers as Cloud Functions at http:\/\/127\.0\.0\.1:9; start the server there or correct the setting/);
  });

  it('a caller who gives up gets that at once, and the connection is closed', async () => {
    let closed = false;
    server.answer = (response) => void response.on('close', () => (closed = true));
    const end = new AbortController();
    const asked = rejection(read(await connect(), 'hello', { signal: end.signal }));
    while (server.hits.length === 0) await sleep(5);
    end.abort();
    assert.equal((await asked).name, 'AbortError');
    while (!closed) await sleep(5);
    assert.equal((await rejection(read(await connect(), 'hello', { signal: AbortSignal.abort() }))).name, 'AbortError');
    assert.equal(server.hits.length, 1);
  });

  const sentences: readonly (readonly [string, ReturnType<typeof json>, ErrorKind, RegExp])[] = [
    ['a token that is not accepted', refusal(401, 'UNAUTHENTICATED', 'Request had invalid credentials.'), 'auth', /^Google does not accept the credentials of the access token in /],
    ['a permission that is missing', refusal(403, 'PERMISSION_DENIED', 'No.', info('IAM_PERMISSION_DENIED', { permission: 'cloudfunctions.functions.sourceCodeSet' })), 'denied', /is not allowed to do cloudfunctions\.functions\.sourceCodeSet; ask for that permission/],
    ['a permission that is not named', refusal(403, 'PERMISSION_DENIED', 'The caller does not have permission'), 'denied', /is not allowed to do cloudfunctions\.functions\.delete; /],
    ['a project without billing', refusal(403, 'PERMISSION_DENIED', 'Billing is off.', info('BILLING_DISABLED')), 'denied', /^Project my-project has no billing account; /],
    ['a project that is none', refusal(403, 'PERMISSION_DENIED', 'No.', info('CONSUMER_INVALID')), 'denied', /^There is no project "my-project" that the access token in .+ may see; /],
    ['a quota project', refusal(403, 'PERMISSION_DENIED', 'No.', info('USER_PROJECT_DENIED')), 'denied', /set-quota-project my-project"/],
    ['a location that is none', refusal(403, 'PERMISSION_DENIED', "Permission denied on 'locations/moon-1' (or it may not exist)."), 'denied', /^There is no location "moon-1" that project my-project may use; /],
    ['a token with less than all scopes', refusal(403, 'PERMISSION_DENIED', 'No.', info('ACCESS_TOKEN_SCOPE_INSUFFICIENT')), 'auth', /signed in for less than this takes; /],
    ['a function that is gone', refusal(404, 'NOT_FOUND', 'Resource was not found'), 'notFound', /^There is no "hello" in my-project; /],
    ['a change under way', refusal(409, 'ABORTED', 'unable to queue the operation'), 'conflict', /^"hello" was changed by somebody else or is still being changed .+unable to queue the operation/],
    ['a wrong member', refusal(400, 'INVALID_ARGUMENT', 'Bad.', { '@type': 'type.googleapis.com/google.rpc.BadRequest', fieldViolations: [{ field: 'function.build_config', description: 'is wrong' }] }), 'invalid', /^Cloud Functions at \S+ refused cloudfunctions\.functions\.delete: function\.build_config: is wrong; correct it/],
    ['a precondition', refusal(400, 'FAILED_PRECONDITION', 'Bad.', { '@type': 'type.googleapis.com/google.rpc.PreconditionFailure', violations: [{ type: 'A', subject: 'thing', description: 'is not so' }] }), 'invalid', /: thing: is not so; correct it/],
    ['a quota', refusal(429, 'RESOURCE_EXHAUSTED', 'Too many.', { '@type': 'type.googleapis.com/google.rpc.QuotaFailure', violations: [{ subject: 'project:1', description: 'read requests' }] }), 'throttled', /limiting requests of project my-project .+\(project:1: read requests\)$/],
    ['a call that is unknown', refusal(501, 'UNIMPLEMENTED', 'Not here.'), 'unsupported', /cannot do cloudfunctions\.functions\.delete; /],
    ['an inner failure', refusal(500, 'INTERNAL', 'Oh.'), 'unknown', /failed at cloudfunctions\.functions\.delete \(HTTP 500\); try again in a moment\. \(Oh\)$/],
    ['an error of wrong types', json({ error: { code: 'x', message: 7, status: [], details: 'no' } }, 403), 'network', /did not answer as Google does/],
    ['details of wrong types', refusal(403, 'PERMISSION_DENIED', 'No.', null, 7, { '@type': 1, reason: {}, metadata: [1], violations: [null] }), 'denied', /is not allowed to do/],
    ['a text of many lines', refusal(400, 'INVALID_ARGUMENT', `a\nb\u202e${'c'.repeat(500)}`), 'invalid', /: a b c{200,}…; correct it/],
  ];

  for (const [what, answer, kind, words] of sentences) {
    it(`says ${what} in one sentence with its cure`, async () => {
      server.answer = answer;
      const error = await failure(change());
      assert.equal(error.kind, kind);
      assert.match(error.message, words);
      assert.equal(server.hits.length, 1);
    });
  }

  it('says how to enable an API, and where', async () => {
    const activationUrl = 'https://console.developers.google.com/apis/api/cloudfunctions.googleapis.com/overview?project=1';
    server.answer = refusal(403, 'PERMISSION_DENIED', 'It is off.', info('SERVICE_DISABLED', { service: 'cloudfunctions.googleapis.com', activationUrl }));
    const error = await failure(change());
    assert.equal(error.message, 'The API cloudfunctions.googleapis.com is not enabled in project my-project; run "gcloud services enable cloudfunctions.googleapis.com --project my-project", wait a minute and try again.');
    assert.deepEqual([error.kind, error.page], ['denied', activationUrl]);
    server.answer = refusal(403, 'PERMISSION_DENIED', 'It is off.', info('SERVICE_DISABLED', { service: 'cloudfunctions.googleapis.com', activationUrl: 'https://evil.example/' }));
    assert.equal((await failure(change())).page, undefined);
  });
});
