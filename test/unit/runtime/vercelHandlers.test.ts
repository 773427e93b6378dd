import assert from 'node:assert/strict';
import { type Failure, assertOwnFrames, files, HandlerPackage, type Result, urlEvent } from './handlerPackage';
import { RunningRuntime } from './harness';

const signature = 'vercel/http';

const texts = {
  'api/hello.js': `
module.exports = async (req, res) => {
  console.log('asked', req.method, req.url);
  const { what } = req.query;
  if (what === 'throw') throw new TypeError('at once');
  if (what === 'redirect') return res.redirect('/there');
  if (what === 'moved') return res.redirect(301, '/for-good');
  if (what === 'text') return res.status(418).send('tea');
  if (what === 'bytes') return res.setHeader('Set-Cookie', ['a=1', 'b=2']).send(Buffer.from([0, 255, 254]));
  if (what === 'none') return res.status(204).send('gone');
  if (what === 'stream') { let text = ''; for await (const part of req) text += part; return res.end(text + '!'); }
  if (what === 'events') { const parts = []; req.on('data', (part) => parts.push(part)).on('end', () => res.end(Buffer.concat(parts))); return; }
  if (what === 'env') return res.json(process.env);
  res.json({ query: req.query, cookies: req.cookies, body: req.body });
};
`,
  'api/plain.mjs': 'import { later } from "./word.mjs";\nexport default function handler(req, res) { res.end(later); }\n',
  'api/word.mjs': 'export const later = "es";\n',
  'api/typed.js': '"use strict";\nObject.defineProperty(exports, "__esModule", { value: true });\nexports.default = handler;\nfunction handler(request, response) { response.json({ made: request.query.name }); }\n',
  'api/web.mjs': `
export async function GET(request) { return Response.json({ url: request.url, mine: request.headers.get('x-mine') }, { status: 201, headers: [['set-cookie', 'a=1'], ['set-cookie', 'b=2']] }); }
export const POST = async (request, { waitUntil }) => { waitUntil(new Promise((done) => setTimeout(done, 5)).then(() => console.log('later'))); return new Response((await request.formData()).get('a')); };
export function DELETE() { throw new RangeError('never'); }
export const PUT = () => 'text';
`,
  'api/fetcher.mjs': 'export default { name: "mine", fetch(request) { return new Response(`${this.name} ${request.method}`); } };\n',
  'api/edge.mjs': 'export const config = { runtime: "edge" };\nexport default (request) => new Response(new URL(request.url).pathname);\n',
  'api/users/[id].js': 'module.exports = (req, res) => res.json(req.query);\n',
  'api/nothing.js': 'exports.other = 1;\n',
};

