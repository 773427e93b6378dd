import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { ProviderError } from '../../src/core/errors';
import type { CloudFunction, FunctionSettings } from '../../src/core/provider';
import { type Connection } from '../../src/providers/gcp/client';
import { config } from '../../src/providers/gcp/config';
import { deploy } from '../../src/providers/gcp/deploy';
import { servedHash } from '../../src/providers/gcp/deployedCode';
import { until } from '../../src/providers/gcp/operations';
import { remove } from '../../src/providers/gcp/remove';
import { transfer } from '../../src/providers/gcp/transfer';
import { failure } from '../fakes/failure';
import { code, type GoogleWorld, http, location, place, refTo, startWorld } from './gcpDeployWorld';

const never = new AbortController().signal;
const missing = { status: 404, body: { error: { code: 404, status: 'NOT_FOUND', message: 'Requested entity was not found.' } } };
const denied = { status: 403, body: { error: { code: 403, status: 'PERMISSION_DENIED', message: 'no' } } };

describe('gcp changes whose end is hard to see', () => {
  let world: GoogleWorld;
  beforeEach(async () => void (world = await startWorld({ stageMs: 20 })));
  afterEach(() => world.dispose());

  const connect = (): Promise<Connection> => world.connect(place, { signal: never });
  async function run(name: string, settings: FunctionSettings, text: string, steps: string[] = []): Promise<CloudFunction> {
    return deploy(await connect(), { ref: refTo(name), settings, package: code(text) }, { signal: never, report: (step) => void steps.push(step) });
  }
  const gone = async (name: string, signal = never): Promise<void> => remove(await connect(), refTo(name), { signal });
  const hideOperations = (): void => world.google.fault({ when: ({ path }) => /\/operations\//.test(path), times: 99, ...missing });
  const sent = (method: string): boolean => world.google.requests.some((one) => one.method === method && !one.path.endsWith('UploadUrl'));

  it('waits out a network that is away altogether', async () => {
    let asked = 0;
    await until(async () => {
      asked += 1;
      if (asked < 4) throw new ProviderError('network', 'away', { untaken: true });
      return Promise.resolve(true);
    }, { signal: never });
    assert.equal(asked, 4);
    await assert.rejects(until(() => Promise.reject(new ProviderError('denied', 'no')), { signal: never }), { kind: 'denied' });
  });

  it('finds a new function that cannot be read at once', async () => {
    const isCreated = (): boolean => world.google.seen('POST', /\/functions$/).length > 0;
    world.google.fault({ when: ({ method, path }) => method === 'GET' && path.endsWith('/functions/late') && isCreated(), times: 2, ...missing });
    assert.equal((await run('late', http, 'late')).state, 'active');
    assert(world.google.seen('GET', /\/functions\/late$/).length >= 4);
  });

  it('looks at the function itself when the operation cannot be found', async () => {
    hideOperations();
    assert.equal((await run('alone', http, 'one')).codeHash, code('one').hash);
    assert.equal((await run('alone', { ...http, memoryMb: 512 }, 'one')).memoryMb, 512);
    assert.equal((await run('alone', { ...http, memoryMb: 512 }, 'two')).codeHash, code('two').hash);
    await gone('alone');
    assert.equal(world.project.function(location, 'alone'), undefined);
  });

  it('changes settings alone so, too', async () => {
    await run('settings', http, 'one');
    hideOperations();
    const written = await config(world.connect).write(refTo('settings'), { ...http, timeoutSeconds: 33 }, undefined, { signal: never });
    assert.equal(written.timeoutSeconds, 33);
  });

  it('does not take old settings for new ones when the operation has no name', async () => {
    await run('nameless', http, 'one');
    const stored = world.project.function(location, 'nameless');
    assert(stored);
    world.google.fault({ when: ({ method }) => method === 'PATCH', status: 200, body: {} });
    setTimeout(() => (stored.data = { ...stored.data, description: 'new' }), 150);
    const written = await config(world.connect).write(refTo('nameless'), { ...http, description: 'new' }, undefined, { signal: never });
    assert.equal(written.description, 'new');
  });

  it('uploads nothing while another change is under way, and is not certain of the code then', async () => {
    await run('busy', http, 'one');
    const stored = world.project.function(location, 'busy');
    assert(stored);
    for (const state of ['DEPLOYING', 'DELETING']) {
      stored.data = { ...stored.data, state };
      const before = world.google.requests.length;
      const error = await failure(run('busy', http, 'two'));
      assert.equal(error.kind, 'conflict');
      assert.match(error.message, /^Nothing of busy was changed: "busy" was changed by somebody else or is still being changed/);
      assert.deepEqual(world.google.requests.slice(before).map(({ method }) => method), ['GET']);
      assert.equal(await servedHash(await connect(), refTo('busy'), stored.data, { signal: never }), undefined);
    }
    assert.equal(await servedHash(await connect(), refTo('busy'), { ...stored.data, state: 'ACTIVE' }, { signal: never }), code('one').hash);
  });

  it('says that nothing is known of a deletion that was cancelled as it was sent', async () => {
    world.project.addFunction(location, 'away');
    world.google.fault({ when: ({ method }) => method === 'DELETE', delayMs: 300 });
    const end = new AbortController();
    const work = failure(gone('away', end.signal));
    while (!sent('DELETE')) await sleep(5);
    end.abort();
    const { kind, message } = await work;
    assert.deepEqual([kind, message], ['unknown', 'You cancelled, and the deletion of away may or may not have been begun; refresh in a minute to see whether it is gone.']);
  });

  it('says that a function may have been deleted when neither the answer nor a look tells', async () => {
    world.project.addFunction(location, 'unsure');
    world.google.fault({ when: ({ method }) => method === 'DELETE', cut: 'after' });
    world.google.fault({ when: ({ method }) => method === 'GET' && sent('DELETE'), times: 9, ...denied });
    assert.match((await failure(gone('unsure'))).message, /^unsure may or may not have been deleted: /);
  });

  it('does not fail a private deploy because nobody may see who calls it', async () => {
    world.project.deny('run.services.getIamPolicy');
    const steps: string[] = [];
    await run('unseen', { ...http, access: 'private' }, 'one', steps);
    assert.equal(steps.at(-1), 'Deployed; who may call unseen cannot be seen; run.services.getIamPolicy is missing');
    const error = await failure(run('unseen', { ...http, access: 'public' }, 'one'));
    assert.equal(error.kind, 'denied');
  });

  it('says of a function that is not there after all that it was not created', async () => {
    world.project.failNext({ stage: 'BUILD', message: 'out of space' });
    world.google.fault({ when: ({ method, path }) => method === 'GET' && path.endsWith('/functions/never') && world.google.seen('POST', /\/functions$/).length > 0, times: 9, ...missing });
    const error = await failure(run('never', http, 'never'));
    assert.equal(error.message, 'never was not created: its container could not be built (out of space); correct it and try again.');
  });

  it('takes a precondition that HTTP names for a change by somebody else', async () => {
    await run('stale', http, 'one');
    world.google.fault({ when: ({ method }) => method === 'PATCH', status: 412, body: { error: { code: 412, status: 'FAILED_PRECONDITION', message: 'etag' } } });
    assert.equal((await failure(run('stale', http, 'two'))).kind, 'conflict');
  });
});

describe('gcp transfer', () => {
  async function at<T>(answer: RequestListener, work: (url: URL) => Promise<T>): Promise<T> {
    const server = createServer(answer).listen(0, '127.0.0.1');
    await once(server, 'listening');
    try {
      return await work(new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`));
    } finally {
      server.closeAllConnections();
      server.close();
    }
  }

  it('does not begin to read what says that it is too large', async () => {
    const answer: RequestListener = (_request, response) => response.writeHead(200, { 'content-length': '1000000000' }).flushHeaders();
    const error = await at(answer, (url) => failure(transfer({ url, what: 'The package', mostBytes: 1000 }, AbortSignal.timeout(1500))));
    assert.match(error.message, /^The package is larger than a package can be/);
  });

  it('stops sending and reporting once there is an answer', async () => {
    const bytes = new Uint8Array(40_000_000);
    let most = 0;
    const given = { what: 'The package', bytes, mostBytes: 1000, sent: (count: number): void => void (most = count) };
    const answer: RequestListener = (request, response) => {
      request.resume().once('data', () => response.writeHead(403).flushHeaders());
      setTimeout(() => response.end(), 200);
    };
    await at(answer, async (url) => assert.match((await failure(transfer({ url, ...given }, never))).message, /HTTP 403/));
    assert(most < bytes.length, String(most));
  });
});
