import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync } from 'node:fs';
import path from 'node:path';
import { assertOwnFrames, type Failure, files, HandlerPackage, type Result, urlEvent } from './handlerPackage';
import { RunningRuntime } from './harness';
import { installed } from './pythonPackage';

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
    const short = JSON.parse((await ask({ method: 'GET', path: '/products/toys', headers: { Host: '127.0.0.1:99' } })).body) as { params: object; url: string };
    assert.deepEqual([short.params, short.url], [{ category: 'toys' }, 'http://127.0.0.1:99/products/toys']);
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
      'made.cjs': '"use strict";\nprocess.setSourceMapsEnabled(true);\nObject.defineProperty(exports, "__esModule", { value: true });\nexports.hello = hello;\nconst functions_1 = require("@azure/functions");\nfunction hello(request) { if (request.query.get("fail")) throw new Error("on purpose"); return { body: "made" }; }\nfunctions_1.app.http("hello", { methods: ["GET"], handler: hello });\n',
    }));
    assert.equal((await modules.answer(http, 'esm.said', { method: 'GET' })).body, 'said string');
    assert.equal((await modules.answer(http, 'made.hello', { method: 'GET' })).body, 'made');
    const { trace = [] } = await modules.fail(http, 'made.hello', { method: 'GET', query: { fail: '1' } });
    assert.equal(trace.length, 2, trace.join('\n'));
  });

  it('heeds host.json and local.settings.json', async () => {
    const own = "const { app } = require('@azure/functions');\napp.get('own', { route: 'own/{id}', handler: (request) => ({ jsonBody: [request.params.id, process.env.MINE, process.env.FUNCTIONS_WORKER_RUNTIME] }) });\n";
    const app = new HandlerPackage(runtime, 'nodejs20.x', files({ ...settings, 'own.js': own }));
    assert.equal((await app.answer(http, 'own.own', { method: 'GET', path: '/v1/own/7' })).body, '["7","of the file","node"]');
  });

  it('tells what it cannot find', async () => {
    const gone = await code.fail(http, 'src/functions/all.gone');
    assert.equal(gone.errorType, 'Runtime.HandlerNotFound');
    assert.match(gone.errorMessage, /^src\/functions\/all\.gone: no function is registered with the name "gone"; there are hello, product, /);
    const plain = new HandlerPackage(runtime, 'nodejs20.x', files({ 'index.js': 'exports.f = () => ({});' }));
    assert.match((await plain.fail(http, 'index.f')).errorMessage, /^index\.f is not registered: its file must call app\.http\("f", \.\.\.\)/);
  });
});

// Members that are the same under the package and under the stand-in.
const main = `
import asyncio, json, logging, os
import azure.functions as func
from other import bp

app = func.FunctionApp(http_auth_level=func.AuthLevel.ANONYMOUS)
app.register_functions(bp)

@app.route(route="hello", methods=["GET", "POST"])
def hello(req: func.HttpRequest, context: func.Context) -> func.HttpResponse:
    logging.info('asked %s', req.method)
    name = req.params.get('name')
    if not name and req.get_body():
        name = req.get_json().get('name')
    return func.HttpResponse(f"Hello, {name}!", status_code=201, headers={'X-Name': context.function_name, 'X-Mine': req.headers.get('X-MINE', '')})

@app.function_name(name="Product")
@app.route(route="products/{category:alpha}/{id:int?}", trigger_arg_name="request", methods=[func.HttpMethod.GET])
async def product(request: func.HttpRequest) -> func.HttpResponse:
    await asyncio.sleep(0)
    return func.HttpResponse(json.dumps({'params': dict(request.route_params), 'url': request.url}), mimetype='application/json')

@app.route()
def text(req):
    return 'hü'

@app.route()
def binary(req):
    return func.HttpResponse(bytes([0, 255, 254]), mimetype='image/png')

@app.route()
def nothing(req):
    pass

@app.route()
def wrong(req):
    return {'a': 1}

@app.route()
def env(req):
    return json.dumps(dict(os.environ))

@app.route()
def breaks(req):
    return inner()

def inner():
    raise ValueError('cannot')

@app.schedule(schedule="0 */5 * * * *", arg_name="timer", run_on_startup=False)
def tick(timer: func.TimerRequest) -> None:
    logging.info('late? %s', timer.past_due)

@app.queue_trigger(arg_name="message", queue_name="in", connection="X")
@app.queue_output(arg_name="next", queue_name="out", connection="X")
def queued(message: func.QueueMessage, next: func.Out[str]):
    next.set('from ' + message.get_body().decode())
    return message.get_json()['id']

@app.generic_trigger(arg_name="it", type="customTrigger")
def other(it):
    return json.loads(it)
`;
const blueprint = `
import azure.functions as func
bp = func.Blueprint()
@bp.route(route="printed")
def printed(req: func.HttpRequest):
    return 'blue'
`;
// How the host is told to run an app on this machine.
const settings = {
  'host.json': '{"version":"2.0","extensions":{"http":{"routePrefix":"v1"}}}',
  'local.settings.json': '{"IsEncrypted":false,"Values":{"MINE":"of the file","FUNCTIONS_WORKER_RUNTIME":"other"}}',
};
const first = `
import azure.functions as func
def main(req: func.HttpRequest, name: func.Out[str]) -> func.HttpResponse:
    name.set('x')
    return func.HttpResponse('one ' + req.route_params.get('id', ''))
`;
const bindings = { scriptFile: '__init__.py', bindings: [{ type: 'httpTrigger', direction: 'in', name: 'req', route: 'first/{id}' }, { type: 'http', direction: 'out', name: '$return' }, { type: 'queue', direction: 'out', name: 'name' }] };
const pythonFiles = files({ 'function_app.py': main, 'other.py': blueprint, 'First/__init__.py': first, 'First/function.json': JSON.stringify(bindings) });

