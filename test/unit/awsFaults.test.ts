import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { type ErrorKind, type ProviderError } from '../../src/core/errors';
import type { CallOptions, DeployOptions, FunctionRef } from '../../src/core/provider';
import { provider } from '../../src/providers/aws/provider';
import { homeAt, useAwsHome } from '../fakes/environment';
import { type Answer, faults, FaultServer, json, refusal } from '../fakes/faultServer';
import { fakeHost } from '../fakes/host';
import { failure, rejection } from '../fakes/failure';

const ref: FunctionRef = { provider: 'aws', scope: 'default/us-east-1', name: 'hello' };
const scope = { id: ref.scope, label: ref.scope };
const payload = Buffer.from('{}');
const zip = { bytes: Buffer.from('zip'), hash: 'new', files: ['index.js'] };
const request = { ref, settings: { runtime: 'nodejs22.x', handler: 'index.handler', role: 'arn:aws:iam::123456789012:role/r' }, package: zip };
const never = (): DeployOptions => ({ signal: new AbortController().signal, report: () => undefined });

describe('the AWS provider and a network that fails', () => {
  const patience = { readMs: 30_000, invokeMs: 30_000 };
  const hasty = { readMs: 700, invokeMs: 300 };
  let server: FaultServer;
  let restore: () => void;

  beforeEach(async () => {
    server = await FaultServer.start();
    restore = useAwsHome(homeAt(server.endpoint));
  });

  afterEach(async () => {
    restore();
    await server.stop();
  });

  const aws = (wait = patience) => provider(fakeHost(), wait);
  const lists = async (wait = patience): Promise<unknown> => first(aws(wait).list(scope, never()));
  const invokes = async (wait = patience): Promise<unknown> => aws(wait).invoke(ref, { payload, timeoutSeconds: 0.3 }, never());
  const reads = async (wait = patience): Promise<unknown> => aws(wait).config.read(ref, never());
  const listHits = (): number => server.count('GET', /functions/);
  const invokeHits = (): number => server.count('POST', /invocations/);

  const cases: readonly (readonly [name: keyof typeof faults, kind: ErrorKind, hits: number, words: RegExp])[] = [
    ['serverError', 'unknown', 3, /HTTP 500/],
    ['unavailable', 'unknown', 3, /HTTP 503/],
    ['throttled', 'throttled', 3, /limiting requests/],
    ['half', 'network', 3, /broke before the whole answer/],
    ['cutJson', 'network', 1, /did not answer as AWS does/],
    ['garbage', 'network', 1, /did not answer as AWS does/],
    ['html', 'network', 1, /did not answer as AWS does/],
    ['htmlForbidden', 'network', 1, /did not answer as AWS does/],
    ['redirect', 'network', 1, /did not answer as AWS does/],
    ['reset', 'network', 3, /broke before the whole answer/],
    ['hang', 'network', 1, /did not answer lambda:\w+ within 1 s/],
    ['stall', 'network', 1, /did not answer lambda:\w+ within 1 s/],
    ['drip', 'network', 1, /did not answer lambda:\w+ within 1 s/],
  ];

  const endless: readonly string[] = ['hang', 'stall', 'drip'];
  const waitFor = (name: string): typeof patience => (endless.includes(name) ? hasty : patience);

  for (const [name, kind, hits, words] of cases) {
    it(`${name}: a list and a read say so in one sentence, however long the service takes`, async () => {
      server.answer = faults[name];
      const wait = waitFor(name);
      for (const error of await Promise.all([failure(lists(wait)), failure(reads(wait))])) {
        assert.equal(error.kind, kind, error.message);
        assert.match(error.message, words);
        assertSentence(error);
      }
      assert.ok(listHits() <= 2 * hits, `${listHits()} requests`);
    });

    it(`${name}: an invocation is sent once`, async () => {
      server.answer = faults[name];
      const error = await failure(invokes(waitFor(name)));
      assert.equal(invokeHits(), 1);
      assertSentence(error);
      if (kind === 'throttled' || name === 'htmlForbidden' || name === 'redirect') assert.doesNotMatch(error.message, /may have run/);
      else assert.match(error.message, /^hello may have run, but its answer was lost; look at its log from \d\d:\d\d:\d\d UTC/);
    });

    it(`${name}: a deploy says what was changed, and writes once`, async () => {
      let found = false;
      const user = new AbortController();
      server.answer = (response, incoming) => {
        if (incoming.method === 'GET') {
          found = true;
          json({ FunctionName: 'hello', CodeSha256: 'old', RevisionId: '1', State: 'Active' })(response, incoming);
        } else {
          faults[name](response, incoming);
          if (hangs) setTimeout(() => user.abort(), 100);
        }
      };
      // An upload may take minutes, so nobody but the user ends one that hangs.
      const hangs = endless.includes(name);
      const options = { ...never(), signal: user.signal };
      const error = await failure(aws().deploy(request, options));
      assert.ok(found);
      assert.match(error.message, hangs ? /may or may not have been uploaded, its configuration was not changed: you cancelled/ : /^Nothing of hello was changed: /);
      assertSentence(error);
      assert.equal(server.count('PUT', /code/), kind === 'throttled' ? 4 : 1);
    });
  }

  it('a list that gives the same page for ever ends', async () => {
    server.answer = json({ Functions: [{ FunctionName: 'a' }], NextMarker: 'again' });
    const error = await failure(all(aws().list(scope, never())));
    assert.match(error.message, /the same page of functions for ever/);
    assert.equal(listHits(), 2);
  });

  const shapes: readonly unknown[] = [{}, { Functions: null }, { Functions: {} }, { Functions: 'x' }, [], null, 7, { Functions: [], NextMarker: 3 }];
  for (const body of shapes) {
    it(`${JSON.stringify(body)} is no list of functions`, async () => {
      server.answer = json(body);
      const error = await failure(lists());
      assert.equal(error.kind, 'network', error.message);
      assert.match(error.message, /did not answer as AWS does/);
    });
  }

  it('a bad row is left out, its neighbours stay', async () => {
    const rows = [{ FunctionName: 'a', MemorySize: 'much', Timeout: -1, LastModified: 'yesterday', Architectures: 'x', State: 'Odd' }, null, 7, {}, { FunctionName: 'b' }];
    server.answer = json({ Functions: rows });
    const found = await first(aws().list(scope, never()));
    assert.deepEqual(found?.functions.map((row) => row.ref.name), ['a', 'b']);
    const { memoryMb, timeoutSeconds, updatedAt, state } = found?.functions[0] ?? {};
    assert.deepEqual({ memoryMb, timeoutSeconds, updatedAt, state }, { memoryMb: undefined, timeoutSeconds: undefined, updatedAt: undefined, state: undefined });
  });

  it('nothing that listens, and nothing that is found, were never sent', async () => {
    const { endpoint } = server;
    await server.stop();
    const refused = await failure(invokes());
    server = await FaultServer.start();
    assert.equal(refused.kind, 'network');
    assert.equal(refused.message, `Nothing answers as AWS at ${endpoint}; start the server there or correct "endpoint_url" of profile "default".`);
    restore();
    restore = useAwsHome(homeAt('http://no-such-host.invalid'));
    const lost = await failure(invokes());
    assert.equal(lost.kind, 'network');
    assert.match(lost.message, /^The address of AWS at http:\/\/no-such-host\.invalid cannot be found/);
  });

  const told: readonly (readonly [Answer, ErrorKind, RegExp])[] = [
    [refusal(403, 'ExpiredTokenException', 'The security token included in the request is expired'), 'auth', /^The sign-in of profile "default" has expired; run "aws configure --profile default"/],
    [refusal(403, 'UnrecognizedClientException', 'The security token is invalid.'), 'auth', /does not accept the credentials of profile "default"; run/],
    [refusal(403, 'InvalidSignatureException', 'Signature expired: 1 is now earlier than 2'), 'auth', /clock is wrong; set the clock/],
    [refusal(403, 'AccessDeniedException', 'User: arn:x is not authorized to perform: lambda:ListFunctions on resource: *'), 'denied', /^Profile "default" is not allowed to do lambda:ListFunctions; ask for/],
  ];
  for (const [answer, kind, words] of told) {
    it(`a refusal becomes ${kind}: ${words.source}`, async () => {
      server.answer = answer;
      const error = await failure(lists());
      assert.equal(error.kind, kind);
      assert.match(error.message, words);
      assertSentence(error);
    });
  }

  it('remote words come without controls and cut to a line', async () => {
    server.answer = refusal(400, 'InvalidParameterValueException', `bad\u001b]8;;http://x\u0007\u202e\n${'x'.repeat(5_000)}`);
    const error = await failure(lists());
    assert.doesNotMatch(error.message, /[\p{C}]/u);
    assert.ok(error.message.length < 500);
  });

  it('a cancel ends every call, however long the service takes', async () => {
    server.answer = faults.hang;
    const calls: ((options: CallOptions) => Promise<unknown>)[] = [
      (options) => first(aws().list(scope, options)),
      (options) => aws().invoke(ref, { payload }, options),
      (options) => aws().config.read(ref, options),
      (options) => aws().config.write(ref, { memoryMb: 256 }, undefined, options),
      (options) => aws().deploy(request, { ...options, report: () => undefined }),
      (options) => aws().remove(ref, options),
      (options) => aws().code.download(ref, options),
      (options) => first(aws().tail(ref, new Date(), options)),
      (options) => aws().roles.list(scope.id, options),
      (options) => aws().roles.create(scope.id, 'x', options),
    ];
    for (const error of await Promise.all(calls.map((run) => rejection(run({ signal: abortAfter(200) }))))) assert.equal(error.name, 'AbortError', String(error));
    for (const error of await Promise.all(calls.map((run) => rejection(run({ signal: AbortSignal.abort() }))))) assert.equal(error.name, 'AbortError', String(error));
  });

  it('an upload whose answer was lost is looked up, not sent again', async () => {
    let hash = 'old';
    server.answer = (response, incoming) => {
      if (incoming.method === 'GET') return json({ FunctionName: 'hello', CodeSha256: hash, RevisionId: '1', State: 'Active', Runtime: 'nodejs22.x', Handler: 'index.handler', Role: request.settings.role })(response, incoming);
      hash = 'new';
      return faults.reset(response);
    };
    const deployed = await aws().deploy(request, never());
    assert.equal(deployed.codeHash, 'new');
    assert.equal(server.count('PUT', /code/), 1);
  });

  it('a lost answer to the creation is looked up too', async () => {
    let made = false;
    server.answer = (response, incoming) => {
      if (incoming.method === 'POST') return (made = true), faults.reset(response);
      if (!made) return refusal(404, 'ResourceNotFoundException', 'Function not found')(response, incoming);
      return json({ FunctionName: 'hello', CodeSha256: 'new', State: 'Active' })(response, incoming);
    };
    assert.equal((await aws().deploy(request, never())).codeHash, 'new');
    assert.equal(server.count('POST', /functions/), 1);
  });

  it('a role that is too young is waited for, any other refusal is not', async () => {
    const answers = [refusal(400, 'InvalidParameterValueException', 'The role defined for the function cannot be assumed by Lambda.'), json({ FunctionName: 'hello', CodeSha256: 'new', State: 'Active' }, 201)];
    server.answer = (response, incoming) => {
      if (incoming.method === 'GET') return refusal(404, 'ResourceNotFoundException', 'Function not found')(response, incoming);
      return answers.shift()?.(response, incoming);
    };
    assert.equal((await aws().deploy(request, never())).ref.name, 'hello');
    answers.push(refusal(400, 'InvalidParameterValueException', 'Value is bad.'));
    const error = await failure(aws().deploy(request, never()));
    assert.equal(error.message, 'hello was not created: AWS refused lambda:CreateFunction: Value is bad; correct it and try again.');
  });

  it('after the code, a refused configuration says that the code is deployed', async () => {
    server.answer = (response, incoming) => {
      if (incoming.method === 'GET') return json({ FunctionName: 'hello', CodeSha256: 'old', RevisionId: '1', State: 'Active', Timeout: 3 })(response, incoming);
      if (incoming.url?.endsWith('/code')) return json({ FunctionName: 'hello', CodeSha256: 'new', RevisionId: '2', State: 'Active', Timeout: 3 })(response, incoming);
      return refusal(412, 'PreconditionFailedException', 'The RevisionId provided does not match.')(response, incoming);
    };
    const error = await failure(aws().deploy({ ...request, settings: { timeoutSeconds: 9 } }, never()));
    assert.equal(error.kind, 'conflict');
    assert.match(error.message, /^The new code of hello is deployed, but its configuration was not changed: "hello" was changed by somebody else/);
    const sent = server.hits.filter((hit) => hit.method === 'PUT').map((hit) => (JSON.parse(hit.body) as { RevisionId: string }).RevisionId);
    assert.deepEqual(sent, ['1', '2']);
  });

  it('a package over the limit is refused before anything is asked', async () => {
    const error = await failure(aws().deploy({ ...request, package: { ...zip, bytes: new Uint8Array(51 * 1024 * 1024) } }, never()));
    assert.match(error.message, /has 51 MB, 50 MB are allowed/);
    assert.equal(server.hits.length, 0);
  });

  it('a tail outlives an outage and prints each line once', async () => {
    const event = (id: number) => ({ eventId: `e${id}`, timestamp: Date.now(), ingestionTime: Date.now(), message: `line ${id}`, logStreamName: 's' });
    const events = [event(1)];
    const logs: Answer = (response, incoming) => {
      if (incoming.method === 'GET') return refusal(404, 'ResourceNotFoundException', 'Function not found')(response, incoming);
      return json({ events })(response, incoming);
    };
    server.answer = logs;
    const stop = new AbortController();
    const seen: string[] = [];
    const following = (async () => {
      for await (const batch of provider(fakeHost({ 'tail.pollSeconds': 0.5 }), patience).tail(ref, new Date(Date.now() - 1_000), { signal: stop.signal })) {
        seen.push(...batch.filter((line) => !line.mark).map((line) => line.message));
        if (seen.length === 2) stop.abort();
      }
    })();
    while (seen.length === 0) await sleep(20);
    server.answer = faults.serverError;
    await sleep(700);
    events.push(event(2));
    server.answer = logs;
    assert.equal((await rejection(following)).name, 'AbortError');
    assert.deepEqual(seen, ['line 1', 'line 2']);
  });
});

function assertSentence(error: ProviderError): void {
  assert.ok(error.message.length < 700, error.message);
  assert.doesNotMatch(error.message, /\n|undefined|\[object|\.\.|secret/);
  assert.match(error.message, /[.)]$/);
}

async function first<T>(pages: AsyncIterable<T>): Promise<T | undefined> {
  for await (const page of pages) return page;
  return undefined;
}

async function all<T>(pages: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = [];
  for await (const page of pages) found.push(page);
  return found;
}

function abortAfter(ms: number): AbortSignal {
  return AbortSignal.timeout(ms);
}
