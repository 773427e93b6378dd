import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import path from 'node:path';
import { CreateFunctionUrlConfigCommand, InvokeCommand, InvokeWithResponseStreamCommand, PutFunctionConcurrencyCommand, UpdateFunctionUrlConfigCommand } from '@aws-sdk/client-lambda';
import fc from 'fast-check';
import { RequestReader, type RuntimeRequest } from '../../../src/runtime/engine/requestReader';
import { eventually, refused, RunningRuntime } from './harness';

const source = `
const { existsSync } = require('node:fs');
const wait = (ms) => new Promise((r) => setTimeout(r, ms));
exports.handler = awslambda.streamifyResponse(async (event, stream, context) => {
  console.log('streams', context.awsRequestId);
  if (event.early) throw new Error('early');
  if (event.rawPath) stream = awslambda.HttpResponseStream.from(stream, { statusCode: 201, headers: { 'x-own': 'yes' }, cookies: ['a=1'] });
  stream.write('one ');
  while (event.until && !existsSync(event.until)) await wait(5);
  if (event.late) throw new TypeError('late');
  if (event.exit) process.exit(3);
  for (let at = 0; at < (event.size ?? 0); at += 65536) if (!stream.write(Buffer.alloc(65536, 120))) await new Promise((r) => stream.once('drain', r));
  stream.end('two');
});
exports.sync = awslambda.streamifyResponse((event, stream) => { stream.end('lost'); });
exports.extra = awslambda.streamifyResponse(async (event, stream, context) => {
  stream.write(String('done' in context));
  try { stream.setContentType('text/plain'); } catch (error) { stream.end(' ' + error.name); }
  return 'ignored';
});
exports.plain = async (e) => { if (e.fail) throw new Error('plain'); return { n: e.n }; };`;

interface Streamed {
  readonly chunks: string[];
  readonly complete: { ErrorCode?: string; ErrorDetails?: string; LogResult?: string };
  readonly version?: string;
}

describe('the local runtime: answers bit by bit', () => {
  let runtime: RunningRuntime;
  before(async () => {
    runtime = await RunningRuntime.start();
    await runtime.node('streams', source);
    for (const name of ['plain', 'sync', 'extra']) await runtime.node(name, source, { Handler: `index.${name}` });
  });
  after(() => runtime.stop());

  const send: RunningRuntime['lambda']['send'] = ((command: never) => runtime.lambda.send(command)) as never;
  const stream = async (FunctionName: string, event: { readonly until?: string; readonly [name: string]: unknown }, input: object = {}): Promise<Streamed> => {
    const answer = await send(new InvokeWithResponseStreamCommand({ FunctionName, Payload: Buffer.from(JSON.stringify(event)), ...input }));
    const chunks: string[] = [];
    let complete: Streamed['complete'] | undefined;
    for await (const one of answer.EventStream ?? []) {
      if (one.PayloadChunk) chunks.push(Buffer.from(one.PayloadChunk.Payload ?? []).toString());
      if (chunks.length === 1 && event.until) writeFileSync(event.until, '');
      complete = one.InvokeComplete ?? complete;
    }
    assert.ok(complete, 'it is told that the answer is complete');
    return { chunks, complete, version: answer.ExecutedVersion };
  };

  it('come as the function gives them', async () => {
    const answer = await stream('streams', { until: path.join(runtime.data, 'first-has-come') }, { LogType: 'Tail' });
    assert.deepEqual([answer.chunks.join('|'), answer.version], ['one |two', '$LATEST']);
    assert.match(Buffer.from(answer.complete.LogResult ?? '', 'base64').toString(), /streams [\s\S]*REPORT RequestId/);
    assert.equal(answer.complete.ErrorCode, undefined);
    assert.equal((await stream('streams', {})).complete.LogResult, undefined);
  });

  it('come in one piece from a function that gives one, and the other way round', async () => {
    assert.deepEqual((await stream('plain', { n: 1 })).chunks, ['{"n":1}']);
    const whole = await send(new InvokeCommand({ FunctionName: 'streams' }));
    assert.deepEqual([whole.FunctionError, Buffer.from(whole.Payload ?? []).toString()], [undefined, 'one two']);
    const tooLong = await send(new InvokeCommand({ FunctionName: 'streams', Payload: Buffer.from('{"size":7000000}') }));
    assert.match(Buffer.from(tooLong.Payload ?? []).toString(), /Function\.ResponseSizeTooLarge/);
  });

  it('may be longer than any that comes whole', async () => {
    const { chunks } = await stream('streams', { size: 8 * 1024 * 1024 });
    assert.equal(chunks.join('').length, 8 * 1024 * 1024 + 7);
  });

  it('hold the function up while nobody reads, and let it go on when the reader is gone', async () => {
    const reports = async () => (await runtime.events('streams')).filter((event) => event.message?.startsWith('REPORT')).map((event) => event.message ?? '');
    const before = (await reports()).length;
    const abort = new AbortController();
    const answer = await runtime.lambda.send(new InvokeWithResponseStreamCommand({ FunctionName: 'streams', Payload: Buffer.from('{"size":200000000}') }), { abortSignal: abort.signal });
    const reader = answer.EventStream?.[Symbol.asyncIterator]();
    await reader?.next();
    await new Promise((resolve) => setTimeout(resolve, 300));
    const rss = Number(/VmRSS:\s+(\d+)/.exec(process.platform === 'linux' ? readFileSync(`/proc/${runtime.child.pid}/status`, 'utf8') : 'VmRSS: 0')?.[1]);
    assert.ok(rss < 180_000, `${rss} kB`);
    runtime.lambda.destroy();
    abort.abort();
    await reader?.return?.().catch((error: Error) => error);
    await eventually(async () => (await reports()).length > before, 'the call comes to its end', 8000);
    assert.doesNotMatch((await reports()).at(-1) ?? '', /Status: timeout/);
  });

  it('end with what went wrong', async () => {
    const early = await stream('streams', { early: true });
    assert.deepEqual([early.chunks, early.complete.ErrorCode, (JSON.parse(early.complete.ErrorDetails ?? '') as { errorMessage: string }).errorMessage], [[], 'Unhandled', 'early']);
    const late = await stream('streams', { late: true });
    const details = JSON.parse(late.complete.ErrorDetails ?? '') as { errorType: string; errorMessage: string; trace: string[] };
    assert.deepEqual([late.chunks, late.complete.ErrorCode, details.errorType, details.errorMessage], [['one '], 'Unhandled', 'TypeError', 'late']);
    assert.match(details.trace.join('\n'), /index\.js/);
    assert.match((await stream('streams', { exit: true })).complete.ErrorDetails ?? '', /Runtime\.ExitError/);
    assert.match((await stream('plain', { fail: true })).complete.ErrorDetails ?? '', /"errorMessage":"plain"/);
    assert.deepEqual((await stream('streams', {})).chunks.join(''), 'one two');
    assert.match((await stream('sync', {})).complete.ErrorDetails ?? '', /Streaming does not support non-async handlers\./);
  });

  it('warn of what has no effect', async () => {
    const answer = await stream('extra', {}, { LogType: 'Tail' });
    assert.equal(answer.chunks.join(''), 'false Runtime.InvalidStreamingOperation');
    assert.match(Buffer.from(answer.complete.LogResult ?? '', 'base64').toString(), /\tWARN\tStreaming handlers ignore return values\.\n/);
  });

  it('are refused as others are', async () => {
    await refused(stream('nobody', {}), 'ResourceNotFoundException', 404, /:nobody:\$LATEST$/);
    await send(new PutFunctionConcurrencyCommand({ FunctionName: 'plain', ReservedConcurrentExecutions: 0 }));
    await refused(stream('plain', {}), 'TooManyRequestsException', 429, /^Rate Exceeded\.$/);
  });

  it('go through a function URL, at once or whole, with status, headers and cookies', async () => {
    const { FunctionUrl = '' } = await send(new CreateFunctionUrlConfigCommand({ FunctionName: 'streams', AuthType: 'NONE', InvokeMode: 'RESPONSE_STREAM' }));
    const ask = () => new Promise<object>((resolve, reject) => {
      const asked = request(FunctionUrl, (response) => {
        const parts: string[] = [];
        response.on('data', (part: Buffer) => parts.push(part.toString()));
        response.on('end', () => resolve({ status: response.statusCode, own: response.headers['x-own'], cookies: response.headers['set-cookie'], encoding: response.headers['transfer-encoding'], body: parts.join('') }));
      });
      asked.on('error', reject).end();
    });
    const expected = { status: 201, own: 'yes', cookies: ['a=1'], encoding: 'chunked', body: 'one two' };
    assert.deepEqual(await ask(), expected);
    await send(new UpdateFunctionUrlConfigCommand({ FunctionName: 'streams', InvokeMode: 'BUFFERED' }));
    assert.deepEqual(await ask(), { ...expected, encoding: undefined });
  });
});