function samePython(code: () => HandlerPackage): void {
  it('sends events as requests, cold and warm', async () => {
    const { runtime } = code();
    const name = await code().deploy(http, 'function_app.hello');
    const cold = await runtime.call(name, { method: 'GET', query: { name: 'Bo' }, headers: { 'X-Mine': 'yes' } });
    const { statusCode, headers, body } = cold.body as Result;
    assert.deepEqual([statusCode, body, headers['x-name'], headers['x-mine'], headers['content-type']], [201, 'Hello, Bo!', 'hello', 'yes', 'text/plain; charset=utf-8']);
    assert.match(cold.log, /^\[INFO\]\t.*\tasked GET\n/m);
    const warm = await runtime.call(name, urlEvent('POST', '/api/hello', { headers: { 'content-type': 'application/json' }, body: '{"name":"Ada"}' }));
    assert.equal((warm.body as Result).body, 'Hello, Ada!');
    assert.equal(((await runtime.call(name, { method: 'PUT' })).body as Result).statusCode, 404);
  });

  it('calls coroutines, blueprints and functions of version 1, with parameters of the route', async () => {
    const full = await code().answer(http, 'function_app.Product', { method: 'GET', path: '/api/products/toys/7', query: { a: '1' } });
    assert.deepEqual(JSON.parse(full.body), { params: { category: 'toys', id: '7' }, url: 'http://localhost:7071/api/products/toys/7?a=1' });
    assert.equal(full.headers['content-type'], 'application/json');
    assert.equal((await code().answer(http, 'function_app.printed')).body, 'blue');
    assert.equal((await code().answer(http, 'other.printed')).body, 'blue');
    assert.equal((await code().answer(http, 'First/__init__.main', { method: 'GET', path: '/api/first/7' })).body, 'one 7');
  });

  it('answers what the function returns, whatever its kind', async () => {
    assert.equal((await code().answer(http, 'function_app.text')).body, 'hü');
    const binary = await code().answer(http, 'function_app.binary');
    assert.deepEqual([binary.body, binary.isBase64Encoded], ['AP/+', true]);
    assert.equal((await code().answer(http, 'function_app.nothing')).statusCode, 204);
    assert.match((await code().fail(http, 'function_app.wrong')).errorMessage, /value of type dict, which is no response/);
    const env = JSON.parse((await code().answer(http, 'function_app.env')).body) as Record<string, string>;
    assert.equal(env.FUNCTIONS_WORKER_RUNTIME, 'python');
    assert.deepEqual(Object.keys(env).filter((key) => /AWS|AMZN|LAMBDA|_HANDLER/.test(key)), []);
  });

  it('fails with the error of a function that fails, and tells what it cannot find', async () => {
    const { errorType, errorMessage, stackTrace = [] } = await code().fail(http, 'function_app.breaks');
    assert.deepEqual([errorType, errorMessage, stackTrace.length], ['ValueError', 'cannot', 2]);
    const gone = await code().fail(http, 'function_app.gone');
    assert.match(gone.errorMessage, /^Function 'gone' missing on module 'function_app'; there are (?=.*\bhello\b).*\bprinted\b/);
  });

  it('calls timers, queues and other triggers with the event', async () => {
    const tick = await code().call(event, 'function_app.tick', { IsPastDue: true });
    assert.deepEqual([tick.error, tick.body], [undefined, null]);
    assert.match(tick.log, /late\? True/);
    const queued = await code().call(event, 'function_app.queued', { id: 'm1' });
    assert.equal(queued.body, 'm1');
    assert.match(queued.log, /Output "next": "from \{\\"id\\": \\"m1\\"\}"/);
    assert.deepEqual((await code().call(event, 'function_app.other', { a: [1] })).body, { a: [1] });
  });
}

