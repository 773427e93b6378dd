import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { CreateFunctionUrlConfigCommand, DeleteFunctionCommand, GetFunctionCommand, ListFunctionsCommand } from '@aws-sdk/client-lambda';
import fc from 'fast-check';
import { dropSilent } from '../../../src/runtime/http/silence';
import { eventually, RunningRuntime } from './harness';

const seeded = { seed: 20260101 };

/** Sends raw bytes and resolves with the status of the first answer; 0 when the connection is just closed. */
function raw(port: number, bytes: string | Buffer, wait = 4000): Promise<number> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => socket.write(bytes));
    let text = '';
    socket.setTimeout(wait, () => socket.destroy());
    socket.on('data', (chunk) => {
      text += chunk.toString('latin1');
      if (!text.startsWith('HTTP/1.1 100')) socket.destroy();
    });
    socket.on('error', () => socket.destroy()).on('close', () => resolve(Number(/^HTTP\/1\.[01] (\d+)/.exec(text)?.[1] ?? 0)));
  });
}

interface Draft {
  readonly line: string;
  readonly headers: readonly string[];
  readonly body: string;
}

/** What makes a request one that no honest client of this machine sends. */
type Flaw = (draft: Draft, port: number) => Draft;

const without = (draft: Draft, name: string): Draft => ({ ...draft, headers: draft.headers.filter((header) => !header.toLowerCase().startsWith(`${name}:`)) });
const withHeader = (draft: Draft, ...headers: readonly string[]): Draft => ({ ...draft, headers: [...draft.headers, ...headers] });
const withHost = (draft: Draft, host: string): Draft => ({ ...draft, headers: [`Host: ${host}`, ...without(draft, 'host').headers] });

const hostFlaws: Readonly<Record<string, Flaw>> = {
  'another host': (draft) => withHost(draft, 'evil.example'),
  'another host with the port': (draft, port) => withHost(draft, `evil.example:${port}`),
  'a name that ends like ours': (draft, port) => withHost(draft, `127.0.0.1.evil.example:${port}`),
  'no port': (draft) => withHost(draft, '127.0.0.1'),
  'another port': (draft, port) => withHost(draft, `127.0.0.1:${port ^ 1}`),
  'a user before the host': (draft, port) => withHost(draft, `x@127.0.0.1:${port}`),
  'a path behind the host': (draft, port) => withHost(draft, `127.0.0.1:${port}/`),
  'two hosts': (draft) => withHeader(draft, 'Host: evil.example'),
  'two hosts, ours last': (draft) => ({ ...draft, headers: ['Host: evil.example', ...draft.headers] }),
  'no host': (draft) => without(draft, 'host'),
  'HTTP/1.0 without a host': (draft) => ({ ...without(draft, 'host'), line: draft.line.replace('HTTP/1.1', 'HTTP/1.0') }),
  'an absolute address': (draft, port) => ({ ...draft, line: draft.line.replace(' /', ` http://127.0.0.1:${port}/`) }),
  'an absolute address elsewhere': (draft) => ({ ...draft, line: draft.line.replace(' /', ' http://evil.example/') }),
  'a foreign origin': (draft) => withHeader(draft, 'Origin: http://evil.example'),
  'the origin of a file': (draft) => withHeader(draft, 'Origin: null'),
  'a page of another site': (draft) => withHeader(draft, 'Sec-Fetch-Site: cross-site'),
  'a page of the same site': (draft) => withHeader(draft, 'sec-fetch-site: same-site'),
  'a length and chunks': (draft) => withHeader(draft, 'Transfer-Encoding: chunked'),
  'two lengths': (draft) => withHeader(draft, 'Content-Length: 5'),
  'a length that is none': (draft) => ({ ...without(draft, 'content-length'), headers: [...without(draft, 'content-length').headers, 'Content-Length: 0x10'] }),
  'a space before a colon': (draft) => withHeader(draft, 'X-Y : 1'),
  'a folded header': (draft) => withHeader(draft, 'X-Y: 1', ' 2'),
  'a NUL in a header': (draft) => withHeader(draft, 'X-Y: a\0b'),
  'a head without end': (draft) => withHeader(draft, `X-Y: ${'x'.repeat(40_000)}`),
  'no HTTP': (draft) => ({ ...draft, line: draft.line.replace(' HTTP/1.1', '') }),
  'HTTP/3.0': (draft) => ({ ...draft, line: draft.line.replace('HTTP/1.1', 'HTTP/3.0') }),
};

