import assert from 'node:assert/strict';
import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { CredentialKind, GoogleFake } from '../fakes/google';
import { startGoogle } from '../fakes/google';
import { failure } from '../fakes/failure';
import { FaultServer, json } from '../fakes/faultServer';
import { temporaryFolder } from '../fakes/host';
import { atHome, connect, connections, fileOf, never, place, project, read, ref, write } from './gcpWorld';

const kinds: readonly CredentialKind[] = ['authorized_user', 'service_account', 'external_account', 'impersonated_service_account'];
const name = `projects/${project}/locations/europe-west1/functions/hello`;
const parse = (file: string): Record<string, unknown> => JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>;

describe('who asks Google', () => {
  let google: GoogleFake;
  let restore: (() => void) | undefined;
  const at = (variables: Readonly<Record<string, string>>): void => void (restore = atHome(variables));
  const withFile = async (kind: CredentialKind): Promise<void> => at({ GOOGLE_APPLICATION_CREDENTIALS: await fileOf(google, kind) });
  const tokens = (): number => google.seen('POST', /token$/).length;

  beforeEach(async () => {
    google = await startGoogle();
    google.project(project).addFunction('europe-west1', 'hello');
  });

  afterEach(async () => {
    restore?.();
    restore = undefined;
    await google.dispose();
  });

  for (const kind of kinds) {
    it(`reads as ${kind}, by the token endpoint that the file names`, async () => {
      await withFile(kind);
      assert.equal(await read(await connect(google)), name);
      assert.ok(tokens() > 0);
      assert.deepEqual(google.requests.filter(({ status }) => status !== 200), []);
    });

    it(`gets new tokens as ${kind} when the old ones are refused, and sends nothing a third time`, async () => {
      await withFile(kind);
      const connection = await connect(google);
      await read(connection);
      google.expireTokens();
      assert.equal(await read(connection), name);
      assert.deepEqual(google.seen('GET', /hello$/).map(({ status }) => status), [200, 401, 200]);
    });

    it(`proves as ${kind} who calls`, async () => {
      await withFile(kind);
      const connection = await connect(google);
      const claims = (await connection.idToken('https://hello.example', never)).split('.')[1] ?? '';
      assert.equal((JSON.parse(Buffer.from(claims, 'base64url').toString('utf8')) as { aud?: string }).aud, 'https://hello.example');
      assert.ok((await connection.accessToken(never)).length > 10);
    });
  }

  it('signs its own tokens for a service account, where Google itself would give them', async () => {
    const file = await fileOf(google, 'service_account');
    at({ GOOGLE_APPLICATION_CREDENTIALS: write('key.json', { ...parse(file), token_uri: 'https://oauth2.googleapis.com/token' }) });
    assert.equal(await read(await connect(google)), name);
    assert.deepEqual(google.requests.map(({ method }) => method), ['GET']);
  });

  it("asks for tokens where gcloud's variable says", async () => {
    const { token_uri, ...rest } = parse(await fileOf(google, 'authorized_user'));
    at({ GOOGLE_APPLICATION_CREDENTIALS: write('user.json', rest), CLOUDSDK_AUTH_TOKEN_HOST: String(token_uri) });
    assert.equal(await read(await connect(google)), name);
    assert.equal(tokens(), 1);
  });

  it("finds gcloud's own file in the folder that CLOUDSDK_CONFIG names, and names the project that pays", async () => {
    const folder = temporaryFolder();
    const user = parse(await fileOf(google, 'authorized_user'));
    writeFileSync(path.join(folder, 'application_default_credentials.json'), JSON.stringify({ ...user, quota_project_id: 'payer' }));
    at({ CLOUDSDK_CONFIG: folder });
    await read(await connect(google));
    assert.equal(google.seen('GET', /hello$/)[0]?.headers['x-goog-user-project'], 'payer');
  });

  it('takes a token from a file, and the new one when that is written', async () => {
    const file = write('token', `${google.mint(-1)}\n`);
    at({ CLOUDSDK_AUTH_ACCESS_TOKEN_FILE: file });
    const all = connections(google.url);
    const error = await failure(read(await all.to(project, never)));
    assert.equal(error.kind, 'auth');
    assert.match(error.message, /^Google does not accept the credentials of the access token in .+; write a fresh token there and try again\. /);
    writeFileSync(file, google.token);
    const connection = await all.to(place, never);
    assert.equal(await read(connection), name);
    assert.equal(await all.to(project, never), connection);
    assert.match((await failure(connection.idToken('https://x.example', never))).message, /cannot prove who calls a function; /);
  });

  it('needs no credentials where everything stays on this machine', async () => {
    at({});
    await google.dispose();
    google = await startGoogle({ requireAuth: false });
    google.project(project).addFunction('europe-west1', 'hello');
    assert.equal(await read(await connect(google)), name);
    assert.equal(google.requests[0]?.headers.authorization, 'Bearer test');
  });

  it('asks the machine itself where that is one of Google', async () => {
    const server = await FaultServer.start((response, request) => {
      const body = request.url?.includes('/identity') ? 'a.b.c' : JSON.stringify({ access_token: google.token, expires_in: 3600, token_type: 'Bearer' });
      response.writeHead(200, { 'metadata-flavor': 'Google', 'content-type': body.startsWith('{') ? 'application/json' : 'text/html' }).end(body);
    });
    at({ GCE_METADATA_HOST: new URL(server.endpoint).host, CLOUDSDK_API_ENDPOINT_OVERRIDES_CLOUDFUNCTIONS: google.url });
    const connection = await connections(undefined).to(project, never);
    assert.equal(await read(connection), name);
    assert.equal(await connection.idToken('https://x.example', never), 'a.b.c');
    await server.stop();
  });

  it('goes to the chosen server in clouds with a domain of their own too', async () => {
    at({ CLOUDSDK_AUTH_ACCESS_TOKEN_FILE: write('token', google.token), GOOGLE_CLOUD_UNIVERSE_DOMAIN: 'cloud.example' });
    assert.equal(await read(await connect(google)), name);
  });

  it('says how to sign in when there are none', async () => {
    at({});
    const error = await failure(connections(undefined).to(project, never));
    assert.equal(error.message, 'No Google credentials were found; run "gcloud auth application-default login" and try again.');
    assert.deepEqual([error.kind, error.signIn], ['auth', ['gcloud', 'auth', 'application-default', 'login']]);
  });

  it('says so when the sign-in was revoked', async () => {
    await withFile('authorized_user');
    google.world.refreshTokens.clear();
    const error = await failure(read(await connect(google)));
    assert.deepEqual([error.kind, error.untaken, error.signIn?.[0]], ['auth', true, 'gcloud']);
    assert.match(error.message, /^The sign-in of your Google account has expired or was revoked; run "gcloud auth application-default login" and try again\. /);
    assert.equal(google.seen('GET', /hello$/).length, 0);
  });

  const bad: readonly (readonly [string, unknown, RegExp])[] = [
    ['a file that is no JSON', '{"type":', /holds no Google credentials; /],
    ['a file of another kind', { type: 'gremlin' }, /holds no Google credentials; /],
    ['a kind that is a name of JavaScript', { type: 'constructor' }, /holds no Google credentials; /],
    ['a list', [], /holds no Google credentials; /],
    ['a user without a token', { type: 'authorized_user', client_id: 'a', client_secret: 'b' }, /holds no Google credentials; /],
    ['a program', { type: 'external_account', audience: 'a', subject_token_type: 't', token_url: 'https://sts.googleapis.com/v1/token', credential_source: { executable: { command: 'evil' } } }, /are got by a program; set GOOGLE_EXTERNAL_ACCOUNT_ALLOW_EXECUTABLES=1/],
    ['an open token endpoint', { type: 'external_account', audience: 'a', subject_token_type: 't', token_url: 'http://sts.example/v1/token', credential_source: { file: '/x' } }, /holds no Google credentials; /],
  ];

  for (const [what, content, words] of bad) {
    it(`refuses ${what} in one sentence`, async () => {
      const file = write('bad.json', content);
      at({ GOOGLE_APPLICATION_CREDENTIALS: file });
      const error = await failure(connect(google));
      assert.equal(error.kind, 'auth');
      assert.match(error.message, words);
      assert.equal(google.requests.length, 0);
    });
  }

  it('says when the file is missing, or its key is none', async () => {
    at({ GOOGLE_APPLICATION_CREDENTIALS: '/nowhere.json' });
    assert.match((await failure(connect(google))).message, /^There is no file "\/nowhere\.json"; correct GOOGLE_APPLICATION_CREDENTIALS/);
    restore?.();
    at({ GOOGLE_APPLICATION_CREDENTIALS: write('key.json', { type: 'service_account', client_email: 'a@b.example', private_key: 'no key' }) });
    const error = await failure(read(await connect(google)));
    assert.deepEqual([error.kind, error.untaken], ['auth', true]);
    assert.match(error.message, /^Service account a@b\.example has no usable credentials; /);
  });

  it('starts no program', async () => {
    const folder = temporaryFolder();
    const mark = path.join(folder, 'mark');
    writeFileSync(path.join(folder, 'gcloud'), `#!/bin/sh\necho "$@" >> '${mark}'\n`);
    chmodSync(path.join(folder, 'gcloud'), 0o755);
    const before = process.env['PATH'];
    process.env['PATH'] = `${folder}:${before}`;
    try {
      for (const kind of kinds) {
        restore?.();
        await withFile(kind);
        await read(await connect(google));
      }
    } finally {
      // First: what it puts back is the environment as it was when the stand-in was on the PATH.
      restore?.();
      restore = undefined;
      process.env['PATH'] = before;
    }
    assert.equal(existsSync(mark), false);
  });
});

