import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync } from 'node:fs';
import path from 'node:path';
import { strToU8 } from 'fflate';
import { type Failure, files, HandlerPackage, type Result } from './handlerPackage';
import { RunningRuntime } from './harness';
import { installed } from './pythonPackage';

const out = path.join(__dirname, '..', '..', '..', 'out');
const cloudEvent = { specversion: '1.0', id: '7', source: '//tests', type: 'test.made', data: { name: 'Bo' } };

/** Functions of one package that the framework calls. */
class Package extends HandlerPackage {
  get(handler: string, event: unknown = {}): Promise<Result> {
    return this.answer('functions-framework/http', handler, event);
  }
}

const declared = `
const functions = require('@google-cloud/functions-framework');
functions.http('hello', (req, res) => {
  console.log('asked', req.method, req.url);
  res.json({ name: req.query.name, all: req.query.n, body: req.body, raw: req.rawBody?.toString(), type: req.get('content-type'), mine: req.get('X-Mine') });
});
functions.http('env', (req, res) => res.json(process.env));
functions.http('missing', (req, res) => res.status(404).send('no such thing'));
functions.http('binary', (req, res) => res.append('Set-Cookie', 'a=1').append('Set-Cookie', 'b=2').append('X-A', '1').append('X-A', '2').send(Buffer.from([0, 255, 254])));
functions.http('throws', (req, res) => { throw new TypeError('at once'); });
functions.http('rejects', async (req, res) => { await null; if (req.query.ok) res.send('fine'); else throw new RangeError('after a while'); });
functions.http('timer', (req, res) => { setTimeout(() => { throw new SyntaxError('much later'); }, 5); });
functions.http('own500', (req, res) => res.status(500).send('my own words'));
functions.http('forgets', () => {});
functions.http('hangsUp', (req, res) => { res.destroy(); });
functions.cloudEvent('made', (event) => { console.log('made', event.id, event.data.name); return 'no result'; });
functions.cloudEvent('breaks', async (event) => { throw new Error('cannot ' + event.type); });
functions.cloudEvent('callback', (event, done) => { setTimeout(() => done(event.data ? null : new EvalError('no data')), 2); });
exports.plain = (req, res) => res.send('Hello ' + (req.body.name ?? 'World'));
exports.plainEvent = async (event) => { if (event.type !== 'test.made') throw new Error('not mine'); };
exports.lambda = async (event, context) => ({ event, name: context.functionName, env: Object.keys(process.env) });
`;