const tokenFlaws: Readonly<Record<string, Flaw>> = {
  'no signature': (draft) => without(draft, 'authorization'),
  'another key': (draft) => ({ ...draft, headers: draft.headers.map((header) => header.replace(/(Credential=|Bearer )\w/, '$1?')) }),
  'a key in the query': (draft) => ({ ...without(draft, 'authorization'), line: draft.line.replace(' HTTP', '?X-Amz-Credential=FD0/20260101/eu-west-1/lambda/aws4_request HTTP') }),
  'a plain password': (draft) => withHeader(without(draft, 'authorization'), 'Authorization: Basic QTpC'),
  'an empty key': (draft) => withHeader(without(draft, 'authorization'), 'Authorization: AWS4-HMAC-SHA256 Credential=/20260101/eu-west-1/lambda/aws4_request, Signature=0'),
};

describe('a connection on which nothing is said', () => {
  it('is ended, and one on which something was said is not', async () => {
    const server = createServer((_request, response) => void setTimeout(() => response.end('slow'), 250)).listen(0, '127.0.0.1');
    dropSilent(server, 60);
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const silent = connect(port, '127.0.0.1');
    const [status] = await Promise.all([raw(port, 'GET / HTTP/1.1\r\nHost: x\r\n\r\n'), once(silent, 'close')]);
    assert.equal(status, 200);
    server.close();
  });
});

