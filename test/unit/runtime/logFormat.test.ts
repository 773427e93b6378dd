import assert from 'node:assert/strict';
import { GetFunctionConfigurationCommand, UpdateFunctionConfigurationCommand, type LoggingConfig } from '@aws-sdk/client-lambda';
import { RunningRuntime } from './harness';

type Record = { readonly [member: string]: unknown };

describe('the local runtime: logs in JSON', () => {
  let runtime: RunningRuntime;
  before(async () => {
    runtime = await RunningRuntime.start();
  });
  after(() => runtime.stop());

  const json = (more: LoggingConfig = {}) => ({ LoggingConfig: { LogFormat: 'JSON' as const, ...more }, Timeout: 2 });
  const parse = (text: string) => JSON.parse(text) as Record;
  async function records(name: string): Promise<Record[]> {
    return (await runtime.events(name)).map((event) => parse(event.message ?? ''));
  }
  const types = (list: readonly Record[]) => list.map((record) => record.type ?? record.level ?? record.log_level);

  it('says what the platform does in records', async () => {
    await runtime.node('platform', 'exports.handler = async () => 12345;', json({ SystemLogLevel: 'DEBUG' }));
    const { id, log } = await runtime.call('platform');
    const [init, start, done, report, ...rest] = await records('platform');
    assert.deepEqual(rest, []);
    const { runtimeVersion, runtimeVersionArn, ...named } = init?.record as Record;
    assert.match(`${String(runtimeVersion)} ${String(runtimeVersionArn)}`, /^nodejs:[\d.]+ arn:aws:lambda:eu-west-1::runtime:/);
    assert.deepEqual(named, { initializationType: 'on-demand', phase: 'init', functionName: 'platform', functionVersion: '$LATEST' });
    assert.deepEqual([start?.type, start?.record], ['platform.start', { requestId: id, version: '$LATEST' }]);
    const { metrics: doneMetrics, ...doneFacts } = done?.record as { metrics: Record };
    assert.deepEqual([done?.type, doneFacts, doneMetrics.producedBytes], ['platform.runtimeDone', { requestId: id, status: 'success' }, 5]);
    const { metrics, ...facts } = report?.record as { metrics: { [name: string]: number } };
    assert.deepEqual([report?.type, facts], ['platform.report', { requestId: id, status: 'success' }]);
    assert.deepEqual(Object.keys(metrics), ['durationMs', 'billedDurationMs', 'memorySizeMB', 'maxMemoryUsedMB', 'initDurationMs']);
    assert.ok((metrics.billedDurationMs ?? 0) >= (metrics.durationMs ?? Infinity) && metrics.memorySizeMB === 128);
    assert.match(String(report?.time), /^\d{4}-\d\d-\d\dT[\d:.]+Z$/);
    assert.deepEqual(types(log.trim().split('\n').map(parse)), ['platform.initStart', 'platform.start', 'platform.runtimeDone', 'platform.report']);
  });

  it('writes the console of Node as records, things as things, errors in parts', async () => {
    const source = `
      console.log('loading');
      exports.handler = async () => {
        console.log('one %s', 'two'); console.info({ a: [1] }); console.debug('hidden'); console.warn('multi\\nline');
        console.error('failed:', new TypeError('why')); console.error(Object.assign(new RangeError('alone'), { code: 7 }));
        const circle = {}; circle.self = circle; console.log(circle); console.log(10n);
        console.log(new SyntaxError('first'), 'and text');
        process.stdout.write('raw\\n');
      };`;
    await runtime.node('console', source, json());
    const { id, error } = await runtime.call('console');
    assert.equal(error, undefined);
    const events = (await runtime.events('console')).map((event) => event.message ?? '');
    assert.ok(events.includes('raw\n'));
    const list = events.filter((event) => event.startsWith('{')).map(parse).filter((record) => record.level);
    const [loading, one, thing, multi, failed, alone, circle, big, first] = list;
    assert.deepEqual([loading?.message, 'requestId' in (loading ?? {}), Object.keys(one ?? {})], ['loading', false, ['timestamp', 'level', 'requestId', 'message']]);
    assert.deepEqual([one?.level, one?.requestId, one?.message, thing?.message, multi?.level, multi?.message], ['INFO', id, 'one two', { a: [1] }, 'WARN', 'multi\nline']);
    assert.deepEqual([failed?.level, failed?.errorType, failed?.errorMessage], ['ERROR', 'TypeError', 'why']);
    assert.match(String((failed?.stackTrace as string[])[0]), /^TypeError: why/);
    const { stackTrace, ...described } = alone?.message as Record;
    assert.deepEqual([described, Array.isArray(stackTrace)], [{ errorType: 'RangeError', errorMessage: 'alone', code: 7 }, true]);
    assert.match(String(circle?.message), /Circular/);
    assert.equal(big?.message, '10n');
    assert.deepEqual([first?.errorType, first?.errorMessage], ['SyntaxError', 'first']);
    assert.equal(list.length, 9);
  });

  it('writes the logging of Python as records', async () => {
    const source = `
import logging
log = logging.getLogger('mine')
def handler(event, context):
    print('raw')
    log.info('hello %s', 'you', extra={'order': 7, 'level': 'mine'}); log.debug('hidden')
    try:
        1 / 0
    except ZeroDivisionError:
        log.exception('division')
    raise ValueError('no good')
`;
    await runtime.python('logging', source, json());
    const { id, error } = await runtime.call('logging');
    assert.equal(error, 'Unhandled');
    const list = (await runtime.events('logging')).map((event) => event.message ?? '').filter((message) => message.startsWith('{')).map(parse);
    const [hello, division] = list.filter((record) => record.level);
    const { timestamp, ...said } = hello ?? {};
    assert.deepEqual(said, { level: 'INFO', message: 'hello you', logger: 'mine', requestId: id, order: 7 });
    assert.match(String(timestamp), /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
    assert.deepEqual([division?.level, division?.errorType, division?.errorMessage], ['ERROR', 'ZeroDivisionError', 'division by zero']);
    assert.match(String(division?.location), /app\.py:handler:\d+$/);
    const failure = list.find((record) => record.log_level);
    assert.deepEqual([failure?.log_level, failure?.errorType, failure?.errorMessage, failure?.requestId], ['ERROR', 'ValueError', 'no good', id]);
    const report = list.at(-1)?.record as Record;
    assert.deepEqual([report.status, report.errorType], ['error', 'ValueError']);
  });

  it('leaves out what is below the levels, also of what is printed', async () => {
    const source = `exports.handler = async () => { console.log('a'); console.warn('b'); process.stdout.write('plain\\n{"level":"error","m":1}\\n{"level":"info","m":2}\\n'); };`;
    await runtime.node('levels', source, json({ ApplicationLogLevel: 'WARN', SystemLogLevel: 'WARN' }));
    await runtime.call('levels');
    assert.deepEqual((await records('levels')).map((record) => record.message ?? record.m).sort(), [1, 'b']);
  });

  it('tells of a timeout, of an error and of code that does not load', async () => {
    await runtime.node('late', 'exports.handler = () => new Promise((resolve) => setTimeout(resolve, 9000));', { ...json(), Timeout: 1 });
    await runtime.node('thrown', 'exports.handler = async () => { throw new TypeError("bad"); };', json());
    await runtime.node('broken', 'throw new RangeError("early");', json());
    await Promise.all(['late', 'thrown', 'broken'].map((name) => runtime.call(name)));
    const late = await records('late');
    assert.deepEqual(types(late), ['platform.initStart', 'platform.start', 'platform.runtimeDone', 'platform.report']);
    assert.deepEqual(late.slice(2).map((record) => (record.record as Record).status), ['timeout', 'timeout']);
    const thrown = await records('thrown');
    assert.deepEqual(types(thrown), ['platform.initStart', 'platform.start', 'ERROR', 'platform.runtimeDone', 'platform.report']);
    assert.deepEqual([(thrown[2]?.message as Record).errorType, (thrown[4]?.record as Record).status], ['TypeError', 'error']);
    const broken = await records('broken');
    assert.ok(types(broken).includes('platform.initReport'));
  });

  it('is set, changed and shown as recorded', async () => {
    const config = async () => (await runtime.lambda.send(new GetFunctionConfigurationCommand({ FunctionName: 'set' }))).LoggingConfig;
    const change = (LoggingConfig: LoggingConfig) => runtime.lambda.send(new UpdateFunctionConfigurationCommand({ FunctionName: 'set', LoggingConfig }));
    const LogGroup = '/aws/lambda/set';
    await runtime.node('set', 'exports.handler = async () => 1;');
    assert.deepEqual(await config(), { LogFormat: 'Text', LogGroup });
    await change({ LogFormat: 'JSON' });
    assert.deepEqual(await config(), { LogFormat: 'JSON', ApplicationLogLevel: 'INFO', SystemLogLevel: 'INFO', LogGroup });
    await change({ LogFormat: 'JSON', ApplicationLogLevel: 'DEBUG' });
    assert.deepEqual(await config(), { LogFormat: 'JSON', ApplicationLogLevel: 'DEBUG', SystemLogLevel: 'INFO', LogGroup });
    await change({ LogGroup: 'cool_lambda' });
    assert.deepEqual(await config(), { LogFormat: 'JSON', ApplicationLogLevel: 'DEBUG', SystemLogLevel: 'INFO', LogGroup: 'cool_lambda' });
    await change({ LogFormat: 'Text' });
    assert.deepEqual(await config(), { LogFormat: 'Text', LogGroup: 'cool_lambda' });
    await assert.rejects(change({ SystemLogLevel: 'DEBUG' }), { name: 'InvalidParameterValueException' });
    await assert.rejects(change({ LogFormat: 'JSON', SystemLogLevel: 'ERROR' as never }), { name: 'ValidationException', message: /loggingConfig\.systemLogLevel/ });
  });
});