describe('the local runtime: Node functions for the Functions Framework', () => {
  let runtime: RunningRuntime;
  let code: Package;

  before(async () => {
    mkdirSync(out, { recursive: true });
    // Below this project's own node_modules, which has the framework as a function's package would.
    runtime = await RunningRuntime.start(mkdtempSync(path.join(out, 'frameworks-')));
    code = new Package(runtime, 'nodejs20.x', files({ 'index.js': declared }));
  });
  after(() => runtime?.stop());

  it('sends the event as a request, cold and warm', async () => {
    const name = await code.deploy('functions-framework/http', 'index.hello');
    const event = { method: 'PUT', path: '/a b?name=Bo', query: { n: ['1', 'ü', true] }, headers: { 'X-Mine': 'yes' }, body: { deep: [1] } };
    const cold = await runtime.call(name, event);
    const { statusCode, headers, body, isBase64Encoded } = cold.body as Result;
    assert.deepEqual([statusCode, headers['content-type'], isBase64Encoded], [200, 'application/json; charset=utf-8', false]);
    assert.deepEqual(JSON.parse(body), { name: 'Bo', all: ['1', 'ü', 'true'], body: { deep: [1] }, raw: '{"deep":[1]}', type: 'application/json', mine: 'yes' });
    assert.match(cold.log, /\tINFO\tasked PUT \/a%20b\?name=Bo&n=1&n=%C3%BC&n=true\nEND /);
    assert.match(cold.log, /Init Duration/);
    const warm = await runtime.call(name, { headers: { 'content-type': 'text/plain' }, method: 'POST', body: 'aMO8', isBase64Encoded: true });
    assert.deepEqual(JSON.parse((warm.body as Result).body), { body: 'hü', raw: 'hü', type: 'text/plain' });
    assert.doesNotMatch(warm.log, /Init Duration/);
    const posted = await runtime.call(name, { any: 'thing' });
    assert.match(posted.log, /asked POST \/\n/);
    assert.deepEqual(JSON.parse((posted.body as Result).body), { body: { any: 'thing' }, raw: '{"any":"thing"}', type: 'application/json' });
  });

  it('gives the variables of Google’s runtime, and none of Lambda’s', async () => {
    const name = await code.deploy('functions-framework/http', 'index.env', { Environment: { Variables: { MINE: 'yes', PORT: '1' } } });
    const env = JSON.parse(((await runtime.call(name)).body as Result).body) as Record<string, string>;
    const { FUNCTION_TARGET, FUNCTION_SIGNATURE_TYPE, K_SERVICE, K_REVISION, K_CONFIGURATION, PORT, MINE } = env;
    assert.deepEqual({ FUNCTION_TARGET, FUNCTION_SIGNATURE_TYPE, K_SERVICE, K_REVISION, K_CONFIGURATION, PORT, MINE }, {
      FUNCTION_TARGET: 'env', FUNCTION_SIGNATURE_TYPE: 'http', K_SERVICE: name, K_REVISION: `${name}-00001-loc`, K_CONFIGURATION: name, PORT: '8080', MINE: 'yes',
    });
    assert.deepEqual(Object.keys(env).filter((key) => /AWS|AMZN|LAMBDA|_HANDLER/.test(key)), []);
  });

  it('answers what the function sends, whatever its status and kind', async () => {
    const missing = await code.get('index.missing');
    assert.deepEqual([missing.statusCode, missing.body], [404, 'no such thing']);
    const own = await code.get('index.own500');
    assert.deepEqual([own.statusCode, own.body], [500, 'my own words']);
    const { headers, ...binary } = await code.get('index.binary');
    assert.deepEqual(binary, { statusCode: 200, cookies: ['a=1', 'b=2'], body: 'AP/+', isBase64Encoded: true });
    assert.equal(headers['x-a'], '1, 2');
  });

  it('calls functions that declare nothing, and ES modules', async () => {
    assert.equal((await code.get('index.plain', { name: 'Bo' })).body, 'Hello Bo');
    assert.equal((await code.call('functions-framework/cloudevent', 'index.plainEvent', cloudEvent)).body, null);
    const text = "import { http } from '@google-cloud/functions-framework';\nhttp('said', (req, res) => res.send('said ' + typeof import.meta.url));\nexport const shown = (req, res) => res.send('shown');\n";
    const modules = new Package(runtime, 'nodejs20.x', files({ 'src/main.js': text, 'package.json': '{"type":"module"}' }));
    assert.equal((await modules.get('src/main.said')).body, 'said string');
    assert.equal((await modules.get('src/main.shown')).body, 'shown');
  });

  for (const [member, type, message] of [['throws', 'TypeError', 'at once'], ['rejects', 'RangeError', 'after a while'], ['timer', 'SyntaxError', 'much later']] as const) {
    it(`fails with the error of a function that fails: ${member}`, async () => {
      const name = await code.deploy('functions-framework/http', `index.${member}`);
      const { error, body, log } = await runtime.call(name);
      const { errorType, errorMessage, trace = [] } = body as Failure;
      assert.deepEqual([error, errorType, errorMessage], ['Unhandled', type, message]);
      assert.equal(trace[0], `${type}: ${message}`);
      const line = declared.split('\n').findIndex((each) => each.includes(`'${member}'`)) + 1;
      assert.match(trace[1] ?? '', new RegExp(`index\\.js:${line}:\\d+\\)?$`));
      assert.equal(log.split(message).length, 2, 'its stack is in the log once');
      assert.ok(!log.includes('bootstrap'), 'and shows nothing of the runtime’s own');
      assert.match(log, new RegExp(`Status: error\tError Type: ${type}`));
      const again = await runtime.call(name, { query: { ok: '1' } });
      assert.doesNotMatch(again.log, /INIT_START/);
      if (member === 'rejects') assert.equal((again.body as Result).body, 'fine');
    });
  }

  it('fails when the function ends the connection, and waits for one that forgets to answer', async () => {
    const failure = await code.fail('functions-framework/http', 'index.hangsUp');
    assert.deepEqual([failure.errorType, failure.errorMessage], ['Runtime.NoAnswer', 'The function closed the connection before it had answered.']);
    assert.match(failure.log, /\tERROR\tRuntime\.NoAnswer/);
    const forgets = await code.deploy('functions-framework/http', 'index.forgets', { Timeout: 1 });
    assert.equal(((await runtime.call(forgets)).body as Failure).errorType, 'Sandbox.Timedout');
  });

  it('sends CloudEvents', async () => {
    const made = await code.call('functions-framework/cloudevent', 'index.made', cloudEvent);
    assert.deepEqual([made.error, made.body], [undefined, null]);
    assert.match(made.log, /\tINFO\tmade 7 Bo\n/);
    const breaks = await code.fail('functions-framework/cloudevent', 'index.breaks', cloudEvent);
    assert.deepEqual([breaks.errorType, breaks.errorMessage], ['Error', 'cannot test.made']);
    const callback = await code.deploy('functions-framework/cloudevent', 'index.callback');
    assert.equal((await runtime.call(callback, cloudEvent)).error, undefined);
    assert.equal(((await runtime.call(callback, { ...cloudEvent, data: undefined })).body as Failure).errorType, 'EvalError');
    const refused = await code.fail('functions-framework/cloudevent', 'index.missing', cloudEvent);
    assert.equal(refused.errorMessage, 'The event was answered with status 404: no such thing');
  });

  it('leaves functions of Lambda’s own kind as they were', async () => {
    await runtime.create('lambda', { 'index.js': declared }, { Runtime: 'nodejs20.x', Handler: 'index.lambda' });
    const { event, name, env } = (await runtime.call('lambda', { n: 1 })).body as { event: unknown; name: string; env: string[] };
    assert.deepEqual([event, name], [{ n: 1 }, 'lambda']);
    assert.ok(env.includes('AWS_LAMBDA_FUNCTION_NAME') && env.includes('_HANDLER') && !env.includes('K_SERVICE'));
  });

  it('tells what it cannot load', async () => {
    const gone = await code.fail('functions-framework/http', 'index.gone');
    assert.deepEqual([gone.errorType, gone.errorMessage], ['Runtime.HandlerNotFound', "index.gone is neither exported nor declared with functions.http('gone', ...)"]);
    const unknown = (await runtime.call(await code.deploy('other/thing', 'index.plain'))).body as Failure;
    assert.equal(unknown.errorType, 'Runtime.MalformedHandlerName');
    assert.match(unknown.errorMessage, /'other\/thing'; it knows functions-framework\/http, functions-framework\/cloudevent, /);
  });
});