describe('the local runtime: functions of Vercel in Node', () => {
  let runtime: RunningRuntime;
  let code: HandlerPackage;
  let hello: string;

  before(async () => {
    runtime = await RunningRuntime.start();
    code = new HandlerPackage(runtime, 'nodejs20.x', files(texts));
    hello = await code.deploy(signature, 'api/hello.default');
  });
  after(() => runtime?.stop());

  const ask = async (event: object): Promise<Result> => (await runtime.call(hello, event)).body as Result;

  it('gives requests Vercel’s helpers', async () => {
    const first = await runtime.call(hello, { method: 'POST', path: '/api/hello', query: { n: ['1', '2'], name: 'Bo' }, headers: { Cookie: 'a=1; b=x%20y' }, body: { deep: [1] } });
    const { statusCode, headers, body } = first.body as Result;
    assert.deepEqual([statusCode, headers['content-type']], [200, 'application/json; charset=utf-8']);
    assert.deepEqual(JSON.parse(body), { query: { n: ['1', '2'], name: 'Bo' }, cookies: { a: '1', b: 'x y' }, body: { deep: [1] } });
    assert.match(first.log, /\tINFO\tasked POST \/api\/hello\?n=1&n=2&name=Bo\n/);
    const form = await ask(urlEvent('POST', '/x', { query: 'q=1', cookies: ['c=3'], headers: { 'content-type': 'application/x-www-form-urlencoded' }, body: 'a=1&b=2' }));
    assert.deepEqual(JSON.parse(form.body), { query: { q: '1' }, cookies: { c: '3' }, body: { a: '1', b: '2' } });
    assert.deepEqual(JSON.parse((await ask({ any: 'thing' })).body), { query: {}, cookies: {}, body: { any: 'thing' } });
    const wrong = await ask({ method: 'POST', headers: { 'content-type': 'application/json' }, body: '{' });
    assert.deepEqual([wrong.statusCode, wrong.body], [400, 'Invalid JSON']);
  });

  it('gives responses Vercel’s helpers', async () => {
    const of = (what: string): Promise<Result> => ask({ method: 'GET', query: { what } });
    const text = await of('text');
    assert.deepEqual([text.statusCode, text.body, text.headers['content-type']], [418, 'tea', 'text/html; charset=utf-8']);
    const bytes = await of('bytes');
    assert.deepEqual([bytes.body, bytes.isBase64Encoded, bytes.cookies, bytes.headers['content-type']], ['AP/+', true, ['a=1', 'b=2'], 'application/octet-stream']);
    const [there, forGood, none] = [await of('redirect'), await of('moved'), await of('none')];
    assert.deepEqual([there.statusCode, there.headers.location, forGood.statusCode, none.statusCode, none.body], [307, '/there', 301, 204, '']);
  });

  it('leaves the request a stream, whose body is read already', async () => {
    for (const [what, text] of [['stream', 'whole!'], ['events', 'whole']]) {
      assert.equal((await ask({ method: 'POST', query: { what }, headers: { 'content-type': 'text/plain' }, body: 'whole' })).body, text);
    }
  });

  it('gives the variables of Vercel, and none of Lambda’s', async () => {
    const env = JSON.parse((await ask({ method: 'GET', query: { what: 'env' } })).body) as Record<string, string>;
    assert.deepEqual([env.VERCEL, env.VERCEL_ENV], ['1', 'development']);
    assert.deepEqual(Object.keys(env).filter((key) => /AWS|AMZN|LAMBDA|_HANDLER/.test(key)), []);
  });

  it('takes ES modules, what TypeScript makes, and parts of the path', async () => {
    assert.equal((await code.answer(signature, 'api/plain.default', { method: 'GET' })).body, 'es');
    assert.equal((await code.answer(signature, 'api/typed.default', { method: 'GET', query: { name: 'Bo' } })).body, '{"made":"Bo"}');
    assert.deepEqual(JSON.parse((await code.answer(signature, 'api/users/[id].default', { method: 'GET', path: '/api/users/a%20b', query: { q: '1' } })).body), { q: '1', id: 'a b' });
  });

  it('calls functions of web requests', async () => {
    const web = await code.deploy(signature, 'api/web.GET');
    const got = (await runtime.call(web, { method: 'GET', path: '/api/web?a=1', headers: { 'X-Mine': 'yes' } })).body as Result;
    assert.deepEqual([got.statusCode, got.cookies, got.headers['content-type']], [201, ['a=1', 'b=2'], 'application/json']);
    assert.deepEqual(JSON.parse(got.body), { url: 'http://localhost/api/web?a=1', mine: 'yes' });
    const posted = await runtime.call(web, { method: 'POST', headers: { 'content-type': 'application/x-www-form-urlencoded' }, body: 'a=x' });
    assert.equal((posted.body as Result).body, 'x');
    assert.match(posted.log, /\tINFO\tlater\n/);
    assert.equal(((await runtime.call(web, { method: 'PATCH' })).body as Result).statusCode, 405);
    assert.match(((await runtime.call(web, { method: 'PUT' })).body as Failure).errorMessage, /^The function returned string, .* must return a Response\.$/);
    const failed = (await runtime.call(web, { method: 'DELETE' })).body as Failure;
    assertOwnFrames(failed, 'web.mjs', texts['api/web.mjs'], 'function DELETE');
    assert.equal((await code.answer(signature, 'api/fetcher.default', { method: 'GET' })).body, 'mine GET');
    assert.equal((await code.answer(signature, 'api/edge.default', { method: 'GET', path: '/api/edge' })).body, '/api/edge');
  });

  it('fails with the error of a function that fails, and goes on', async () => {
    const { error, body, log } = await runtime.call(hello, { method: 'GET', query: { what: 'throw' } });
    assert.equal(error, 'Unhandled');
    assertOwnFrames(body as Failure, 'hello.js', texts['api/hello.js'], "'throw'");
    assert.equal(log.split('TypeError: at once').length, 2);
    assert.equal((await ask({ method: 'GET', query: { what: 'text' } })).body, 'tea');
    assert.equal((await code.fail(signature, 'api/nothing.default')).errorType, 'Runtime.HandlerNotFound');
  });
});

