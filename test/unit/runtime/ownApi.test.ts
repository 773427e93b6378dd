import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import type { ProviderHost } from '../../../src/core/host';
import { local } from '../../../src/providers/local';
import { fakeHost } from '../../fakes/host';
import { runtimePid } from '../../fakes/localRuntime';
import { zip } from '../../fakes/zip';
import { RunningRuntime } from './harness';

type Variables = Readonly<Record<string, string>>;

const services = ['LAMBDA', 'LOGS', 'CLOUDWATCH_LOGS', 'CLOUDWATCH', 'SQS'].map((service) => `AWS_ENDPOINT_URL_${service}`);
const keys = ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY'];
const env = 'exports.handler = async () => ({ ...process.env });';

// As an SDK asks, which no function here brings.
const caller = `
async function ask(service, name, path, headers, body) {
  const { env } = process;
  const authorization = 'AWS4-HMAC-SHA256 Credential=' + env.AWS_ACCESS_KEY_ID + '/20260101/' + env.AWS_REGION + '/' + name + '/aws4_request, SignedHeaders=host, Signature=0';
  const answer = await fetch(env['AWS_ENDPOINT_URL_' + service] + path, { method: 'POST', headers: { ...headers, authorization }, body: JSON.stringify(body) });
  return { status: answer.status, body: await answer.json() };
}
const json = (target) => ({ 'x-amz-target': target, 'content-type': 'application/x-amz-json-1.0' });
exports.handler = async () => [
  await ask('LAMBDA', 'lambda', '/2015-03-31/functions/called/invocations', {}, { from: 'caller' }),
  await ask('CLOUDWATCH_LOGS', 'logs', '/', json('Logs_20140328.DescribeLogGroups'), { logGroupNamePrefix: '/aws/lambda/called' }),
  await ask('CLOUDWATCH', 'monitoring', '/', json('GraniteServiceVersion20100801.ListMetrics'), { Namespace: 'AWS/S3' }),
  await ask('SQS', 'sqs', '/', json('AmazonSQS.ListQueues'), { QueueNamePrefix: 'none' }),
];
`;

const boto = (site: string) => `
import sys
sys.path.append(${JSON.stringify(site)})
def handler(event, context):
    import boto3
    answer = boto3.client("lambda").invoke(FunctionName="called", Payload='{"from": "boto3"}')["Payload"].read().decode()
    queue = boto3.client("sqs").create_queue(QueueName="of-boto3")["QueueUrl"]
    groups = boto3.client("logs").describe_log_groups(logGroupNamePrefix="/aws/lambda/called")["logGroups"]
    metrics = boto3.client("cloudwatch").list_metrics(Namespace="AWS/S3")["Metrics"]
    return [answer, queue, [group["logGroupName"] for group in groups], metrics]
`;

describe('the local runtime: functions that may call it', () => {
  let runtime: RunningRuntime;
  before(async () => {
    runtime = await RunningRuntime.start(undefined, ['--endpoints']);
    await runtime.node('called', 'exports.handler = async (event) => ({ called: event.from });');
  });
  after(() => runtime?.stop());

  const set = (variables: Variables) => ({ Environment: { Variables: variables } });
  const own = () => [...services.map(() => runtime.line.endpoint), ...keys.map(() => runtime.line.accessKeyId)];
  const seen = (variables: unknown) => [...services, ...keys].map((name) => (variables as Variables)[name]);

  it('reach each of its APIs from Node', async () => {
    await runtime.node('caller', caller);
    const [called, logs, metrics, queues] = (await runtime.call('caller')).body as readonly { readonly status: number; readonly body: Readonly<Record<string, unknown>> }[];
    assert.deepEqual(called, { status: 200, body: { called: 'caller' } });
    assert.deepEqual([logs, metrics, queues].map((one) => one?.status), [200, 200, 200]);
    assert.deepEqual((logs?.body.logGroups as { readonly logGroupName: string }[]).map((group) => group.logGroupName), ['/aws/lambda/called']);
    assert.deepEqual(metrics?.body.Metrics, []);
  });

  it('reach each of its APIs with boto3', async function () {
    const found = spawnSync('python3', ['-c', 'import boto3, os; print(os.path.dirname(os.path.dirname(boto3.__file__)))'], { encoding: 'utf8' });
    if (found.status !== 0) this.skip(); // boto3 is not on this machine
    await runtime.python('boto', boto(found.stdout.trim()), { MemorySize: 512, Timeout: 120 });
    const { body, text } = await runtime.call('boto');
    assert.deepEqual(body, ['{"called":"boto3"}', `${runtime.line.endpoint}/000000000000/of-boto3`, ['/aws/lambda/called'], []], text);
  });

  it('find it in copies of a Python that waits and in a handler of another provider', async () => {
    const all = [...services, ...keys];
    await runtime.python('p', `import os\ndef handler(e, c): return dict(os.environ)\n`);
    await runtime.node('task', `module.exports = (context, callback) => callback(null, ${JSON.stringify(all)}.map((name) => process.env[name]));`, { Handler: 'webtask/main:index.default' });
    await runtime.call('p');
    await runtime.python('copy', `import os\ndef handler(e, c): return dict(os.environ)\n`);
    assert.deepEqual(seen((await runtime.call('copy')).body), own());
    assert.deepEqual((await runtime.call('task')).body, own());
  });

  it('keep an address that they bring for one service', async () => {
    await runtime.node('queue', env, set({ AWS_ENDPOINT_URL_SQS: 'http://127.0.0.1:9' }));
    const [endpoint, key] = [runtime.line.endpoint, runtime.line.accessKeyId];
    assert.deepEqual(seen((await runtime.call('queue')).body), [endpoint, endpoint, endpoint, endpoint, 'http://127.0.0.1:9', key, key]);
  });

  it('are led nowhere else than to an address that they bring for all services', async () => {
    await runtime.node('elsewhere', env, set({ AWS_ENDPOINT_URL: 'http://127.0.0.1:9' }));
    const variables = (await runtime.call('elsewhere')).body as Variables;
    assert.deepEqual(Object.keys(variables).filter((name) => name.startsWith('AWS_ENDPOINT')), ['AWS_ENDPOINT_URL']);
    assert.deepEqual(keys.map((name) => variables[name]), ['local', 'local-secret']);
  });
});

describe('the setting that lets local functions call the runtime', () => {
  for (const [name, settings, isTold] of [['keeps its address and its key from them unless it is on', {}, false], ['tells them when it is on', { 'local.endpoints': true }, true]] as const) {
    it(name, async () => {
      const host = fakeHost(settings);
      try {
        const variables = await variablesOn(host);
        assert.deepEqual([...services.map((service) => service in variables), variables.AWS_ACCESS_KEY_ID !== 'local'], [...services, ''].map(() => isTold));
      } finally {
        process.kill(runtimePid(host.storage), 'SIGTERM');
      }
    });
  }
});

async function variablesOn(host: ProviderHost): Promise<Variables> {
  const provider = local(host);
  const ref = { provider: 'local', scope: 'local', name: 'n' };
  const options = { signal: new AbortController().signal, report: () => undefined };
  await provider.deploy?.({ ref, settings: { runtime: 'nodejs20.x', handler: 'index.handler', timeoutSeconds: 60 }, package: zip({ 'index.js': env }) }, options);
  const result = await provider.invoke?.(ref, { payload: Buffer.from('{}'), timeoutSeconds: 60 }, options);
  assert.ok(result?.ok);
  return JSON.parse(Buffer.from(result.payload).toString()) as Variables;
}
