import assert from 'node:assert/strict';
import { request, type IncomingHttpHeaders } from 'node:http';
import { connect } from 'node:net';
import {
  CreateAliasCommand, CreateFunctionUrlConfigCommand, DeleteFunctionCommand, DeleteFunctionUrlConfigCommand, GetFunctionUrlConfigCommand, ListFunctionUrlConfigsCommand,
  PutFunctionConcurrencyCommand, UpdateFunctionUrlConfigCommand, type CreateFunctionUrlConfigCommandInput,
} from '@aws-sdk/client-lambda';
import fc from 'fast-check';
import { corsHeaders, preflight, urlResponse } from '../../../src/runtime/url/response';
import { refused, RunningRuntime } from './harness';

const arn = 'arn:aws:lambda:eu-west-1:000000000000:function:web';

interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

interface Event {
  readonly headers: Record<string, string>;
  readonly requestContext: Record<string, unknown> & { http: Record<string, string> };
  readonly [member: string]: unknown;
}

describe('the local runtime: function URLs', () => {
  let runtime: RunningRuntime;
  before(async () => {
    runtime = await RunningRuntime.start();
    await runtime.node('web', 'exports.handler = async (e) => e.rawPath === "/answer" ? JSON.parse(e.body) : e.rawPath === "/fail" ? Promise.reject(new Error("no")) : e;', { Publish: true });
    await send(new CreateAliasCommand({ FunctionName: 'web', Name: 'live', FunctionVersion: '1' }));
  });
  after(() => runtime.stop());

  const send: RunningRuntime['lambda']['send'] = ((command: never) => runtime.lambda.send(command)) as never;
  const create = async (input: Partial<CreateFunctionUrlConfigCommandInput> = {}) => send(new CreateFunctionUrlConfigCommand({ FunctionName: 'web', AuthType: 'NONE', ...input }));
  const update = async (input: object) => send(new UpdateFunctionUrlConfigCommand({ FunctionName: 'web', ...input }));
  const base = async (Qualifier?: string) => (await send(new GetFunctionUrlConfigCommand({ FunctionName: 'web', Qualifier }))).FunctionUrl ?? '';
  const ask = async (path: string, options: { method?: string; headers?: Record<string, string | string[]>; body?: string | Buffer; url?: string } = {}): Promise<Answer> => {
    const url = new URL(options.url ?? (await base()));
    return new Promise((resolve, reject) => {
      const asked = request({ host: url.hostname, port: url.port, path, method: options.method ?? 'GET', headers: options.headers }, (response) => {
        const parts: Buffer[] = [];
        response.on('data', (part: Buffer) => parts.push(part));
        response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(parts) }));
      });
      asked.on('error', reject).end(options.body);
    });
  };
  const eventOf = (answer: Answer) => JSON.parse(answer.body.toString()) as Event;
  const answerWith = async (result: unknown) => ask('/answer', { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(result) });

  it('are made, shown, changed and listed in the shapes of AWS', async () => {
    const { $metadata, CreationTime, ...made } = await create();
    assert.equal($metadata.httpStatusCode, 201);
    assert.deepEqual(made, { AuthType: 'NONE', FunctionArn: arn, FunctionUrl: made.FunctionUrl });
    assert.match(made.FunctionUrl ?? '', /^http:\/\/127\.0\.0\.1:\d+\/$/);
    const got = await send(new GetFunctionUrlConfigCommand({ FunctionName: 'web' }));
    assert.deepEqual([got.InvokeMode, got.CreationTime, got.LastModifiedTime, got.Cors], ['BUFFERED', CreationTime, CreationTime, undefined]);
    await create({ Qualifier: 'live' });
    const changed = await update({ Cors: { AllowOrigins: ['https://a.example'], MaxAge: 5 } });
    assert.deepEqual(changed.Cors, { AllowOrigins: ['https://a.example'], MaxAge: 5 });
    assert.equal((await update({ Cors: {} })).Cors, undefined);
    const list = await send(new ListFunctionUrlConfigsCommand({ FunctionName: 'web' }));
    assert.deepEqual(list.FunctionUrlConfigs?.map((one) => one.FunctionArn), [arn, `${arn}:live`]);
  });

  it('refuse in the words of AWS', async () => {
    await refused(create(), 'ResourceConflictException', 409, new RegExp(`^Failed to create function url config for \\[functionArn = ${arn}\\]\\. Error message:  FunctionUrlConfig exists`));
    await refused(create({ FunctionName: 'nobody' }), 'ResourceNotFoundException', 404, /^Function does not exist$/);
    await refused(create({ Qualifier: '1' }), 'ValidationException', 400, /Value '1' at 'qualifier'/);
    await refused(create({ Qualifier: '$LATEST' }), 'ValidationException', 400, /at 'qualifier'/);
    await refused(create({ AuthType: 'ALL' as 'NONE' }), 'ValidationException', 400, /enum value set: \[NONE, AWS_IAM\]/);
    await refused(send(new GetFunctionUrlConfigCommand({ FunctionName: 'nobody' })), 'ResourceNotFoundException', 404, /^The resource you requested does not exist\.$/);
    await refused(send(new ListFunctionUrlConfigsCommand({ FunctionName: 'nobody' })), 'ResourceNotFoundException', 404, /^Function does not exist$/);
  });

  it('give the function an event in format 2.0', async () => {
    const before = Date.now();
    const answer = await ask('/a%20b/c?x=1&y=%C3%BC&x=2', { method: 'PUT', headers: { 'Content-Type': 'application/json', 'X-Two': ['a', 'b'], Cookie: 'k=v; l=w', 'User-Agent': 'test' }, body: '{"ü":1}' });
    const { headers, requestContext, ...event } = eventOf(answer);
    assert.deepEqual(event, { version: '2.0', routeKey: '$default', rawPath: '/a%20b/c', rawQueryString: 'x=1&y=%C3%BC&x=2', cookies: ['k=v', 'l=w'], queryStringParameters: { x: '1,2', y: 'ü' }, body: '{"ü":1}', isBase64Encoded: false });
    assert.deepEqual([headers['x-two'], headers['content-type'], headers['x-forwarded-proto'], headers['x-forwarded-for']], ['a, b', 'application/json', 'http', '127.0.0.1']);
    const { apiId, requestId, time, timeEpoch, domainName, ...rest } = requestContext;
    assert.match(String(apiId), /^[a-z0-9]{32}$/);
    assert.equal(requestId, answer.headers['x-amzn-requestid']);
    assert.equal(domainName, headers.host);
    assert.match(String(time), /^\d\d\/[A-Z][a-z]{2}\/\d{4}:\d\d:\d\d:\d\d \+0000$/);
    assert.ok(Number(timeEpoch) >= before && Number(timeEpoch) <= Date.now());
    assert.deepEqual(rest, { accountId: 'anonymous', domainPrefix: apiId, routeKey: '$default', stage: '$default', http: { method: 'PUT', path: '/a b/c', protocol: 'HTTP/1.1', sourceIp: '127.0.0.1', userAgent: 'test' } });
    const bare = eventOf(await ask('/'));
    for (const member of ['body', 'cookies', 'queryStringParameters']) assert.ok(!(member in bare), member);
    assert.equal(bare.isBase64Encoded, false);
    const binary = eventOf(await ask('/', { method: 'POST', body: Buffer.from([0, 255, 10]) }));
    assert.deepEqual([binary.body, binary.isBase64Encoded], [Buffer.from([0, 255, 10]).toString('base64'), true]);
    const form = eventOf(await ask('/', { method: 'POST', headers: { 'content-type': 'application/x-www-form-urlencoded' }, body: 'a=1' }));
    assert.deepEqual([form.body, form.isBase64Encoded], [Buffer.from('a=1').toString('base64'), true]);
  });

  it('answer with what the function returns', async () => {
    const made = await answerWith({ statusCode: 201, headers: { 'Content-Type': 'text/plain', 'X-Own': 'yes', Connection: 'close', 'Content-Length': '99' }, cookies: ['a=1', 'b=2; Secure'], body: 'grüße' });
    assert.deepEqual([made.status, made.headers['content-type'], made.headers['x-own'], made.headers['set-cookie'], made.body.toString()], [201, 'text/plain', 'yes', ['a=1', 'b=2; Secure'], 'grüße']);
    const binary = await answerWith({ statusCode: 200, isBase64Encoded: true, body: 'AP8K' });
    assert.deepEqual(binary.body, Buffer.from([0, 255, 10]));
    const plain = await answerWith({ any: 'thing' });
    assert.deepEqual([plain.status, plain.headers['content-type'], plain.body.toString()], [200, 'application/json', '{"any":"thing"}']);
    assert.equal((await answerWith('text')).body.toString(), 'text');
    assert.equal((await answerWith(null)).body.toString(), 'null');
    assert.equal((await answerWith({ statusCode: 204 })).status, 204);
    for (const bad of [{ statusCode: 99 }, { statusCode: 'x' }, { statusCode: 200, headers: { 'a b': '1' } }, { statusCode: 200, headers: { a: 'b\r\nc: d' } }]) {
      const answer = await answerWith(bad);
      assert.deepEqual([answer.status, answer.body.toString()], [502, 'Internal Server Error'], JSON.stringify(bad));
    }
    assert.deepEqual([(await ask('/fail')).status], [502]);
  });

  it('run the version of their alias, and say when the function has no room', async () => {
    assert.equal((await ask('/', { url: await base('live') })).status, 200);
    assert.ok((await runtime.events('web')).some((event) => event.message?.includes('Version: 1')));
    await send(new PutFunctionConcurrencyCommand({ FunctionName: 'web', ReservedConcurrentExecutions: 0 }));
    const throttled = await ask('/');
    assert.deepEqual([throttled.status, throttled.headers['retry-after']], [429, '1']);
    await send(new PutFunctionConcurrencyCommand({ FunctionName: 'web', ReservedConcurrentExecutions: 5 }));
    assert.equal((await ask('/', { method: 'POST', body: Buffer.alloc(6 * 1024 * 1024 + 1) })).status, 413);
  });

  it('let only signed requests in when they must be, and show the key to no function', async () => {
    const authorization = `AWS4-HMAC-SHA256 Credential=${runtime.line.accessKeyId}/20260101/eu-west-1/lambda/aws4_request, SignedHeaders=host, Signature=0`;
    assert.ok(!(await ask('/', { headers: { authorization } })).body.includes(runtime.line.accessKeyId));
    assert.equal(eventOf(await ask('/', { headers: { authorization: 'Bearer mine' } })).headers.authorization, 'Bearer mine');
    await update({ AuthType: 'AWS_IAM' });
    const refusedAnswer = await ask('/');
    assert.deepEqual([refusedAnswer.status, refusedAnswer.headers['x-amzn-errortype'], refusedAnswer.body.toString()], [403, 'AccessDeniedException', '{"Message":"Forbidden"}']);
    assert.equal((await ask('/', { headers: { authorization: authorization.replace('Credential=', 'Credential=x') } })).status, 403);
    const signed = await ask('/', { headers: { authorization } });
    assert.equal(signed.status, 200);
    assert.ok(!signed.body.includes(runtime.line.accessKeyId));
    assert.deepEqual([eventOf(signed).requestContext.accountId, 'authorizer' in eventOf(signed).requestContext], ['000000000000', true]);
    await update({ AuthType: 'NONE' });
  });

  it('let in web pages of the sites that CORS allows, and no other, whatever name they came by', async () => {
    const port = new URL(await base()).port;
    const page = (headers: Record<string, string>) => ask('/', { headers });
    assert.equal((await page({ origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' })).status, 403);
    assert.equal((await page({ 'sec-fetch-site': 'cross-site' })).status, 403);
    assert.equal((await page({ 'sec-fetch-site': 'none' })).status, 200);
    assert.equal((await page({ origin: `http://127.0.0.1:${port}`, 'sec-fetch-site': 'same-origin' })).status, 200);
    assert.equal((await page({ host: `evil.example:${port}` })).status, 403);
    assert.equal((await page({ host: `x.localhost:${port}` })).status, 200);
    await update({ Cors: { AllowOrigins: ['https://*.good.example'], AllowMethods: ['GET'], AllowHeaders: ['x-a'], ExposeHeaders: ['x-b'], MaxAge: 60, AllowCredentials: true } });
    const asked = await ask('/', { method: 'OPTIONS', headers: { origin: 'https://a.good.example', 'access-control-request-method': 'GET' } });
    const headers = Object.fromEntries(Object.entries(asked.headers).filter(([name]) => name === 'vary' || name.startsWith('access-control-')));
    assert.deepEqual([asked.status, asked.body.length], [200, 0]);
    assert.deepEqual(headers, { 'access-control-allow-origin': 'https://a.good.example', vary: 'Origin', 'access-control-allow-credentials': 'true', 'access-control-expose-headers': 'x-b', 'access-control-allow-methods': 'GET', 'access-control-allow-headers': 'x-a', 'access-control-max-age': '60' });
    const good = await page({ origin: 'https://a.good.example', 'sec-fetch-site': 'cross-site' });
    assert.deepEqual([good.status, good.headers['access-control-allow-origin']], [200, 'https://a.good.example']);
    const evil = await ask('/', { method: 'OPTIONS', headers: { origin: 'https://good.example.evil', 'access-control-request-method': 'GET' } });
    assert.equal(evil.headers['access-control-allow-origin'], undefined);
    assert.equal((await page({ origin: 'https://good.example.evil' })).status, 403);
    await update({ Cors: {} });
  });

  it('give a function that is written for requests the request as it is', async () => {
    const source = "import functions_framework\n@functions_framework.http\ndef hello(request):\n    return f'{request.method} {request.path} {request.args.getlist(\"x\")} {request.get_json()}', 418, {'X-Own': 'yes'}\n";
    await runtime.create('asked', { 'main.py': source }, { Runtime: 'python3.13', Handler: 'functions-framework/http:main.hello' });
    const { FunctionUrl } = await create({ FunctionName: 'asked' });
    const answer = await ask('/a%20b?x=1&x=2', { url: FunctionUrl, method: 'POST', headers: { 'content-type': 'application/json' }, body: '{"ü":1}' });
    assert.deepEqual([answer.status, answer.headers['x-own'], answer.body.toString()], [418, 'yes', "POST /a b ['1', '2'] {'ü': 1}"]);
  });

  it('are there again after a restart, at the same place, and gone when they are deleted', async () => {
    const places = [await base(), await base('live')];
    await runtime.stop('SIGTERM', true);
    runtime = await RunningRuntime.start(runtime.data);
    assert.deepEqual([await base(), await base('live')], places);
    assert.equal((await ask('/')).status, 200);
    await send(new DeleteFunctionUrlConfigCommand({ FunctionName: 'web' }));
    await refused(base(), 'ResourceNotFoundException', 404, /does not exist/);
    const listens = (place = '') => new Promise<boolean>((resolve) => {
      const socket = connect(Number(new URL(place).port), '127.0.0.1', () => resolve(true)).on('error', () => resolve(false)).on('close', () => socket.destroy());
      socket.setTimeout(1000, () => socket.destroy());
    });
    assert.deepEqual([await listens(places[0]), await listens(places[1])], [false, true]);
    await send(new DeleteFunctionCommand({ FunctionName: 'web' }));
    assert.equal(await listens(places[1]), false);
  });
});

describe('answers of function URLs', () => {
  it('are whole HTTP answers or none, whatever a function returns', () => {
    fc.assert(
      fc.property(fc.oneof(fc.json(), fc.record({ statusCode: fc.anything(), headers: fc.oneof(fc.anything(), fc.dictionary(fc.string(), fc.string())), cookies: fc.anything(), body: fc.anything() }).map((one) => JSON.stringify(one, (_, value: unknown) => (typeof value === 'bigint' ? String(value) : value)))), (text) => {
        const answer = urlResponse(Buffer.from(text));
        if (!answer) return;
        assert.ok(answer.status >= 200 && answer.status <= 599);
        for (const [name, value] of Object.entries(answer.headers)) assert.ok(/^\S+$/.test(name) && !/[\r\n]/.test([value].flat().join('')));
      }),
      { seed: 20260101, numRuns: 200 },
    );
  });

  it('tell a browser only of origins that are allowed', () => {
    assert.deepEqual(corsHeaders({ AllowOrigins: ['*'] }, 'https://a'), { 'access-control-allow-origin': '*' });
    assert.deepEqual(corsHeaders({ AllowOrigins: ['*'], AllowCredentials: true }, 'https://a'), { 'access-control-allow-origin': 'https://a', vary: 'Origin', 'access-control-allow-credentials': 'true' });
    assert.deepEqual(preflight({ AllowOrigins: ['*'], AllowHeaders: ['*'] }, 'https://a', 'x-1,x-2')['access-control-allow-headers'], 'x-1,x-2');
    const origin = fc.tuple(fc.constantFrom('http', 'https'), fc.stringMatching(/^[a-c.]{1,3}$/)).map(([scheme, host]) => `${scheme}://${host}`);
    fc.assert(fc.property(origin, origin, (a, b) => {
      assert.equal('access-control-allow-origin' in corsHeaders({ AllowOrigins: [a] }, b), a.toLowerCase() === b.toLowerCase());
    }), { seed: 20260101, numRuns: 200 });
  });
});
