import assert from 'node:assert/strict';
import { execFile, spawnSync } from 'node:child_process';
import { promisify } from 'node:util';
import {
  CloudWatchLogsClient, CreateLogGroupCommand, CreateLogStreamCommand, DeleteLogGroupCommand, PutLogEventsCommand, StartLiveTailCommand,
  type StartLiveTailCommandInput, type StartLiveTailResponseStream,
} from '@aws-sdk/client-cloudwatch-logs';
import { eventually, RunningRuntime } from './harness';

const arn = (name: string) => `arn:aws:logs:eu-west-1:000000000000:log-group:${name}`;

describe('the local runtime: Live Tail', () => {
  let runtime: RunningRuntime;
  let client: CloudWatchLogsClient;
  const open: AbortController[] = [];
  before(async () => {
    runtime = await RunningRuntime.start();
    const { accessKeyId, secretAccessKey, endpoint } = runtime.line;
    client = new CloudWatchLogsClient({ endpoint, region: 'eu-west-1', credentials: { accessKeyId, secretAccessKey }, maxAttempts: 1, disableHostPrefix: true });
    for (const logGroupName of ['/one', '/two']) await group(logGroupName);
  });
  afterEach(() => open.splice(0).forEach((abort) => abort.abort()));
  after(async () => {
    client.destroy();
    await runtime.stop();
  });

  async function group(logGroupName: string): Promise<void> {
    await client.send(new CreateLogGroupCommand({ logGroupName }));
    for (const logStreamName of ['a/1', 'b/1']) await client.send(new CreateLogStreamCommand({ logGroupName, logStreamName }));
  }

  async function put(logGroupName: string, logStreamName: string, ...messages: string[]): Promise<void> {
    const timestamp = Date.now();
    await client.send(new PutLogEventsCommand({ logGroupName, logStreamName, logEvents: messages.map((message) => ({ timestamp, message })) }));
  }

  /** A session under way; `events` grows as they come. */
  async function tail(input: StartLiveTailCommandInput): Promise<StartLiveTailResponseStream[]> {
    const abort = new AbortController();
    open.push(abort);
    const answer = await client.send(new StartLiveTailCommand(input), { abortSignal: abort.signal });
    const events: StartLiveTailResponseStream[] = [];
    const read = async () => {
      for await (const event of answer.responseStream ?? []) events.push(event);
    };
    read().catch((error: Error) => assert.ok(abort.signal.aborted, String(error)));
    await eventually(() => events.length > 0, 'the start of the session');
    return events;
  }

  const results = (events: readonly StartLiveTailResponseStream[]) => events.flatMap((event) => event.sessionUpdate?.sessionResults ?? []);
  const messages = (events: readonly StartLiveTailResponseStream[]) => results(events).map((result) => result.message);

  it('starts, then updates every second, also when nothing comes', async () => {
    const events = await tail({ logGroupIdentifiers: [arn('/one')], logEventFilterPattern: 'x' });
    const start = events[0]?.sessionStart;
    assert.deepEqual([start?.logGroupIdentifiers, start?.logEventFilterPattern], [[arn('/one')], 'x']);
    assert.match(`${start?.requestId} ${start?.sessionId}`, /^[0-9a-f-]{36} [0-9a-f-]{36}$/);
    const from = Date.now();
    await eventually(() => events.length >= 3, 'two updates');
    assert.ok(Date.now() - from > 1000);
    assert.deepEqual(events[1]?.sessionUpdate, { sessionMetadata: { sampled: false }, sessionResults: [] });
  });

  it('follows several groups through a pattern, what a function prints among it', async () => {
    await runtime.node('tailed', 'exports.handler = async () => { console.log("ERROR in the function"); return 1; };');
    await runtime.call('tailed');
    const events = await tail({ logGroupIdentifiers: [arn('/one'), arn('/two'), arn('/aws/lambda/tailed')], logEventFilterPattern: 'ERROR' });
    await put('/one', 'a/1', 'ERROR one', 'fine');
    await put('/two', 'b/1', 'ERROR two');
    await runtime.call('tailed');
    await eventually(() => results(events).length >= 3, 'the events');
    const [one, two, three] = results(events);
    assert.deepEqual([one?.message, two?.message], ['ERROR one', 'ERROR two']);
    assert.match(three?.message ?? '', /\tINFO\tERROR in the function\n$/);
    assert.deepEqual([two?.logGroupIdentifier, two?.logStreamName], ['000000000000:/two', 'b/1']);
    assert.ok(Math.abs((two?.timestamp ?? 0) - Date.now()) < 5000 && (two?.ingestionTime ?? 0) >= (two?.timestamp ?? 0));
    assert.equal(results(events).length, 3);
  });

  it('follows streams by name and by prefix', async () => {
    const [named, prefixed] = await Promise.all([
      tail({ logGroupIdentifiers: [arn('/one')], logStreamNames: ['b/1'] }),
      tail({ logGroupIdentifiers: [arn('/one')], logStreamNamePrefixes: ['a/'] }),
    ]);
    await put('/one', 'a/1', 'of a');
    await put('/one', 'b/1', 'of b');
    await eventually(() => results(named).length > 0 && results(prefixed).length > 0, 'the events');
    assert.deepEqual([messages(named), messages(prefixed)], [['of b'], ['of a']]);
  });

  it('shows a sample of 500 when more come, in their order', async () => {
    const events = await tail({ logGroupIdentifiers: [arn('/one')] });
    await put('/one', 'a/1', ...Array.from({ length: 3000 }, (_, index) => `event ${index}`));
    await eventually(() => results(events).length > 0, 'the events');
    const update = events.find((event) => event.sessionUpdate?.sessionResults?.length)?.sessionUpdate;
    assert.deepEqual([update?.sessionMetadata?.sampled, update?.sessionResults?.length], [true, 500]);
    const numbers = messages(events).map((message) => Number(message?.slice(6)));
    assert.deepEqual(numbers, [...numbers].sort((a, b) => a - b));
    assert.ok((numbers.at(-1) ?? 0) > 1000);
  });

  it('goes on in a group that is made anew', async () => {
    const events = await tail({ logGroupIdentifiers: [arn('/two')] });
    await client.send(new DeleteLogGroupCommand({ logGroupName: '/two' }));
    await group('/two');
    await put('/two', 'a/1', 'again');
    await eventually(() => results(events).length > 0, 'the event');
    assert.deepEqual(messages(events), ['again']);
  });

  it('names each mistake', async () => {
    const refused = (input: Partial<StartLiveTailCommandInput>, name: string) =>
      assert.rejects(client.send(new StartLiveTailCommand({ logGroupIdentifiers: [arn('/one')], ...input })), { name });
    await refused({ logGroupIdentifiers: [arn('/none')] }, 'ResourceNotFoundException');
    await refused({ logGroupIdentifiers: ['/one'] }, 'InvalidParameterException');
    await refused({ logGroupIdentifiers: [`${arn('/one')}:*`] }, 'InvalidParameterException');
    await refused({ logGroupIdentifiers: [] }, 'InvalidParameterException');
    const many = Array.from({ length: 11 }, (_, i) => arn(`/${i}`));
    await assert.rejects(client.send(new StartLiveTailCommand({ logGroupIdentifiers: many })), { message: /at 'logGroupIdentifiers' failed to satisfy constraint: Member must have length less than or equal to 10$/ });
    await refused({ logGroupIdentifiers: [arn('/one'), arn('/two')], logStreamNames: ['a/1'] }, 'InvalidParameterException');
    await refused({ logStreamNames: ['a/1'], logStreamNamePrefixes: ['a'] }, 'InvalidParameterException');
    await refused({ logEventFilterPattern: '{ $.x' }, 'InvalidParameterException');
  });

  it('is read by boto3', async function () {
    if (spawnSync('python3', ['-c', 'import boto3']).status !== 0) this.skip(); // boto3 is not on this machine
    const { accessKeyId, secretAccessKey, endpoint } = runtime.line;
    const env = { ...process.env, AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey, AWS_DEFAULT_REGION: 'eu-west-1', ENDPOINT: endpoint };
    const { stdout } = await promisify(execFile)('python3', ['-c', boto], { env });
    assert.equal(stdout.trim(), 'heard');
  });

  const boto = `
import boto3, os, time
from botocore.config import Config
logs = boto3.client('logs', endpoint_url=os.environ['ENDPOINT'], config=Config(inject_host_prefix=False))
stream = iter(logs.start_live_tail(logGroupIdentifiers=['${arn('/one')}'])['responseStream'])
assert 'sessionStart' in next(stream)
logs.put_log_events(logGroupName='/one', logStreamName='a/1', logEvents=[{'timestamp': int(time.time() * 1000), 'message': 'heard'}])
for event in stream:
    for result in event['sessionUpdate']['sessionResults']:
        print(result['message']); os._exit(print(end='', flush=True) or 0)
`;
});