// Members that are the same under the framework and under the stand-in.
const main = `
import os
import functions_framework
from cloudevents.http import CloudEvent

@functions_framework.http
def hello(request):
    print('asked', request.method, request.url)
    return {'name': request.args.get('name'), 'count': request.args.get('count', 0, int), 'all': request.args.getlist('n'), 'json': request.get_json(silent=True), 'text': request.get_data(as_text=True), 'mine': request.headers.get('x-MINE'), 'path': request.path}

def env(request):
    return dict(os.environ)
def missing(request):
    return 'no such thing', 404, {'X-A': '1', 'Set-Cookie': 'a=1'}
def binary(request):
    return bytes([0, 255, 254]), {'Content-Type': 'application/octet-stream'}
def listed(request):
    return [request.json['name'], request.is_json]
def form(request):
    return request.form['a'] + request.values['q']
def breaks(request):
    return inner()
def inner():
    raise ValueError('cannot')
def nothing(request):
    pass

@functions_framework.cloud_event
def made(event: CloudEvent):
    print('made', event['id'], event.data, event.get('subject', 'none'), event['time'] is not None)
def stops(event):
    raise KeyError(event['type'])
`;

function samePython(code: () => Package): void {
  it('sends the event as a request, cold and warm', async () => {
    const { runtime } = code();
    const name = await code().deploy('functions-framework/http', 'main.hello');
    const cold = await runtime.call(name, { path: '/a b?name=Bo', query: { n: ['1', 'ü', true], count: 3 }, headers: { 'X-Mine': 'yes' } });
    const { statusCode, headers, body } = cold.body as Result;
    assert.deepEqual([statusCode, headers['content-type'], headers['content-length']], [200, 'application/json', String(body.length)]);
    assert.deepEqual(JSON.parse(body), { name: 'Bo', count: 3, all: ['1', 'ü', 'true'], json: null, text: '', mine: 'yes', path: '/a b' });
    assert.match(cold.log, /^asked GET http:\/\/localhost:8080\/a%20b\?name=Bo&n=1&n=/m);
    const warm = await runtime.call(name, { any: 'thing' });
    assert.doesNotMatch(warm.log, /INIT_START/);
    const { json, text } = JSON.parse((warm.body as Result).body) as Record<string, unknown>;
    assert.deepEqual([json, text], [{ any: 'thing' }, '{"any":"thing"}']);
    const encoded = await runtime.call(name, { method: 'POST', body: 'aMO8', isBase64Encoded: true });
    assert.equal((JSON.parse((encoded.body as Result).body) as Record<string, unknown>).text, 'hü');
  });

  it('gives the variables of Google’s runtime, and none of Lambda’s', async () => {
    const env = JSON.parse((await code().get('main.env')).body) as Record<string, string>;
    assert.deepEqual([env.FUNCTION_TARGET, env.FUNCTION_SIGNATURE_TYPE, env.PORT, env.K_REVISION], ['env', 'http', '8080', `${env.K_SERVICE}-00001-loc`]);
    assert.deepEqual(Object.keys(env).filter((key) => /AWS|AMZN|LAMBDA|_HANDLER/.test(key)), []);
  });

  it('answers what the function returns, whatever its kind', async () => {
    const { headers, ...missing } = await code().get('main.missing');
    assert.deepEqual(missing, { statusCode: 404, cookies: ['a=1'], body: 'no such thing', isBase64Encoded: false });
    assert.deepEqual([headers['x-a'], headers['content-type']], ['1', 'text/html; charset=utf-8']);
    const binary = await code().get('main.binary');
    assert.deepEqual([binary.body, binary.isBase64Encoded], ['AP/+', true]);
    assert.equal((await code().get('main.form', { method: 'POST', query: { q: '2' }, headers: { 'Content-Type': 'application/x-www-form-urlencoded' }, body: 'a=1' })).body, '12');
  });

  it('refuses a body that is no JSON as Flask does', async () => {
    const { runtime } = code();
    const name = await code().deploy('functions-framework/http', 'main.listed');
    const status = async (event: unknown): Promise<number> => ((await runtime.call(name, event)).body as Result).statusCode;
    assert.equal(((await runtime.call(name, { name: 'Bo' })).body as Result).body, '["Bo",true]\n');
    assert.deepEqual([await status({ method: 'POST', body: 'x' }), await status({ method: 'POST', headers: { 'content-type': 'application/json' }, body: '{' })], [415, 400]);
  });

  it('fails with the error of a function that fails', async () => {
    const { errorType, errorMessage, stackTrace = [], log } = await code().fail('functions-framework/http', 'main.breaks');
    assert.deepEqual([errorType, errorMessage, stackTrace.length], ['ValueError', 'cannot', 2]);
    const line = main.split('\n').findIndex((each) => each.includes('raise ValueError')) + 1;
    assert.match(stackTrace[1] ?? '', new RegExp(`main\\.py", line ${line}, in inner\n {4}raise ValueError\\('cannot'\\)\n$`));
    assert.match(log, /^\[ERROR\] ValueError: cannot\nTraceback \(most recent call last\):\n/m);
    assert.equal(log.split('[ERROR]').length, 2);
    assert.equal((await code().fail('functions-framework/http', 'main.nothing')).errorType, 'TypeError');
  });

  it('sends CloudEvents', async () => {
    const made = await code().call('functions-framework/cloudevent', 'main.made', cloudEvent);
    assert.deepEqual([made.error, made.body], [undefined, null]);
    assert.match(made.log, /^made 7 \{'name': 'Bo'\} none True$/m);
    const stops = await code().fail('functions-framework/cloudevent', 'main.stops', cloudEvent);
    assert.deepEqual([stops.errorType, stops.errorMessage], ['KeyError', "'test.made'"]);
    const refused = await code().fail('functions-framework/cloudevent', 'main.made', { id: '7' });
    assert.equal(refused.errorType, 'Runtime.EventRefused');
    assert.match(refused.errorMessage, /^The event was answered with status 400: .*specversion/);
  });

  it('tells what it cannot load', async () => {
    const gone = await code().fail('functions-framework/http', 'main.gone');
    assert.deepEqual([gone.errorType, gone.errorMessage], ['Runtime.HandlerNotFound', "Function 'gone' missing on module 'main'"]);
    const nowhere = await code().fail('functions-framework/http', 'nowhere.hello');
    assert.equal(nowhere.errorType, 'Runtime.ImportModuleError');
    assert.match(nowhere.errorMessage, /^Unable to import module 'nowhere': /);
  });
}

