import assert from 'node:assert/strict';
import { assertOwnFrames, files, HandlerPackage, urlEvent, type Result } from './handlerPackage';
import { RunningRuntime } from './harness';

const signature = 'openwhisk/main';
const post = { method: 'POST', path: '/a/b', query: { q: '1' }, headers: { 'Content-Type': 'application/json', 'X-Mine': 'yes' }, body: '{"name":"Bo"}' };

const source = `
let calls = 0;
function main(params) {
  console.log('called', ++calls);
  return { greeting: 'Hello, ' + (params.name || 'World'), params };
}
function env() { return { env: process.env }; }
function inner() { throw new TypeError('at once'); }
const throws = () => inner();
async function rejects() { await null; throw new RangeError('after a while'); }
const fails = (params) => Promise.resolve({ error: params.why });
const nothing = () => undefined;
const list = () => [1, 2];
const text = () => 'no dictionary';
const rejectsWith = ({ why }) => Promise.reject(why);
const webRejects = () => Promise.reject({ statusCode: 418, body: 'a teapot' });
const web = (params) => ({ statusCode: 201, headers: { 'Content-Type': 'application/json', 'Set-Cookie': ['a=1', 'b=2'], 'X-N': 7 }, body: params });
const picture = () => ({ headers: { 'content-type': 'image/png' }, body: 'AP/+' });
const page = () => ({ body: '<p>hi</p>' });
const webError = () => ({ error: { statusCode: 404, body: 'no such thing' } });
`;

const python = `
import os
calls = 0
def main(params):
    global calls
    calls += 1
    print('called', calls)
    return {'greeting': 'Hello, ' + params.get('name', 'World'), 'params': params}
def env(args):
    return {'env': dict(os.environ)}
def throws(args):
    return inner()
def inner():
    raise ValueError('cannot')
def fails(params):
    return {'error': params['why']}
def nothing(params):
    pass
def list(params):
    return [1, 2]
def text(params):
    return 'no dictionary'
def web(params):
    return {'statusCode': 201, 'headers': {'Content-Type': 'application/json', 'Set-Cookie': ['a=1', 'b=2'], 'X-N': 7}, 'body': params}
def picture(params):
    return {'headers': {'content-type': 'image/png'}, 'body': 'AP/+'}
def page(params):
    return {'body': '<p>hi</p>'}
def webError(params):
    return {'error': {'statusCode': 404, 'body': 'no such thing'}}
`;

function sameActions(code: () => HandlerPackage, file: string): void {
  it('gives the event as parameters, cold and warm', async () => {
    const { runtime } = code();
    const name = await code().deploy(signature, `${file}.main`);
    const cold = await runtime.call(name, { name: 'Bo', headers: ['not', 'of a request'] });
    assert.deepEqual(cold.body, { greeting: 'Hello, Bo', params: { name: 'Bo', headers: ['not', 'of a request'] } });
    assert.match(cold.log, /called 1\n/);
    assert.match((await runtime.call(name)).log, /called 2\n/);
  });

  it('gives the variables of OpenWhisk, and none of Lambda’s', async () => {
    const name = await code().deploy(signature, `${file}.env`, { Environment: { Variables: { MINE: 'yes' } } });
    const { body, id } = await code().runtime.call(name);
    const { env } = body as { env: Record<string, string> };
    const { __OW_ACTION_NAME, __OW_NAMESPACE, __OW_ACTIVATION_ID, __OW_DEADLINE, __OW_API_HOST, MINE } = env;
    assert.deepEqual([__OW_ACTION_NAME, __OW_NAMESPACE, __OW_ACTIVATION_ID, MINE], [`/guest/${name}`, 'guest', id.replaceAll('-', ''), 'yes']);
    assert.ok(Number(__OW_DEADLINE) > Date.now() - 3000 && __OW_API_HOST?.startsWith('http://localhost'));
    assert.deepEqual(Object.keys(env).filter((key) => /AWS|AMZN|LAMBDA|_HANDLER/.test(key)), []);
  });

  it('fails with an error that is the result', async () => {
    const failure = await code().fail(signature, `${file}.fails`, { why: 'not today' });
    assert.deepEqual([failure.errorType, failure.errorMessage], ['ApplicationError', 'not today']);
    assert.equal((await code().fail(signature, `${file}.fails`, { why: { message: 'nor tomorrow' } })).errorMessage, 'nor tomorrow');
    assert.deepEqual(await code().answer(signature, `${file}.nothing`), {});
  });

  it('takes objects and arrays as results, and nothing else', async () => {
    assert.deepEqual(await code().answer(signature, `${file}.list`), [1, 2]);
    const failure = await code().fail(signature, `${file}.text`);
    assert.equal(failure.errorType, 'DeveloperError');
    assert.match(failure.errorMessage, /^The action did not return a dictionary( or array)?\.$/);
  });

  it('calls web actions with requests, and answers their responses', async () => {
    const web = await code().answer(signature, `${file}.web`, post);
    assert.deepEqual([web.statusCode, web.cookies, web.headers['x-n'], web.headers['content-type']], [201, ['a=1', 'b=2'], '7', 'application/json']);
    const { __ow_headers: headers, ...params } = JSON.parse(web.body) as Record<string, unknown>;
    assert.deepEqual(params, { q: '1', name: 'Bo', __ow_method: 'post', __ow_path: '/a/b' });
    assert.equal((headers as Record<string, string>)['x-mine'], 'yes');
    const picture = await code().answer(signature, `${file}.picture`, { method: 'GET' });
    assert.deepEqual([picture.statusCode, picture.body, picture.isBase64Encoded], [200, 'AP/+', true]);
    const page = await code().answer(signature, `${file}.page`, { method: 'GET' });
    assert.deepEqual([page.headers['content-type'], page.body], ['text/html', '<p>hi</p>']);
    const missing = await code().answer(signature, `${file}.webError`, { method: 'GET' });
    assert.deepEqual([missing.statusCode, missing.body], [404, 'no such thing']);
  });

  it('reads bodies by their kind, also from a function URL', async () => {
    const { runtime } = code();
    const name = await code().deploy(signature, `${file}.web`);
    const params = async (event: object): Promise<Record<string, unknown>> => JSON.parse(((await runtime.call(name, event)).body as Result).body) as Record<string, unknown>;
    const form = await params(urlEvent('POST', '/', { query: 'a=1', headers: { 'content-type': 'application/x-www-form-urlencoded' }, body: 'b=2&c=x+y' }));
    assert.deepEqual([form.a, form.b, form.c, form.__ow_path], ['1', '2', 'x y', '']);
    assert.equal((await params({ method: 'PUT', headers: { 'content-type': 'text/plain' }, body: 'hü' })).__ow_body, 'hü');
    assert.equal((await params({ method: 'PUT', headers: { 'content-type': 'application/json' }, body: '[1]' })).__ow_body, 'WzFd');
    assert.equal((await params({ method: 'PUT', headers: { 'content-type': 'image/png' }, body: 'AP/+', isBase64Encoded: true })).__ow_body, 'AP/+');
    assert.equal(((await runtime.call(name, { ...post, body: '{' })).body as Result).statusCode, 400);
  });
}

