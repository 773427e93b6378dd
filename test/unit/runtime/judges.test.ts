import assert from 'node:assert/strict';
import { execFile, spawn, spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { eventually, role, RunningRuntime, zip } from './harness';

const run = promisify(execFile);
const source = 'exports.handler = async (e) => { console.log("judged", e.n); if (e.fail) throw new Error("no"); return { n: e.n }; };';

function works(command: string, args: readonly string[]): string | undefined {
  const tried = spawnSync(command, args, { encoding: 'utf8' });
  return tried.status === 0 ? `${tried.stdout}${tried.stderr}` : undefined;
}

describe('the local runtime before independent judges', () => {
  let runtime: RunningRuntime;
  let env: NodeJS.ProcessEnv;
  before(async () => {
    runtime = await RunningRuntime.start();
    const { accessKeyId, secretAccessKey, endpoint } = runtime.line;
    const config = path.join(runtime.data, 'no-config');
    env = { ...process.env, AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey, AWS_DEFAULT_REGION: 'us-east-1', AWS_ENDPOINT_URL: endpoint, AWS_PAGER: '', AWS_CONFIG_FILE: config, AWS_SHARED_CREDENTIALS_FILE: config, AWS_EC2_METADATA_DISABLED: 'true' };
    delete env.AWS_PROFILE;
    delete env.AWS_SESSION_TOKEN;
    writeFileSync(path.join(runtime.data, 'code.zip'), zip({ 'index.js': source }));
  });
  after(() => runtime.stop());

  // As an argument, because older versions do not know the variable.
  const endpoint = () => ['--endpoint-url', runtime.line.endpoint];

  const aws = async (...args: string[]) => {
    const { stdout } = await run('aws', [...args, ...endpoint(), '--output', 'json'], { env, cwd: runtime.data });
    return (stdout.trim() ? JSON.parse(stdout) : undefined) as Record<string, unknown>;
  };

  it('serves the aws command line', async function () {
    if (works('aws', ['--version']) === undefined) this.skip(); // the aws CLI is not on this machine's PATH
    await aws('lambda', 'create-function', '--function-name', 'cli', '--runtime', 'nodejs20.x', '--handler', 'index.handler', '--role', role, '--zip-file', 'fileb://code.zip');
    await aws('lambda', 'wait', 'function-active-v2', '--function-name', 'cli');
    const list = await aws('lambda', 'list-functions');
    assert.equal((list.Functions as { FunctionName: string }[])[0]?.FunctionName, 'cli');
    writeFileSync(path.join(runtime.data, 'event.json'), '{"n":1}');
    const invoked = await aws('lambda', 'invoke', '--function-name', 'cli', '--payload', 'fileb://event.json', '--log-type', 'Tail', 'out.json');
    assert.deepEqual([invoked.StatusCode, invoked.ExecutedVersion], [200, '$LATEST']);
    await aws('lambda', 'update-function-configuration', '--function-name', 'cli', '--timeout', '5');
    await aws('lambda', 'wait', 'function-updated-v2', '--function-name', 'cli');
    const log = await aws('logs', 'filter-log-events', '--log-group-name', '/aws/lambda/cli', '--filter-pattern', 'judged');
    assert.match((log.events as { message: string }[])[0]?.message ?? '', /judged 1/);
    await aws('lambda', 'delete-function', '--function-name', 'cli');
    await assert.rejects(aws('lambda', 'get-function', '--function-name', 'cli'), /ResourceNotFoundException/);
  });

  it('is followed by aws logs tail', async function () {
    if (!/aws-cli\/2/.test(works('aws', ['--version']) ?? '')) this.skip(); // only version 2 of the aws CLI has `logs tail`
    await runtime.node('tailed', source);
    await runtime.call('tailed', { n: 1 });
    const tail = spawn('aws', ['logs', 'tail', '/aws/lambda/tailed', '--follow', ...endpoint()], { env });
    let text = '';
    tail.stdout.on('data', (chunk: Buffer) => (text += chunk.toString()));
    await eventually(() => text.includes('judged 1'), 'the first line', 20_000);
    await runtime.call('tailed', { n: 2 });
    await eventually(() => text.includes('judged 2'), 'the line of the second call', 20_000);
    tail.kill();
    assert.equal(text.match(/judged 1/g)?.length, 1);
  });

  it('serves boto3', async function () {
    if (works('python3', ['-c', 'import boto3']) === undefined) this.skip(); // boto3 is not on this machine
    const { stdout } = await run('python3', ['-c', boto], { env, cwd: runtime.data });
    assert.equal(stdout.trim(), 'judged');
  });

  const boto = `
import base64, boto3, json, time
lam, logs = boto3.client('lambda'), boto3.client('logs')
code = open('code.zip', 'rb').read()
lam.create_function(FunctionName='boto', Runtime='nodejs20.x', Handler='index.handler', Role='${role}', Code={'ZipFile': code})
lam.get_waiter('function_active_v2').wait(FunctionName='boto')
r = lam.invoke(FunctionName='boto', Payload=b'{"n":5}', LogType='Tail')
assert json.load(r['Payload']) == {'n': 5} and r['ExecutedVersion'] == '$LATEST', r
assert 'REPORT RequestId: ' + r['ResponseMetadata']['RequestId'] in base64.b64decode(r['LogResult']).decode()
r = lam.invoke(FunctionName='boto', Payload=b'{"fail":true}')
assert r['FunctionError'] == 'Unhandled' and json.load(r['Payload'])['errorMessage'] == 'no'
assert [f['FunctionName'] for p in lam.get_paginator('list_functions').paginate() for f in p['Functions'] if f['FunctionName'] == 'boto'] == ['boto']
try:
    lam.get_function(FunctionName='none'); raise SystemExit('found')
except lam.exceptions.ResourceNotFoundException as e:
    assert 'Function not found' in str(e)
events = [e for p in logs.get_paginator('filter_log_events').paginate(logGroupName='/aws/lambda/boto', startTime=0, interleaved=True) for e in p['events']]
assert [e['timestamp'] for e in events] == sorted(e['timestamp'] for e in events)
assert sum('judged 5' in e['message'] for e in events) == 1
streams = logs.describe_log_streams(logGroupName='/aws/lambda/boto', orderBy='LastEventTime', descending=True)['logStreams']
got = logs.get_log_events(logGroupName='/aws/lambda/boto', logStreamName=streams[0]['logStreamName'], startFromHead=True)
assert got['events'][0]['message'].startswith('INIT_START')
print('judged')
`;
});