describe('where Google is', () => {
  let google: GoogleFake;
  let restore: () => void;

  beforeEach(async () => {
    google = await startGoogle();
    google.project(project).addFunction('europe-west1', 'hello');
    restore = atHome({ CLOUDSDK_AUTH_ACCESS_TOKEN_FILE: write('token', google.token) });
  });

  afterEach(async () => {
    restore();
    await google.dispose();
  });

  it("is where gcloud's variables say, or the setting before them", async () => {
    process.env['CLOUDSDK_API_ENDPOINT_OVERRIDES_CLOUDFUNCTIONS'] = `${google.url}/`;
    assert.equal(await read(await connections(undefined).to(project, never)), name);
    process.env['CLOUDSDK_API_ENDPOINT_OVERRIDES_CLOUDFUNCTIONS'] = 'http://127.0.0.1:9/';
    assert.equal(await read(await connections(`${google.url}/`).to(project, never)), name);
    const error = await failure(read(await connections(undefined).to(project, never)));
    assert.deepEqual([error.kind, error.untaken], ['network', true]);
    assert.equal(error.message, 'Nothing answers as Cloud Functions at http://127.0.0.1:9; start the server there or correct CLOUDSDK_API_ENDPOINT_OVERRIDES_CLOUDFUNCTIONS.');
  });

  it('may be below a path', async () => {
    const server = await FaultServer.start(json({ name }));
    assert.equal(await read(await connections(`${server.endpoint}/google/`).to(project, never)), name);
    assert.equal(server.hits[0]?.path, `/google/v2/${name}`);
    await server.stop();
  });

  for (const url of ['http://192.0.2.1:8080', 'http://google.example', 'ftp://127.0.0.1', 'nonsense']) {
    it(`is never ${url}`, async () => {
      const error = await failure(connections(url).to(project, never));
      assert.equal(error.kind, 'invalid');
      assert.match(error.message, /^"[^"]+" (would send your Google token unencrypted|is no address of a server); correct the setting functionDeck\.gcp\.endpoint/);
    });
  }

  it('gets no token over the open network, whatever a credentials file says', async () => {
    restore();
    const user = parse(await fileOf(google, 'authorized_user'));
    restore = atHome({ GOOGLE_APPLICATION_CREDENTIALS: write('user.json', { ...user, token_uri: 'http://tokens.example/token' }) });
    const error = await failure(read(await connect(google)));
    assert.equal(error.message, '"http://tokens.example" would get your Google token unencrypted; use an https address or one of this machine.');
    assert.equal(google.requests.length, 0);
  });

  it('is reached past a proxy when it is on this machine', async () => {
    const before = process.env['HTTPS_PROXY'];
    process.env['HTTPS_PROXY'] = 'http://127.0.0.1:9';
    try {
      assert.equal(await read(await connect(google)), name);
    } finally {
      if (before === undefined) delete process.env['HTTPS_PROXY'];
      else process.env['HTTPS_PROXY'] = before;
    }
  });

  it('is not where an answer leads to', async () => {
    const elsewhere = await FaultServer.start(json({ name }));
    google.fault({ status: 302, headers: { location: elsewhere.endpoint } });
    assert.match((await failure(read(await connect(google)))).message, /did not answer as Google does/);
    assert.equal(elsewhere.hits.length, 0);
    await elsewhere.stop();
  });

  it('is asked about a scope of its own only', async () => {
    for (const scope of ['', 'My Project', 'p/../x', `${project}/a/b`, `${project}/EUROPE`]) {
      assert.equal((await failure(connections(google.url).to(scope, never))).kind, 'invalid', scope);
    }
    const connection = await connect(google);
    assert.equal(connection.project, project);
    assert.match((await failure(read(connection, '../x'))).message, /cannot be a function's name/);
    assert.equal(ref.scope, place);
  });
});