const python = {
  'api/index.py': `
from http.server import BaseHTTPRequestHandler
import json, os
class handler(BaseHTTPRequestHandler):
    def do_GET(self):
        if 'throw' in self.path:
            raise ValueError('cannot')
        if 'silent' in self.path:
            return
        self.send_response(201)
        self.send_header('Content-Type', 'application/json')
        self.send_header('Set-Cookie', 'a=1')
        self.send_header('Set-Cookie', 'b=2')
        self.end_headers()
        self.wfile.write(json.dumps({'path': self.path, 'mine': self.headers['x-mine'], 'vercel': os.environ['VERCEL']}).encode())
    def do_POST(self):
        body = self.rfile.read(int(self.headers['content-length']))
        self.send_response(200)
        self.end_headers()
        self.wfile.write(body + b'\\xff')
`,
  'api/wsgi.py': `
def app(environ, start_response):
    if environ['PATH_INFO'] == '/throw':
        raise ValueError('cannot')
    start_response('200 OK', [('Content-Type', 'text/plain')])
    return [environ['REQUEST_METHOD'].encode(), b' ', environ['QUERY_STRING'].encode(), b' ', environ['wsgi.input'].read()]
`,
  'api/asgi.py': `
import asyncio
started = []
class App:
    async def __call__(self, scope, receive, send):
        if scope['type'] == 'lifespan':
            await receive()
            started.append(scope['type'])
            await send({'type': 'lifespan.startup.complete'})
            return await receive()
        if scope['path'] == '/throw':
            raise ValueError('cannot')
        message = await receive()
        await asyncio.sleep(0)
        await send({'type': 'http.response.start', 'status': 202, 'headers': [(b'content-type', b'text/plain')]})
        await send({'type': 'http.response.body', 'body': (' '.join([*started, scope['method'], scope['path'], '']).encode()), 'more_body': True})
        await send({'type': 'http.response.body', 'body': scope['query_string'] + message['body']})
app = App()
`,
  'api/bare.py': "async def app(scope, receive, send):\n    assert scope['type'] == 'http'\n    await send({'type': 'http.response.start', 'status': 200, 'headers': []})\n    await send({'type': 'http.response.body', 'body': b'bare'})\n",
  'api/users/[id].py': "def app(environ, start_response):\n    start_response('200 OK', [])\n    return [environ['QUERY_STRING'].encode()]\n",
  'api/nothing.py': 'other = 1\n',
};

describe('the local runtime: functions of Vercel in Python', () => {
  let runtime: RunningRuntime;
  let code: HandlerPackage;

  before(async () => {
    runtime = await RunningRuntime.start();
    code = new HandlerPackage(runtime, 'python3.13', files(python));
  });
  after(() => runtime?.stop());

  it('calls handlers of http.server', async () => {
    const name = await code.deploy(signature, 'api/index.handler');
    const got = (await runtime.call(name, { method: 'GET', path: '/api?x=1', headers: { 'X-Mine': 'yes' } })).body as Result;
    assert.deepEqual([got.statusCode, got.cookies, JSON.parse(got.body)], [201, ['a=1', 'b=2'], { path: '/api?x=1', mine: 'yes', vercel: '1' }]);
    const posted = (await runtime.call(name, urlEvent('POST', '/api', { body: 'a' }))).body as Result;
    assert.deepEqual([posted.body, posted.isBase64Encoded], [Buffer.from([97, 255]).toString('base64'), true]);
    assert.equal(((await runtime.call(name, { method: 'DELETE' })).body as Result).statusCode, 501);
    assert.equal(((await runtime.call(name, { method: 'GET', path: '/silent' })).body as Failure).errorType, 'Runtime.NoAnswer');
    const { errorType, stackTrace = [] } = (await runtime.call(name, { method: 'GET', path: '/throw' })).body as Failure;
    assert.deepEqual([errorType, stackTrace.length], ['ValueError', 1]);
    assert.match(stackTrace[0] ?? '', /api\/index\.py", line 7, in do_GET/);
  });

  for (const [file, text, status] of [['wsgi', 'POST q=1 body', 200], ['asgi', 'lifespan POST /api q=1body', 202]] as const) {
    it(`calls applications of ${file.toUpperCase()}`, async () => {
      const name = await code.deploy(signature, `api/${file}.app`);
      const posted = (await runtime.call(name, { method: 'POST', path: '/api', query: { q: 1 }, body: 'body' })).body as Result;
      assert.deepEqual([posted.statusCode, posted.body], [status, text]);
      const { errorType, stackTrace = [] } = (await runtime.call(name, { method: 'GET', path: '/throw' })).body as Failure;
      assert.equal(errorType, 'ValueError');
      assert.match(stackTrace.at(-1) ?? '', new RegExp(`api/${file}\\.py"`));
    });
  }

  it('calls functions of ASGI without a lifespan, and parts of the path', async () => {
    assert.equal((await code.answer(signature, 'api/bare.app', { method: 'GET' })).body, 'bare');
    assert.equal(Buffer.from((await code.answer(signature, 'api/users/[id].app', { method: 'GET', path: '/api/users/a%20b?q=1' })).body).toString(), 'q=1&id=a%20b');
    assert.equal((await code.fail(signature, 'api/nothing.app')).errorType, 'Runtime.HandlerNotFound');
  });
});
