import assert from 'node:assert/strict';
import { type Failure, assertOwnFrames, files, HandlerPackage, type Result, urlEvent } from './handlerPackage';
import { RunningRuntime } from './harness';

const signature = 'webtask/main';
const source = `
module.exports = function (context, callback) {
  const { what, name } = context.data;
  if (what === 'throw') throw new TypeError('at once');
  if (what === 'error') return callback(new RangeError('no'));
  if (what === 'object') return callback({ code: 7, message: 'an object' });
  if (what === 'count') return context.storage.get((error, data = { n: 0 }) => context.storage.set({ n: data.n + 1 }, (failed) => callback(failed, data.n + 1)));
  if (what === 'all') return callback(null, { data: context.data, query: context.query, body: context.body, raw: context.body_raw, secrets: context.secrets, mine: context.headers['x-mine'], env: Object.keys(process.env) });
  setTimeout(() => callback(null, 'Hello, ' + (name || 'world') + '!'), 1);
};
`;

describe('the local runtime: webtasks', () => {
  let runtime: RunningRuntime;
  let code: HandlerPackage;
  let task: string;

  before(async () => {
    runtime = await RunningRuntime.start();
    code = new HandlerPackage(runtime, 'nodejs20.x', files({
      'index.js': source,
      'short.js': 'module.exports = (cb) => cb(null, { short: true });\n',
      'server.js': "module.exports = (context, req, res) => { let text = ''; req.on('data', (part) => (text += part)).on('end', () => { res.writeHead(201, { 'Content-Type': 'text/plain', 'X-A': '1' }); res.end(req.method + ' ' + req.url + ' ' + text); }); };\n",
      'es.mjs': 'export default (context, callback) => callback(null, typeof import.meta.url);\n',
      'async.js': "module.exports = async (context, callback) => { await null; throw new Error('too late'); };\n",
      'none.js': 'exports.other = 1;\n',
    }));
    task = await code.deploy(signature, 'index.default', { Environment: { Variables: { TOKEN: 'hush' } } });
  });
  after(() => runtime?.stop());

  it('gives what the callback is given', async () => {
    assert.equal((await runtime.call(task, { name: 'Bo' })).body, 'Hello, Bo!');
    assert.equal((await runtime.call(task, { method: 'GET', query: { name: 'Ada' } })).body, 'Hello, Ada!');
    assert.equal((await runtime.call(task, urlEvent('GET', '/', { query: 'name=Cy' }))).body, 'Hello, Cy!');
    assert.deepEqual(await code.answer(signature, 'short.default'), { short: true });
    assert.equal(await code.answer(signature, 'es.default'), 'string');
  });

  it('tells in the context of the request and the secrets', async () => {
    const event = { method: 'POST', query: { what: 'all', n: ['1', '2'] }, headers: { 'X-Mine': 'yes' }, body: { name: 'Bo', n: 0 } };
    const { env, ...rest } = (await runtime.call(task, event)).body as Record<string, unknown>;
    assert.deepEqual(rest, {
      data: { what: 'all', name: 'Bo', n: ['1', '2'], TOKEN: 'hush' },
      query: { what: 'all', n: ['1', '2'] },
      body: { name: 'Bo', n: 0 },
      raw: '{"name":"Bo","n":0}',
      secrets: { TOKEN: 'hush' },
      mine: 'yes',
    });
    assert.deepEqual((env as string[]).filter((key) => /AWS|AMZN|LAMBDA|_HANDLER|WEBTASK/.test(key)), []);
  });

  it('keeps what is stored from call to call', async () => {
    const counted = [];
    for (let n = 0; n < 2; n++) counted.push((await runtime.call(task, { what: 'count' })).body);
    assert.deepEqual(counted, [1, 2]);
  });

  it('calls webtasks that answer requests themselves', async () => {
    const { statusCode, headers, body } = await code.answer<Result>(signature, 'server.default', { method: 'PUT', path: '/x?a=1', body: 'whole' });
    assert.deepEqual([statusCode, headers['x-a'], body], [201, '1', 'PUT /x?a=1 whole']);
  });

  it('fails with the error of a webtask that fails', async () => {
    const failure = async (what: string): Promise<Failure> => {
      const { error, body } = await runtime.call(task, { what });
      assert.equal(error, 'Unhandled');
      return body as Failure;
    };
    const thrown = await failure('throw');
    assertOwnFrames(thrown, 'index.js', source, "'throw'");
    const given = await failure('error');
    assert.deepEqual([given.errorType, given.errorMessage], ['RangeError', 'no']);
    assert.equal((await failure('object')).errorMessage, 'an object');
    assert.equal((await code.fail(signature, 'async.default')).errorMessage, 'too late');
    assert.equal((await code.fail(signature, 'none.default')).errorType, 'Runtime.HandlerNotFound');
  });
});
