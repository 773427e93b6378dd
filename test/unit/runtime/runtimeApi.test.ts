import assert from 'node:assert/strict';
import { RunningRuntime } from './harness';

/**
 * A bootstrap that tries what a runtime client may say, as the events tell it, with plain HTTP: the wire rules are those of
 * https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html and of Lambda's own emulator.
 */
const bootstrap = `#!${process.execPath}
const http = require('http');
const [host, port] = process.env.AWS_LAMBDA_RUNTIME_API.split(':');
const agent = new http.Agent({ keepAlive: true });
const ask = (method, path, body, headers = {}, trailers) => new Promise((resolve, reject) => {
  const request = http.request({ host, port, agent, method, path, headers }, (response) => {
    const parts = [];
    response.on('data', (part) => parts.push(part)).on('end', () => resolve({ status: response.statusCode, headers: response.headers, text: Buffer.concat(parts).toString() }));
  });
  request.on('error', reject);
  if (trailers) { for (const part of body) request.write(part); request.addTrailers(trailers); request.end(); }
  else request.end(body);
});
const base = '/2018-06-01/runtime/';
(async () => {
  for (;;) {
    const next = await ask('GET', base + 'invocation/next');
    const id = next.headers['lambda-runtime-aws-request-id'];
    const at = base + 'invocation/' + id;
    const event = JSON.parse(next.text);
    const json = { 'Content-Type': 'application/json' };
    if (event.tell === 'headers') await ask('POST', at + '/response', JSON.stringify(next.headers), json);
    else if (event.tell === 'answers') {
      const answers = [];
      for (const [method, path, body] of event.requests) { const { status, text } = await ask(method, path.replace('{id}', id), body); answers.push([status, JSON.parse(text)]); }
      await ask('POST', at + '/response', JSON.stringify(answers), json);
    } else if (event.tell === 'error') {
      const cause = event.cause ? { 'Lambda-Runtime-Function-Xray-Error-Cause': 'x'.repeat(event.cause) } : {};
      await ask('POST', at + '/error', '{"errorMessage":"mine","errorType":"Mine.Own","stackTrace":["a"]}', { ...json, ...cause, 'Lambda-Runtime-Function-Error-Type': 'Mine.Own' });
    } else if (event.tell === 'muchError') await ask('POST', at + '/error', JSON.stringify({ errorMessage: 'x'.repeat(6291557), errorType: 'Mine.Own' }), json);
    else if (event.tell === 'longError') await ask('POST', at + '/error', JSON.stringify({ errorMessage: 'x'.repeat(2000000), errorType: 'Mine.Own' }), json);
    else if (event.tell === 'stream') {
      const stream = { 'Lambda-Runtime-Function-Response-Mode': 'streaming', 'Transfer-Encoding': 'chunked', 'Content-Type': 'application/octet-stream', Trailer: 'Lambda-Runtime-Function-Error-Type, Lambda-Runtime-Function-Error-Body' };
      const failure = event.fails && { 'Lambda-Runtime-Function-Error-Type': 'Late', 'Lambda-Runtime-Function-Error-Body': Buffer.from('{"errorMessage":"late","errorType":"Late"}').toString('base64') };
      await ask('POST', at + '/response', ['"on', 'e"'], stream, failure || {});
    } else if (event.tell === 'much') { const { status } = await ask('POST', at + '/response', 'x'.repeat(6291557)); console.log('told', status); }
  }
})();
`;

