import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync } from 'node:fs';
import path from 'node:path';
import { assertOwnFrames, type Failure, files, HandlerPackage, type Result, urlEvent } from './handlerPackage';
import { RunningRuntime } from './harness';

const out = path.join(__dirname, '..', '..', '..', 'out');
const http = 'azure-functions/http';
const event = 'azure-functions/event';

const source = `
const { app, output, HttpResponse } = require('@azure/functions');
const { Readable } = require('node:stream');

app.http('hello', { methods: ['GET', 'POST'], authLevel: 'anonymous', handler: async (request, context) => {
  context.log('asked', request.method, 1);
  context.warn('careful');
  context.debug('deep');
  const name = request.query.get('name') || await request.text() || 'world';
  return { body: 'Hello, ' + name + '!', headers: { 'X-Name': context.functionName } };
} });
app.get('product', { route: 'products/{category:alpha}/{id:int?}', handler: (request) => ({ jsonBody: { params: request.params, url: request.url, all: request.query.getAll('n'), mine: request.headers.get('x-mine') } }) });
app.post('made', async (request) => ({ status: 201, jsonBody: await request.json(), cookies: [{ name: 'a', value: '1', path: '/', httpOnly: true, sameSite: 'Lax', maxAge: 60 }, { name: 'b', value: 'x y' }] }));
app.http('binary', { handler: async () => new HttpResponse({ body: Buffer.from([0, 255, 254]), headers: { 'content-type': 'image/png' } }) });
app.http('streamed', { handler: async () => ({ body: Readable.toWeb(Readable.from(['bit ', 'by ', 'bit'].map((each) => Buffer.from(each)))) }) });
app.http('nothing', { handler: async () => undefined });
app.http('wrong', { handler: async () => 'text' });
app.http('env', { handler: async () => ({ jsonBody: process.env }) });
app.http('throws', { handler: () => { throw new TypeError('at once'); } });
app.http('rejects', { handler: async () => { await null; throw new RangeError('after a while'); } });
app.http('forgets', { handler: () => new Promise(() => {}) });
app.timer('tick', { schedule: '0 */5 * * * *', handler: async (timer, context) => { context.log('late?', timer.isPastDue); return { last: typeof timer.scheduleStatus.last }; } });
const queue = output.storageQueue({ queueName: 'next', connection: 'X' });
app.storageQueue('message', { queueName: 'in', connection: 'X', extraOutputs: [queue], handler: async (message, context) => {
  context.extraOutputs.set(queue, { from: message.id });
  return context.triggerMetadata.dequeueCount + message.id;
} });
app.generic('other', { trigger: { type: 'customTrigger', name: 'it' }, handler: async (it) => ({ it }) });
`;