describe('answers bit by bit, on their way', () => {
  it('come through piece by piece wherever they are cut, with what went wrong behind them', () => {
    const body = fc.array(fc.uint8Array({ minLength: 1, maxLength: 40 }), { maxLength: 5 });
    fc.assert(fc.property(body, fc.boolean(), fc.array(fc.integer({ min: 1, max: 60 }), { maxLength: 20 }), (chunks, fails, cuts) => {
      const frames = chunks.map((chunk) => Buffer.concat([Buffer.from(`${chunk.length.toString(16)}\r\n`), chunk, Buffer.from('\r\n')]));
      const head = 'POST /x HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\nLambda-Runtime-Function-Response-Mode: streaming\r\n\r\n';
      const bytes = Buffer.concat([Buffer.from(head), ...frames, Buffer.from(`0\r\n${fails ? 'Own-Trailer: yes\r\n' : ''}\r\n`), Buffer.from('GET /next HTTP/1.1\r\nHost: h\r\n\r\n')]);
      const pieces: Buffer[] = [];
      const requests: RuntimeRequest[] = [];
      const reader = new RequestReader(10, (request) => requests.push(request), () => assert.fail('nobody waits'), ({ url }, piece) => url === '/x' && pieces.push(piece) > 0);
      for (const part of cutAt(bytes, cuts)) reader.push(part);
      assert.deepEqual(Buffer.concat(pieces), Buffer.concat(chunks));
      assert.deepEqual(requests.map((one) => [one.url, one.body.length, one.tooLarge, one.headers['own-trailer']]), [['/x', 0, false, fails ? 'yes' : undefined], ['/next', 0, false, undefined]]);
    }), { seed: 20260101, numRuns: 300 });
  });

  function cutAt(bytes: Buffer, cuts: readonly number[]): Buffer[] {
    const parts: Buffer[] = [];
    let at = 0;
    for (const cut of cuts) parts.push(bytes.subarray(at, (at += cut)));
    return [...parts, bytes.subarray(at)];
  }
});
