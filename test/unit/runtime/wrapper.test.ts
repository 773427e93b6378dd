import assert from 'node:assert/strict';
import { InvokeCommand } from '@aws-sdk/client-lambda';
import { RunningRuntime } from './harness';

/** Stands between the function and the Runtime API, and gives heads on sorted and in small letters, as some servers do. */
const proxy = `#!/usr/bin/env node
const http = require('node:http');
const [hostname, port] = process.env.AWS_LAMBDA_RUNTIME_API.split(':');
const server = http.createServer((request, response) => {
  const asked = http.request({ hostname, port, path: request.url, method: request.method, headers: { 'content-length': request.headers['content-length'] ?? 0 } }, (answer) => {
    const headers = Object.entries(answer.headers).sort().filter(([name]) => name !== 'connection');
    answer.pipe(response.writeHead(answer.statusCode, [...headers, ['x-through', 'proxy']].flat()));
  });
  request.pipe(asked);
}).listen(0, '127.0.0.1', () => {
  const env = { ...process.env, AWS_LAMBDA_RUNTIME_API: '127.0.0.1:' + server.address().port, THROUGH: 'proxy' };
  const child = require('node:child_process').spawn(process.argv[2], process.argv.slice(3), { stdio: 'inherit', env });
  child.on('exit', (code) => process.exit(code ?? 1));
});
`;
const settings = { Timeout: 10, Environment: { Variables: { AWS_LAMBDA_EXEC_WRAPPER: '/var/task/wrapper' } } };

describe('the local runtime: functions whose wrapper starts them', () => {
  let runtime: RunningRuntime;
  before(async () => (runtime = await RunningRuntime.start()));
  after(() => runtime.stop());

  it('are reached through what the wrapper puts in between, in Node', async () => {
    const source = 'exports.handler = async (e, c) => [process.env.THROUGH, e, c.clientContext?.a, c.awsRequestId.length];';
    await runtime.create('node', { 'index.js': source, wrapper: proxy }, { Runtime: 'nodejs20.x', Handler: 'index.handler', ...settings });
    assert.deepEqual(await twice('node'), [['proxy', { n: 1 }, 2, 36], ['proxy', { n: 2 }, 2, 36]]);
  });

  it('are reached through what the wrapper puts in between, in Python', async () => {
    const source = 'import os\ndef handler(e, c): return [os.environ["THROUGH"], e, c.client_context.custom["a"], len(c.aws_request_id)]\n';
    await runtime.create('python', { 'app.py': source, wrapper: proxy }, { Runtime: 'python3.13', Handler: 'app.handler', ...settings });
    assert.deepEqual(await twice('python'), [['proxy', { n: 1 }, 2, 36], ['proxy', { n: 2 }, 2, 36]]);
  });

  it('answer with what is wrong with a client context, and go on', async () => {
    await runtime.python('odd', 'def handler(e, c): return c.client_context is None\n');
    const answer = await call('odd', 1, '[]');
    assert.match(JSON.stringify(answer), /"errorType":"AttributeError"|"errorType":"TypeError"/);
    assert.equal((await runtime.call('odd')).body, true);
    assert.equal((await runtime.events('odd')).filter(({ message }) => message?.startsWith('INIT_START')).length, 1);
  });

  async function call(name: string, n: number, context: string): Promise<unknown> {
    const { Payload = [] } = await runtime.lambda.send(new InvokeCommand({ FunctionName: name, Payload: Buffer.from(JSON.stringify({ n })), ClientContext: Buffer.from(context).toString('base64') }));
    return JSON.parse(Buffer.from(Payload).toString());
  }

  async function twice(name: string): Promise<unknown[]> {
    const context = '{"a":2,"custom":{"a":2}}';
    return [await call(name, 1, context), await call(name, 2, context)];
  }
});