describe('the local runtime: attacks on its ports', () => {
  let runtime: RunningRuntime;
  let port: number;
  let urlPort: number;
  let apiPort: number;
  before(async () => {
    runtime = await RunningRuntime.start();
    port = Number(new URL(runtime.line.endpoint).port);
    await runtime.node('victim', 'exports.handler = async () => { console.log("ran"); return process.env.AWS_LAMBDA_RUNTIME_API; };');
    const { FunctionUrl } = await runtime.lambda.send(new CreateFunctionUrlConfigCommand({ FunctionName: 'victim', AuthType: 'NONE' }));
    urlPort = Number(new URL(FunctionUrl ?? '').port);
    const { body } = await runtime.call('victim');
    apiPort = Number(/:(\d+)$/.exec(String(body))?.[1]);
    assert.ok(apiPort, JSON.stringify(body));
  });
  after(() => runtime.stop());

  const text = ({ line, headers, body }: Draft) => `${line}\r\n${headers.join('\r\n')}\r\n\r\n${body}`;
  const draft = (at: number, line: string, headers: readonly string[] = [], body = ''): Draft => ({ line: `${line} HTTP/1.1`, headers: [`Host: 127.0.0.1:${at}`, `Content-Length: ${body.length}`, ...headers], body });
  const signed = (service = 'lambda') => `Authorization: AWS4-HMAC-SHA256 Credential=${runtime.line.accessKeyId}/20260101/eu-west-1/${service}/aws4_request, SignedHeaders=host, Signature=0`;
  const bearer = () => `Authorization: Bearer ${runtime.line.accessKeyId}`;
  const requests = (): readonly Draft[] => [
    draft(port, 'POST /2015-03-31/functions/victim/invocations', [signed()], '{}'),
    draft(port, 'POST /2015-03-31/functions/victim/invocations', [signed(), 'X-Amz-Invocation-Type: Event'], '{}'),
    draft(port, 'DELETE /2015-03-31/functions/victim', [signed()]),
    draft(port, 'PUT /2017-10-31/functions/victim/concurrency', [signed()], '{"ReservedConcurrentExecutions":0}'),
    draft(port, 'POST /', [signed('logs'), 'X-Amz-Target: Logs_20140328.DeleteLogGroup'], '{"logGroupName":"/aws/lambda/victim"}'),
    draft(port, 'GET /function-deck/health', [bearer()]),
    draft(port, 'GET /function-deck/lease', [bearer()]),
  ];
  const ranSoFar = async () => (await runtime.events('victim')).filter((event) => event.message?.includes('ran')).length;

  it('has requests that are well answered when nothing is wrong with them', async () => {
    assert.equal(await raw(port, text(requests()[0] as Draft)), 200);
    assert.equal(await raw(port, text(requests()[5] as Draft)), 200);
    assert.equal(await raw(urlPort, text(draft(urlPort, 'GET /'))), 200);
    assert.equal(await raw(apiPort, text(draft(apiPort, 'GET /elsewhere'))), 404);
  });

  it('lets none of them in with anything wrong, alone or together', async () => {
    const before = await ranSoFar();
    const flaws = { ...hostFlaws, ...tokenFlaws };
    const hostile = fc.record({ which: fc.nat(requests().length - 1), names: fc.uniqueArray(fc.constantFrom(...Object.keys(flaws)), { minLength: 1, maxLength: 3 }) });
    const check = async (which: number, names: readonly string[]) => {
      const bad = names.reduce((good, name) => flaws[name]?.(good, port) ?? good, requests()[which] as Draft);
      const status = await raw(port, text(bad));
      assert.ok(status === 0 || (status >= 400 && status < 500), `${bad.line} with ${names.join(', ')}: ${status}`);
    };
    for (const name of Object.keys(flaws)) await check(Object.keys(flaws).indexOf(name) % requests().length, [name]);
    await fc.assert(fc.asyncProperty(hostile, ({ which, names }) => check(which, names)), { ...seeded, numRuns: 300 });
    assert.equal(await ranSoFar(), before);
    assert.equal((await runtime.lambda.send(new GetFunctionCommand({ FunctionName: 'victim' }))).Concurrency, undefined);
  });

  it('keeps the answers on one connection apart, also of who waits for the word to go on', async () => {
    await runtime.node('pair', 'exports.handler = async () => "one of two";');
    const call = draft(port, 'POST /2015-03-31/functions/pair/invocations', [signed()], '{}');
    const waiting = { ...call, headers: [...call.headers, 'Expect: 100-continue'] };
    for (let round = 0; round < 20; round++) {
      const socket = connect(port, '127.0.0.1', () => socket.write(text(call) + text(waiting)));
      let read = '';
      for await (const chunk of socket.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
        read += chunk.toString('latin1');
        if (read.split('"one of two"').length === 3) break;
      }
      socket.destroy();
      assert.match(read, /^HTTP\/1\.1 200 OK\r\n(?:.+\r\n)+\r\n"one of two"HTTP\/1\.1 100 Continue\r\n\r\nHTTP\/1\.1 200 OK\r\n(?:.+\r\n)+\r\n"one of two"$/);
    }
    await runtime.lambda.send(new DeleteFunctionCommand({ FunctionName: 'pair' }));
  });

  it('answers bytes that are no request, and goes on', async () => {
    const bytes = fc.oneof(fc.uint8Array({ maxLength: 200 }), fc.string({ maxLength: 200 }).map((one) => Buffer.from(`GET /${one}\r\n\r\n`)));
    await fc.assert(fc.asyncProperty(bytes, fc.constantFrom(port, urlPort, apiPort), async (some, at) => {
      const status = await raw(at, Buffer.concat([Buffer.from(some), Buffer.from('\r\n\r\n')]), 50);
      assert.ok(status === 0 || (status >= 400 && status < 500), String(status));
    }), { ...seeded, numRuns: 150 });
    assert.equal((await runtime.lambda.send(new ListFunctionsCommand({}))).Functions?.length, 1);
  });

  it('takes no path for another', async () => {
    const tricks = ['..', '../x', '%2e%2e', '%2e%2e%2fvictim', 'x/../victim', 'victim%2f..', 'victim%00', 'victim%0a', 'victim\\..', '%5c..%5cvictim', 'victim;x', 'victim%3Fx', './victim', '/victim', 'victim//', '%c0%ae%c0%ae', 'v%69ctim%20', '$(x)', 'a'.repeat(300)];
    for (const trick of tricks) {
      const status = await raw(port, text(draft(port, `DELETE /2015-03-31/functions/${trick}`, [signed()])));
      assert.ok(status >= 400 && status < 500, `${trick}: ${status}`);
    }
    for (const path of ['//2015-03-31/functions/victim', '/function-deck/../2015-03-31/functions/victim', '/2015-03-31/functions/victim/../../x', '/function-deck/code/../../etc/passwd', '/function-deck/%2e%2e/runtime.json']) {
      const status = await raw(port, text(draft(port, `DELETE ${path}`, [bearer()])));
      assert.ok(status >= 400 && status < 500, `${path}: ${status}`);
    }
    assert.equal((await runtime.lambda.send(new ListFunctionsCommand({}))).Functions?.length, 1);
  });

  it('takes no more of a body than it may have, however it comes', async () => {
    const invoke = draft(port, 'POST /2015-03-31/functions/victim/invocations', [signed()]);
    const long = { ...without(invoke, 'content-length'), headers: [...without(invoke, 'content-length').headers, 'Content-Length: 7000000'] };
    assert.equal(await raw(port, text(long)), 413);
    const chunked = { ...without(invoke, 'content-length'), headers: [...without(invoke, 'content-length').headers, 'Transfer-Encoding: chunked'] };
    const chunk = `100000\r\n${'x'.repeat(0x100000)}\r\n`;
    assert.equal(await raw(port, `${text(chunked)}${chunk.repeat(7)}0\r\n\r\n`), 413);
    assert.equal(await raw(urlPort, `${text({ ...without(draft(urlPort, 'POST /'), 'content-length'), headers: [`Host: 127.0.0.1:${urlPort}`, 'Transfer-Encoding: chunked'] })}${chunk.repeat(7)}0\r\n\r\n`), 413);
  });

  it('answers requests in a row each for itself', async () => {
    const good = text(requests()[5] as Draft);
    const bad = text(withHost(requests()[2] as Draft, 'evil.example'));
    const answers = await all(port, good + bad + good);
    assert.deepEqual(answers.map(Number).slice(0, 2), [200, 403]);
    assert.equal((await runtime.lambda.send(new ListFunctionsCommand({}))).Functions?.length, 1);
  });

  /** The statuses of all answers on one connection. */
  function all(at: number, bytes: string): Promise<string[]> {
    return new Promise((resolve) => {
      const socket = connect(at, '127.0.0.1', () => socket.write(bytes));
      let answer = '';
      socket.on('data', (chunk) => (answer += chunk.toString('latin1'))).on('error', () => socket.destroy());
      socket.on('close', () => resolve([...answer.matchAll(/HTTP\/1\.1 (\d+)/g)].map((found) => found[1] ?? '')));
    });
  }

  it('lets none in at a function URL that comes by another name', async () => {
    const before = await ranSoFar();
    for (const [name, flaw] of Object.entries(hostFlaws)) {
      const status = await raw(urlPort, text(flaw(draft(urlPort, 'POST /', [], '{}'), urlPort)));
      assert.ok(status === 0 || (status >= 400 && status < 500), `${name}: ${status}`);
    }
    assert.equal(await ranSoFar(), before);
  });

  it('lets none in at the port of a function’s own process, which works on', async () => {
    const next = () => draft(apiPort, 'GET /2018-06-01/runtime/invocation/next');
    const unseen = ['a space before a colon', 'a folded header', 'a NUL in a header', 'no HTTP', 'HTTP/3.0', 'an absolute address', 'an absolute address elsewhere'];
    for (const [name, flaw] of Object.entries(hostFlaws).filter(([one]) => !unseen.includes(one))) {
      const status = await raw(apiPort, text(flaw(next(), apiPort)));
      assert.ok(status === 0 || (status >= 400 && status < 500), `${name}: ${status}`);
    }
    assert.equal(await raw(apiPort, text(next())), 403, 'another waits already');
    const answer = draft(apiPort, `POST /2018-06-01/runtime/invocation/${'0'.repeat(36)}/response`, [], '"forged"');
    assert.equal(await raw(apiPort, text(answer)), 400);
    const endless = ['Transfer-Encoding: chunked', 'Lambda-Runtime-Function-Response-Mode: streaming'];
    const head = text({ ...answer, headers: [`Host: 127.0.0.1:${apiPort}`, ...endless], body: '' });
    assert.equal(await raw(apiPort, head + 'f'.repeat(100_000)), 0);
    assert.equal(await raw(apiPort, `${head}0\r\n${'X: y\r\n'.repeat(200_000)}`), 0);
    const last = await runtime.call('victim');
    assert.match(String(last.body), new RegExp(`:${apiPort}$`), `the same process answers: ${last.log}`);
  });

  it('serves its owner while a thousand others hold their connections', async function () {
    const sockets: Socket[] = [];
    for (let index = 0; index < 1000; index++) sockets.push(connect(port, '127.0.0.1').on('error', () => undefined));
    for (const socket of sockets.slice(0, 500)) socket.write('POST /2015-03-31/functions HTTP/1.1\r\nHost: ');
    await eventually(() => sockets.every((socket) => !socket.connecting), 'they are connected', 10_000);
    assert.equal((await runtime.lambda.send(new ListFunctionsCommand({}))).Functions?.length, 1);
    for (const socket of sockets) socket.destroy();
  });

  it('says nothing of all that, and has no error to tell', () => {
    assert.deepEqual(runtime.stderr.filter((line) => !/SDK|Warning/.test(line)), []);
  });
});