describe('the local runtime: Python functions of Azure’s models whose package lacks azure-functions', () => {
  let runtime: RunningRuntime;
  let code: HandlerPackage;

  before(async () => {
    runtime = await RunningRuntime.start();
    code = new HandlerPackage(runtime, 'python3.13', pythonFiles);
  });
  after(() => runtime?.stop());

  samePython(() => code);

  it('says that a stand-in serves, and what only the package has', async () => {
    const using = (text: string): HandlerPackage => new HandlerPackage(runtime, 'python3.13', files({ 'function_app.py': text }));
    const cure = /; list azure-functions in requirements\.txt and deploy again$/;
    const more = await using('from azure.functions import EventGridEvent\n').fail(http, 'function_app.f');
    assert.match(more.errorMessage, cure);
    assert.match(more.log, /azure-functions is not installed: a small stand-in calls this function\./);
    const bus = using('import azure.functions as func\napp = func.FunctionApp()\n@app.service_bus_queue_trigger(arg_name="m", queue_name="q", connection="c")\ndef f(m):\n    pass\n');
    assert.match((await bus.fail(event, 'function_app.f')).errorMessage, cure);
  });

  it('says what Node functions need', async () => {
    const plain = new HandlerPackage(runtime, 'nodejs20.x', files({ 'index.js': "const { app } = require('@azure/functions');\napp.get('f', () => ({}));\n" }));
    const { errorType, errorMessage } = await plain.fail(http, 'index.f');
    assert.equal(errorType, 'Runtime.ImportModuleError');
    assert.match(errorMessage, /package\.json must list "@azure\/functions" .*; add it and deploy again$/);
  });

  it('heeds host.json and local.settings.json', async () => {
    const own = "import json, os\nimport azure.functions as func\napp = func.FunctionApp()\n@app.route('own/{id}')\ndef own(req):\n    return json.dumps([req.route_params['id'], os.environ['MINE'], os.environ['FUNCTIONS_WORKER_RUNTIME']])\n";
    const code = new HandlerPackage(runtime, 'python3.13', files({ ...settings, 'function_app.py': own }));
    assert.equal((await code.answer(http, 'function_app.own', { method: 'GET', path: '/v1/own/7' })).body, '["7", "of the file", "python"]');
  });

  it('calls applications of WSGI and ASGI', async () => {
    const wsgi = 'import azure.functions as func\ndef plain(environ, start):\n    start("202 Fine", [("Content-Type", "text/plain")])\n    return [environ["PATH_INFO"].encode(), environ["wsgi.input"].read()]\napp = func.WsgiFunctionApp(app=plain, http_auth_level=func.AuthLevel.ANONYMOUS)\n';
    const asgi = 'import azure.functions as func\nasync def plain(scope, receive, send):\n    assert scope["type"] == "http"\n    body = (await receive())["body"]\n    await send({"type": "http.response.start", "status": 203, "headers": []})\n    await send({"type": "http.response.body", "body": scope["path"].encode() + body})\napp = func.AsgiFunctionApp(app=plain)\n';
    for (const [text, status] of [[wsgi, 202], [asgi, 203]] as const) {
      const code = new HandlerPackage(runtime, 'python3.13', files({ 'function_app.py': text }));
      const { statusCode, body } = await code.answer(http, 'function_app.http_app_func', { method: 'POST', path: '/a/b', body: '!' });
      assert.deepEqual([statusCode, Buffer.from(body).toString()], [status, '/a/b!']);
    }
  });
});

describe('the local runtime: Python functions of Azure’s models, through azure-functions where pip can install it', () => {
  let runtime: RunningRuntime;
  let code: HandlerPackage;

  before(async function () {
    const packages = installed('azure-functions');
    if (typeof packages === 'string') {
      console.log(`      left out: ${packages}`);
      this.skip();
    }
    runtime = await RunningRuntime.start();
    code = new HandlerPackage(runtime, 'python3.13', { ...packages, ...pythonFiles });
  });
  after(() => runtime?.stop());

  samePython(() => code);
});
