import assert from 'node:assert/strict';
import { execFile, spawnSync } from 'node:child_process';
import { appendFileSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { InvokeCommand, PublishVersionCommand, PutFunctionConcurrencyCommand } from '@aws-sdk/client-lambda';
import fc from 'fast-check';
import { addValue, mergeSamples, openSample, statistic, type Sample } from '../../../src/runtime/store/metricSample';
import { MetricStore } from '../../../src/runtime/store/metrics';
import { RunningRuntime } from './harness';

interface Answer {
  readonly MetricDataResults: readonly { readonly Id: string; readonly Label: string; readonly Values: readonly number[]; readonly Timestamps: readonly number[] }[];
  readonly Metrics: readonly { readonly MetricName: string; readonly Dimensions: readonly { readonly Value: string }[] }[];
  readonly Datapoints: readonly Record<string, unknown>[];
}

describe('the local runtime: metrics', () => {
  let runtime: RunningRuntime;
  before(async () => {
    runtime = await RunningRuntime.start();
    await runtime.node('busy', 'exports.handler = async (e) => { await new Promise((done) => setTimeout(done, e.ms)); if (e.fail) throw new Error("no"); };', { MemorySize: 256 });
    await runtime.node('other', 'exports.handler = async () => 1;');
    for (const event of [{ ms: 1 }, { ms: 100 }, { ms: 1, fail: true }]) await runtime.call('busy', event);
    await Promise.all([1, 2, 3].map(() => runtime.call('busy', { ms: 500 })));
    await runtime.call('other');
  });
  after(() => runtime.stop());

  async function send(operation: string, body: object, one = runtime): Promise<Answer> {
    const { endpoint, accessKeyId } = one.line;
    const headers = { 'x-amz-target': `GraniteServiceVersion20100801.${operation}`, 'content-type': 'application/x-amz-json-1.0', authorization: `AWS4-HMAC-SHA256 Credential=${accessKeyId}/20260101/eu-west-1/monitoring/aws4_request, Signature=0` };
    const response = await fetch(endpoint, { method: 'POST', headers, body: JSON.stringify(body) });
    const answer = (await response.json()) as Answer & { readonly __type?: string; readonly message?: string };
    if (!response.ok) throw Object.assign(new Error(answer.message), { name: answer.__type, header: response.headers.get('x-amzn-query-error') });
    return answer;
  }

  const times = () => ({ StartTime: Date.now() / 1000 - 3600, EndTime: Date.now() / 1000 + 60 });
  const dimensions = (name: string, resource?: string) => [{ Name: 'FunctionName', Value: name }, ...(resource ? [{ Name: 'Resource', Value: resource }] : [])];
  async function value(MetricName: string, Stat: string, Dimensions: object[] = dimensions('busy'), one = runtime): Promise<number | undefined> {
    const query = { Id: 'q', MetricStat: { Metric: { Namespace: 'AWS/Lambda', MetricName, Dimensions }, Period: 86_400, Stat } };
    const [result] = (await send('GetMetricData', { MetricDataQueries: [query], ...times() }, one)).MetricDataResults;
    return result?.Values[0];
  }

  it('counts what ran, failed and ran at once, and how long', async () => {
    assert.equal(await value('Invocations', 'Sum'), 6);
    assert.equal(await value('Errors', 'Sum'), 1);
    assert.equal(await value('Errors', 'Average'), 1 / 6);
    assert.equal(await value('Throttles', 'Sum'), 0);
    assert.equal(await value('ConcurrentExecutions', 'Maximum'), 3);
    assert.equal(await value('Duration', 'SampleCount'), 6);
    const [least = 0, half = 0, most = 0, all = 0] = [await value('Duration', 'Minimum'), await value('Duration', 'p50'), await value('Duration', 'Maximum'), await value('Duration', 'p100')];
    const logged = (await runtime.events('busy')).map(({ message }) => Number(/^REPORT .*?\tDuration: ([\d.]+) ms/.exec(message ?? '')?.[1] ?? 0)).filter((ms) => ms > 0);
    const [shortest = 0, , third = 0, fourth = 0, , longest = 0] = logged.sort((a, b) => a - b);
    const isNear = (value: number, ...range: readonly [number, number]): boolean => value > range[0] * 0.98 - 0.02 && value < range[1] * 1.02 + 0.02;
    assert.ok(isNear(least, shortest, shortest) && isNear(half, third, fourth) && isNear(most, longest, longest) && all === most, `${least} ${half} ${most} of ${logged.join(' ')}`);
    assert.equal(await value('Invocations', 'Sum', []), 7);
    assert.equal(await value('Invocations', 'Sum', dimensions('none')), undefined);
    assert.equal(await value('Invocations', 'Sum', [{ Name: 'Colour', Value: 'red' }]), undefined);
    assert.equal(await value('Nothing', 'Sum'), undefined);
  });

  it('counts a refused call as throttled only, and a version as itself', async () => {
    await runtime.lambda.send(new PublishVersionCommand({ FunctionName: 'other' }));
    await runtime.lambda.send(new InvokeCommand({ FunctionName: 'other', Qualifier: '1' }));
    assert.equal(await value('Invocations', 'Sum', dimensions('other', 'other:1')), 1);
    assert.equal(await value('Invocations', 'Sum', dimensions('other')), 2);
    await runtime.lambda.send(new PutFunctionConcurrencyCommand({ FunctionName: 'other', ReservedConcurrentExecutions: 0 }));
    await assert.rejects(runtime.lambda.send(new InvokeCommand({ FunctionName: 'other' })), { name: 'TooManyRequestsException' });
    assert.deepEqual([await value('Throttles', 'Sum', dimensions('other')), await value('Invocations', 'Sum', dimensions('other'))], [1, 2]);
  });

  it('answers by the minute in the order that is asked for', async () => {
    const Metric = { Namespace: 'AWS/Lambda', MetricName: 'Invocations', Dimensions: dimensions('busy') };
    const ask = async (ScanBy: string) => (await send('GetMetricData', { MetricDataQueries: [{ Id: 'm1', Label: 'mine', MetricStat: { Metric, Period: 60, Stat: 'Sum' } }], ScanBy, ...times() })).MetricDataResults[0];
    const up = await ask('TimestampAscending');
    const down = await ask('TimestampDescending');
    assert.deepEqual([up?.Id, up?.Label, up?.Values.reduce((a, b) => a + b)], ['m1', 'mine', 6]);
    assert.deepEqual([...(down?.Timestamps ?? [])].reverse(), up?.Timestamps);
    assert.ok(up?.Timestamps.every((time) => time % 60 === 0 && Math.abs(time - Date.now() / 1000) < 180));
  });

  it('lists the metrics and gives statistics of one', async () => {
    const { Metrics } = await send('ListMetrics', { Namespace: 'AWS/Lambda', MetricName: 'Duration', Dimensions: [{ Name: 'FunctionName', Value: 'busy' }] });
    assert.deepEqual(Metrics.map((metric) => metric.Dimensions.map(({ Value }) => Value)), [['busy'], ['busy', 'busy']]);
    assert.deepEqual((await send('ListMetrics', { Namespace: 'AWS/S3' })).Metrics, []);
    const facts = { Namespace: 'AWS/Lambda', MetricName: 'Invocations', Dimensions: dimensions('busy'), Period: 86_400, ...times() };
    const [point] = (await send('GetMetricStatistics', { ...facts, Statistics: ['Sum', 'Maximum'] })).Datapoints;
    assert.deepEqual([point?.Sum, point?.Maximum, point?.Unit], [6, 1, 'Count']);
  });

  it('names each mistake', async () => {
    const MetricStat = { Metric: { Namespace: 'AWS/Lambda', MetricName: 'Errors' }, Period: 60, Stat: 'Sum' };
    const refused = (input: object, name: string) => assert.rejects(send('GetMetricData', { MetricDataQueries: [{ Id: 'a', MetricStat }], ...times(), ...input }), { name });
    await refused({ MetricDataQueries: [] }, 'MissingRequiredParameterException');
    await refused({ StartTime: 2, EndTime: 1 }, 'InvalidParameterValueException');
    await refused({ StartTime: undefined }, 'MissingRequiredParameterException');
    await refused({ MetricDataQueries: [{ Id: 'a', Expression: 'b + c' }] }, 'InvalidParameterValueException');
    await refused({ MetricDataQueries: [{ Id: 'a', MetricStat: { ...MetricStat, Stat: 'p101' } }] }, 'InvalidParameterValueException');
    await refused({ MetricDataQueries: [{ Id: 'a', MetricStat: { ...MetricStat, Stat: 'p90' } }] }, 'InvalidParameterValueException');
    await refused({ MetricDataQueries: [{ Id: 'a', MetricStat: { ...MetricStat, Period: 90 } }] }, 'InvalidParameterValueException');
    await assert.rejects(send('PutMetricAlarm', {}), { name: 'UnknownOperationException', header: 'UnknownOperation;Sender' });
  });

  it('still knows after a restart', async () => {
    const first = await RunningRuntime.start();
    await first.node('kept', 'exports.handler = async () => 1;');
    await first.call('kept');
    await first.stop('SIGTERM', true);
    const second = await RunningRuntime.start(first.data);
    await second.call('kept');
    assert.equal(await value('Invocations', 'Sum', dimensions('kept'), second), 2);
    await second.stop();
  });

  it('is read by boto3', async function () {
    if (spawnSync('python3', ['-c', 'import boto3']).status !== 0) this.skip(); // boto3 is not on this machine
    const { accessKeyId, secretAccessKey, endpoint } = runtime.line;
    const env = { ...process.env, AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey, AWS_DEFAULT_REGION: 'eu-west-1', ENDPOINT: endpoint };
    const { stdout } = await promisify(execFile)('python3', ['-c', boto], { env });
    assert.equal(stdout.trim(), '6');
  });

  const boto = `
import boto3, os, datetime
cloudwatch = boto3.client('cloudwatch', endpoint_url=os.environ['ENDPOINT'])
now = datetime.datetime.now(datetime.timezone.utc)
metric = {'Namespace': 'AWS/Lambda', 'MetricName': 'Invocations', 'Dimensions': [{'Name': 'FunctionName', 'Value': 'busy'}]}
times = {'StartTime': now - datetime.timedelta(hours=1), 'EndTime': now + datetime.timedelta(minutes=1)}
result = cloudwatch.get_metric_data(MetricDataQueries=[{'Id': 'a', 'MetricStat': {'Metric': metric, 'Period': 60, 'Stat': 'Sum'}}], **times)['MetricDataResults'][0]
assert result['StatusCode'] == 'Complete' and all(isinstance(t, datetime.datetime) for t in result['Timestamps'])
assert any(m['MetricName'] == 'Errors' for page in cloudwatch.get_paginator('list_metrics').paginate(Namespace='AWS/Lambda') for m in page['Metrics'])
try:
    cloudwatch.get_metric_data(MetricDataQueries=[{'Id': 'a', 'Expression': '1'}], **times); raise SystemExit('computed')
except cloudwatch.exceptions.ClientError as error:
    assert error.response['Error']['Code'] in ('InvalidParameterValue', 'InvalidParameterValueException'), error.response
print(int(sum(result['Values'])))
`;
});

describe('what metrics are kept in', () => {
  let folder: string;
  beforeEach(() => (folder = mkdtempSync(path.join(tmpdir(), 'metrics-test-'))));
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it('a sample of many values is right in all but its percentiles, and those are near', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0, max: 1000, noNaN: true }), { minLength: 1, maxLength: 2000 }), fc.integer({ min: 1, max: 500 }), (values, size) => {
        let whole: Sample | undefined;
        for (let at = 0; at < values.length; at += size) {
          const part = openSample();
          for (const value of values.slice(at, at + size)) addValue(part, value, true);
          whole = mergeSamples(whole, part);
        }
        assert.ok(whole);
        assert.deepEqual([whole.count, whole.min, whole.max], [values.length, Math.min(...values), Math.max(...values)]);
        assert.ok(Math.abs(whole.sum - values.reduce((a, b) => a + b, 0)) < 1e-6);
        assert.ok(whole.values.length <= 200 && whole.values.every((value) => values.includes(value)));
        const median = statistic('p50')?.(whole) ?? -1;
        const sorted = [...values].sort((a, b) => a - b);
        if (values.length <= 200) assert.ok(median >= (sorted[Math.floor((values.length - 1) / 2)] ?? 0) && median <= (sorted[Math.ceil((values.length - 1) / 2)] ?? 0));
      }),
      { seed: 5, numRuns: 60 },
    );
  });

  it('files of days: old ones go, half a line costs no more than itself, a full one takes no more', async () => {
    const today = Math.floor(Date.now() / 86_400_000);
    for (const age of [1, 15, 40]) writeFileSync(path.join(folder, `${today - age}.jsonl`), '');
    const store = new MetricStore(folder, (line) => assert.fail(line));
    const call = () => store.measure('f', async () => ({ ok: true, durationMs: 1 }));
    const calls = () => store.read(0, Date.now() + 1).reduce((sum, minute) => sum + (minute.samples.Invocations?.count ?? 0), 0);
    await call();
    assert.equal(calls(), 1);
    assert.deepEqual(readdirSync(folder).sort(), [`${today - 1}.jsonl`, `${today}.jsonl`]);
    appendFileSync(path.join(folder, `${today}.jsonl`), '\n{"time":17');
    await call();
    await call();
    assert.equal(calls(), 3);
    appendFileSync(path.join(folder, `${today}.jsonl`), `${' '.repeat(16 * 1024 * 1024)}\n`);
    await call();
    assert.equal(calls(), 3);
  });
});