describe('the local runtime: actions of OpenWhisk in Node', () => {
  let runtime: RunningRuntime;
  let code: HandlerPackage;

  before(async () => {
    runtime = await RunningRuntime.start();
    code = new HandlerPackage(runtime, 'nodejs20.x', files({ 'action.js': source, 'index.js': 'exports.main = async ({ n }) => ({ n });\nmodule.exports.obj = { nested: () => ({ deep: 1 }) };\n', 'es.mjs': 'export function main() { return { url: typeof import.meta.url }; }\n' }));
  });
  after(() => runtime?.stop());

  sameActions(() => code, 'action');

  it('calls what is exported, and ES modules', async () => {
    assert.deepEqual(await code.answer(signature, 'index.main', { n: 1 }), { n: 1 });
    assert.deepEqual(await code.answer(signature, 'index.obj.nested'), { deep: 1 });
    assert.deepEqual(await code.answer(signature, 'es.main'), { url: 'string' });
    assert.equal((await code.fail(signature, 'index.gone')).errorType, 'Runtime.HandlerNotFound');
  });

  it('takes what a promise is rejected with as the error of the action', async () => {
    const name = await code.deploy(signature, 'action.rejectsWith');
    const message = async (why?: unknown) => ((await runtime.call(name, { why })).body as { errorMessage: string }).errorMessage;
    assert.deepEqual([await message('not today'), await message({ error: 'nor so' }), await message()], ['not today', '{"error":"nor so"}', '{}']);
    const web = await code.answer(signature, 'action.webRejects', { method: 'GET' });
    assert.deepEqual([web.statusCode, web.body], [418, 'a teapot']);
  });

  it('fails with the error of an action that fails', async () => {
    const thrown = await code.fail(signature, 'action.throws');
    assert.deepEqual([thrown.errorType, thrown.errorMessage], ['TypeError', 'at once']);
    assertOwnFrames(thrown, 'action.js', source, 'function inner');
    const rejected = await code.fail(signature, 'action.rejects');
    assertOwnFrames(rejected, 'action.js', source, 'function rejects');
    assert.match(rejected.log, /\tERROR\tInvoke Error \t\{"errorType":"RangeError","errorMessage":"after a while"/);
  });
});

describe('the local runtime: actions of OpenWhisk in Python', () => {
  let runtime: RunningRuntime;
  let code: HandlerPackage;

  before(async () => {
    runtime = await RunningRuntime.start();
    code = new HandlerPackage(runtime, 'python3.13', files({ 'action.py': python, '__main__.py': 'import helper\ndef main(params):\n    return {"said": helper.word}\n', 'helper.py': 'word = "yes"\n' }));
  });
  after(() => runtime?.stop());

  sameActions(() => code, 'action');

  it('calls the __main__.py of a package', async () => {
    assert.deepEqual(await code.answer(signature, '__main__.main'), { said: 'yes' });
    assert.equal((await code.fail(signature, 'action.gone')).errorType, 'Runtime.HandlerNotFound');
  });

  it('fails with the error of an action that fails', async () => {
    const { errorType, errorMessage, stackTrace = [] } = await code.fail(signature, 'action.throws');
    assert.deepEqual([errorType, errorMessage, stackTrace.length], ['ValueError', 'cannot', 2]);
    assert.match(stackTrace[0] ?? '', /action\.py", line \d+, in throws/);
  });
});