describe('the local runtime: functions whose package lacks the Functions Framework', () => {
  let runtime: RunningRuntime;
  let code: Package;

  before(async () => {
    runtime = await RunningRuntime.start();
    code = new Package(runtime, 'python3.13', files({ 'main.py': main }));
  });
  after(() => runtime?.stop());

  samePython(() => code);

  it('says once that a stand-in serves', async () => {
    const name = await code.deploy('functions-framework/http', 'main.hello');
    const log = (await runtime.call(name)).log + (await runtime.call(name)).log;
    assert.equal(log.split('functions-framework is not installed').length, 2);
  });

  it('says what to do about what only the framework has', async () => {
    const cure = /; list functions-framework in requirements\.txt and deploy again$/;
    const using = (text: string): Package => new Package(runtime, 'python3.13', files({ 'main.py': text }));
    const flask = await using('from flask import jsonify\ndef f(request):\n    return jsonify(a=1)\n').fail('functions-framework/http', 'main.f');
    assert.equal(flask.errorType, 'Runtime.ImportModuleError');
    assert.match(flask.errorMessage, /^Unable to import module 'main': No module named 'flask'; /);
    assert.match(flask.errorMessage, cure);
    const typed = await using('import functions_framework\n@functions_framework.typed\ndef f(x):\n    return x\n').fail('functions-framework/http', 'main.f');
    assert.match(typed.errorMessage, cure);
    const member = await using('def f(request):\n    return str(request.files)\n').fail('functions-framework/http', 'main.f');
    assert.equal(member.errorType, 'AttributeError');
    assert.match(member.errorMessage, cure);
  });

  it('says what Node functions need', async () => {
    const plain = new Package(runtime, 'nodejs20.x', files({ 'index.js': 'exports.f = (req, res) => res.send("x");' }));
    const { errorType, errorMessage, log } = await plain.fail('functions-framework/http', 'index.f');
    assert.equal(errorType, 'Runtime.ImportModuleError');
    assert.match(errorMessage, /package\.json must list "@google-cloud\/functions-framework" .*; add it and deploy again$/);
    assert.match(log, /INIT_REPORT .*Status: error/);
  });
});

describe('the local runtime: Python functions for the Functions Framework', () => {
  let runtime: RunningRuntime;
  let code: Package;

  before(async function () {
    const packages = installed('functions-framework');
    if (typeof packages === 'string') {
      console.log(`      left out: ${packages}`);
      this.skip();
    }
    runtime = await RunningRuntime.start();
    const more = `
from flask import abort, jsonify, make_response
def refuses(request):
    abort(403)
def cooked(request):
    response = make_response(jsonify(b=2, a=1), 201)
    response.set_cookie('x', '1')
    return response
`;
    code = new Package(runtime, 'python3.13', { ...packages, 'main.py': strToU8(main + more) });
  });
  after(() => runtime?.stop());

  samePython(() => code);

  it('gives the function the real Flask', async () => {
    assert.equal((await code.get('main.refuses')).statusCode, 403);
    const { statusCode, body, cookies } = await code.get('main.cooked');
    assert.deepEqual([statusCode, body, cookies], [201, '{"a":1,"b":2}\n', ['x=1; Path=/']]);
  });
});