describe('the local runtime: functions of Azure’s model for Node', () => {
  let runtime: RunningRuntime;
  let code: HandlerPackage;

  before(async () => {
    mkdirSync(out, { recursive: true });
    // Below this project's own node_modules, which has the package as a function's own would.
    runtime = await RunningRuntime.start(mkdtempSync(path.join(out, 'azure-')));
    code = new HandlerPackage(runtime, 'nodejs20.x', files({ 'src/functions/all.js': source }));
  });
  after(() => runtime?.stop());

  it('sends events as requests, and writes the context’s log', async () => {
    const name = await code.deploy(http, 'src/functions/all.hello');
    const cold = await runtime.call(name, { method: 'GET', path: '/', query: { name: 'Bo' } });
    const { statusCode, headers, body } = cold.body as Result;
    assert.deepEqual([statusCode, body, headers['x-name'], headers['content-type']], [200, 'Hello, Bo!', 'hello', 'text/plain;charset=UTF-8']);
    assert.match(cold.log, /\tINFO\tasked GET 1\n.*\tWARN\tcareful\n.*\tDEBUG\tdeep\n/s);
    const warm = await runtime.call(name, urlEvent('POST', '/api/hello', { headers: { 'content-type': 'text/plain' }, body: 'Ada' }));
    assert.equal((warm.body as Result).body, 'Hello, Ada!');
    assert.doesNotMatch(warm.log, /INIT_START/);
  });

  it('finds parameters of the route, and answers 404 for another method', async () => {
    const name = await code.deploy(http, 'src/functions/all.product');
    const ask = async (request: object): Promise<Result> => (await runtime.call(name, request)).body as Result;
    const full = JSON.parse((await ask({ method: 'GET', path: '/api/products/toys/7', query: { n: ['1', '2'] }, headers: { 'X-Mine': 'yes' } })).body) as object;
    assert.deepEqual(full, { params: { category: 'toys', id: '7' }, url: 'http://localhost:7071/api/products/toys/7?n=1&n=2', all: ['1', '2'], mine: 'yes' });
    const short = JSON.parse((await ask({ method: 'GET', path: '/products/toys' })).body) as { params: object };
    assert.deepEqual(short.params, { category: 'toys' });
    assert.equal((await ask({ method: 'PUT', path: '/api/products/toys' })).statusCode, 404);
  });

  it('answers what the function returns: status, JSON, cookies, bytes, streams, nothing', async () => {
    const made = await code.answer(http, 'src/functions/all.made', { a: 1 });
    assert.deepEqual([made.statusCode, made.body, made.cookies], [201, '{"a":1}', ['a=1; Max-Age=60; Path=/; SameSite=Lax; HttpOnly', 'b=x%20y']]);
    const binary = await code.answer(http, 'src/functions/all.binary');
    assert.deepEqual([binary.body, binary.isBase64Encoded], ['AP/+', true]);
    assert.equal((await code.answer(http, 'src/functions/all.streamed')).body, 'bit by bit');
    assert.equal((await code.answer(http, 'src/functions/all.nothing')).statusCode, 204);
    assert.match((await code.fail(http, 'src/functions/all.wrong')).errorMessage, /must be an object/);
  });

  it('gives the variables of Azure’s host, and none of Lambda’s', async () => {
    const env = JSON.parse((await code.answer(http, 'src/functions/all.env')).body) as Record<string, string>;
    assert.deepEqual([env.FUNCTIONS_WORKER_RUNTIME, env.AZURE_FUNCTIONS_ENVIRONMENT], ['node', 'Development']);
    assert.deepEqual(Object.keys(env).filter((key) => /AWS|AMZN|LAMBDA|_HANDLER/.test(key)), []);
  });

  for (const [member, type, message] of [['throws', 'TypeError', 'at once'], ['rejects', 'RangeError', 'after a while']] as const) {
    it(`fails with the error of a function that fails: ${member}`, async () => {
      const failure = await code.fail(http, `src/functions/all.${member}`);
      assert.deepEqual([failure.errorType, failure.errorMessage], [type, message]);
      assertOwnFrames(failure, 'all.js', source, `'${member}'`);
    });
  }

  it('waits for a function that forgets to answer', async () => {
    const name = await code.deploy(http, 'src/functions/all.forgets', { Timeout: 1 });
    assert.equal(((await runtime.call(name)).body as Failure).errorType, 'Sandbox.Timedout');
  });

  it('calls timers, queues and other triggers with the event', async () => {
    const tick = await code.call(event, 'src/functions/all.tick', { IsPastDue: true });
    assert.deepEqual(tick.body, { last: 'string' });
    assert.match(tick.log, /\tINFO\tlate\? true\n/);
    const message = await code.call(event, 'src/functions/all.message', { id: 'm1' });
    assert.equal(message.body, '1m1');
    assert.match(message.log, /Output "\w+": \{"from":"m1"\}/);
    assert.deepEqual((await code.call(event, 'src/functions/all.other', [1])).body, { it: [1] });
  });

  it('loads what package.json names: hooks, settings, and streams over no port', async () => {
    const index = `
const { app } = require('@azure/functions');
app.setup({ enableHttpStream: true });
app.hook.appStart((context) => { context.hookData.seen = true; console.log('started'); });
app.hook.preInvocation((context) => { context.hookData.at = 1; const handler = context.functionHandler; context.functionHandler = (...args) => { console.log('before'); return handler(...args); }; });
app.hook.postInvocation((context) => { console.log('after', context.hookData.at, Boolean(context.error)); });
app.hook.log((context) => { context.message = '[' + context.message + ']'; });
`;
    const one = `
const { app } = require('@azure/functions');
app.http('echo', { methods: ['POST'], handler: async (request, context) => {
  context.log('mine');
  if (request.query.get('fail')) throw new Error('on purpose');
  return { status: 202, body: request.body, headers: { 'X-Url': request.url }, cookies: [{ name: 'a', value: '1' }] };
} });
`;
    const app = new HandlerPackage(runtime, 'nodejs20.x', files({ 'package.json': '{"main":"src/{index,functions/*}.js"}', 'src/index.js': index, 'src/functions/one.js': one, 'src/functions/broken.js': 'require("not-there");' }));
    const name = await app.deploy(http, 'src/functions/one.echo');
    const { body, log } = await runtime.call(name, { method: 'POST', path: '/api/echo', query: { x: '1' }, headers: { 'content-type': 'text/plain' }, body: 'whole' });
    const { statusCode, headers, body: text, cookies } = body as Result;
    assert.deepEqual([statusCode, text, headers['x-url'], cookies], [202, 'whole', 'http://localhost:7071/api/echo?x=1', ['a=1']]);
    assert.match(log, /broken could not be loaded.*started\n.*before\n.*\[mine\]\n.*after 1 false\n/s);
    const failed = await runtime.call(name, { method: 'POST', query: { fail: '1' } });
    assert.equal((failed.body as Failure).errorMessage, 'on purpose');
    assert.equal(((await runtime.call(name, { method: 'POST', body: 'again' })).body as Result).body, 'again');
  });

  it('takes ES modules and what TypeScript makes', async () => {
    const modules = new HandlerPackage(runtime, 'nodejs20.x', files({
      'package.json': '{"type":"module"}',
      'esm.js': "import { app } from '@azure/functions';\napp.get('said', () => ({ body: 'said ' + typeof import.meta.url }));\n",
      'made.cjs': '"use strict";\nObject.defineProperty(exports, "__esModule", { value: true });\nexports.hello = hello;\nconst functions_1 = require("@azure/functions");\nasync function hello(request, context) { return { body: "made" }; }\nfunctions_1.app.http("hello", { methods: ["GET"], handler: hello });\n',
    }));
    assert.equal((await modules.answer(http, 'esm.said', { method: 'GET' })).body, 'said string');
    assert.equal((await modules.answer(http, 'made.hello', { method: 'GET' })).body, 'made');
  });

  it('tells what it cannot find', async () => {
    const gone = await code.fail(http, 'src/functions/all.gone');
    assert.equal(gone.errorType, 'Runtime.HandlerNotFound');
    assert.match(gone.errorMessage, /^src\/functions\/all\.gone: no function is registered with the name "gone"; there are hello, product, /);
    const plain = new HandlerPackage(runtime, 'nodejs20.x', files({ 'index.js': 'exports.f = () => ({});' }));
    assert.match((await plain.fail(http, 'index.f')).errorMessage, /is not registered with app\.http\("f", \.\.\.\)/);
  });
});