describe('the Runtime API', function () {
  if (process.platform === 'win32') return; // the bootstrap is a script with its interpreter in its first line
  let runtime: RunningRuntime;
  before(async () => {
    runtime = await RunningRuntime.start();
    await runtime.create('wire', { bootstrap }, { Runtime: 'provided.al2023', Handler: 'x.y', Timeout: 10 });
  });
  after(() => runtime.stop());

  const answers = async (...requests: readonly (readonly [method: string, path: string, body?: string])[]) => (await runtime.call('wire', { tell: 'answers', requests })).body as [number, Record<string, string>][];

  it('gives each event with what a client needs to know of it', async () => {
    const { body, id } = await runtime.call('wire', { tell: 'headers' });
    const headers = body as Record<string, string>;
    assert.equal(headers['lambda-runtime-aws-request-id'], id);
    assert.equal(headers['lambda-runtime-invoked-function-arn'], 'arn:aws:lambda:eu-west-1:000000000000:function:wire');
    assert.match(headers['lambda-runtime-trace-id'] ?? '', /^Root=1-[0-9a-f]{8}-[0-9a-f]{24};Parent=[0-9a-f]{16};Sampled=0$/);
    const left = Number(headers['lambda-runtime-deadline-ms']) - Date.now();
    assert.ok(left > 5000 && left <= 10_000, String(left));
    assert.equal(headers['content-type'], 'application/json');
    assert.equal(headers['lambda-runtime-client-context'], undefined);
  });

  it('refuses answers to what was not asked', async () => {
    const other = '/2018-06-01/runtime/invocation/11111111-1111-1111-1111-111111111111/';
    const refused = [400, { errorMessage: 'Invalid request ID', errorType: 'InvalidRequestID' }];
    assert.deepEqual(await answers(['POST', `${other}response`, '1'], ['POST', `${other}error`, '{}']), [refused, refused]);
  });

  it('answers paths that nothing stands behind as Lambda’s own emulator does', async () => {
    const got = await answers(['GET', '/2018-06-01/runtime/restore/next'], ['PUT', '/2022-07-01/telemetry', '{}'], ['PUT', '/2020-08-15/logs', '{}'], ['POST', '/2020-01-01/extension/register', '{}'], ['GET', '/elsewhere']);
    assert.deepEqual(got.map(([status, { errorType }]) => [status, errorType]), [
      [403, 'InvalidStateTransition'], [202, 'Telemetry.NotSupported'], [202, 'Logs.NotSupported'], [403, 'InvalidStateTransition'], [404, 'NotFound'],
    ]);
  });

  it('hands on an error as the client gave it, and the process stays', async () => {
    const { error, text, log } = await runtime.call('wire', { tell: 'error' });
    assert.deepEqual([error, JSON.parse(text)], ['Unhandled', { errorMessage: 'mine', errorType: 'Mine.Own', stackTrace: ['a'] }]);
    assert.match(log, /\tStatus: error\tError Type: Mine\.Own\t\n$/);
    assert.doesNotMatch(log, /INIT_START/);
  });

  it('takes an error whose cause is told at length in a header', async () => {
    const { body, log } = await runtime.call('wire', { tell: 'error', cause: 1_000_000 });
    assert.equal((body as { errorType: string }).errorType, 'Mine.Own');
    assert.doesNotMatch((await runtime.call('wire', { tell: 'headers' })).log + log, /INIT_START/);
  });

  it('refuses an error that is too long, and finds the type of one that is long', async () => {
    const { error, body } = await runtime.call('wire', { tell: 'muchError' });
    assert.deepEqual([error, (body as { errorType: string }).errorType], ['Unhandled', 'Function.ResponseSizeTooLarge']);
    const long = await runtime.call('wire', { tell: 'longError' });
    assert.equal((long.body as { errorMessage: string }).errorMessage.length, 2_000_000);
    assert.match(long.log, /\tStatus: error\tError Type: Mine\.Own\t\n$/);
  });

  it('takes an answer bit by bit, and a failure at its end', async () => {
    assert.deepEqual((await runtime.call('wire', { tell: 'stream' })).body, 'one');
    const failed = await runtime.call('wire', { tell: 'stream', fails: true });
    assert.deepEqual([failed.error, failed.body], ['Unhandled', { errorMessage: 'late', errorType: 'Late' }]);
  });

  it('refuses an answer that is too long, and goes on', async () => {
    const { error, body } = await runtime.call('wire', { tell: 'much' });
    assert.deepEqual([error, (body as { errorType: string }).errorType], ['Unhandled', 'Function.ResponseSizeTooLarge']);
    assert.match((await runtime.call('wire', { tell: 'headers' })).text, /request-id/);
    assert.ok((await runtime.events('wire')).some(({ message }) => message === 'told 413\n'));
  });
});
