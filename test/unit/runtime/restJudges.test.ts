import assert from 'node:assert/strict';
import { execFile, spawnSync } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import { RunningRuntime } from './harness';

const run = promisify(execFile);
const works = (command: string, args: readonly string[]) => spawnSync(command, args).status === 0;

describe('the local runtime before independent judges: versions, aliases, events, URLs', () => {
  let runtime: RunningRuntime;
  let env: NodeJS.ProcessEnv;
  before(async () => {
    runtime = await RunningRuntime.start();
    const { accessKeyId, secretAccessKey, endpoint } = runtime.line;
    const config = path.join(runtime.data, 'no-config');
    env = { ...process.env, AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey, AWS_DEFAULT_REGION: 'eu-west-1', AWS_ENDPOINT_URL: endpoint, AWS_PAGER: '', AWS_CONFIG_FILE: config, AWS_SHARED_CREDENTIALS_FILE: config, AWS_EC2_METADATA_DISABLED: 'true' };
    delete env.AWS_PROFILE;
    delete env.AWS_SESSION_TOKEN;
    await runtime.node('judged', 'exports.handler = async (e) => ({ path: e.rawPath });', { Publish: true });
  });
  after(() => runtime.stop());

  it('serves boto3', async function () {
    if (!works('python3', ['-c', 'import boto3'])) this.skip(); // boto3 is not on this machine
    const { stdout } = await run('python3', ['-c', boto], { env });
    assert.equal(stdout.trim(), 'judged');
  });

  it('serves the aws command line', async function () {
    if (!works('aws', ['--version'])) this.skip(); // the aws CLI is not on this machine's PATH
    const aws = async (...args: string[]) => JSON.parse((await run('aws', ['lambda', ...args, '--function-name', 'judged', '--endpoint-url', runtime.line.endpoint, '--output', 'json'], { env, cwd: runtime.data })).stdout) as Record<string, unknown>;
    const alias = await aws('create-alias', '--name', 'cli', '--function-version', '1');
    assert.equal(alias.AliasArn, 'arn:aws:lambda:eu-west-1:000000000000:function:judged:cli');
    const invoked = await aws('invoke', '--qualifier', 'cli', 'out.json');
    assert.deepEqual([invoked.StatusCode, invoked.ExecutedVersion], [200, '1']);
  });

  const boto = `
import boto3, botocore, json, urllib.request
lam = boto3.client('lambda', config=botocore.config.Config(retries={'total_max_attempts': 1}))
F = dict(FunctionName='judged')
def refused(code, call, **input):
    try:
        call(**input)
    except lam.exceptions.ClientError as e:
        assert e.response['Error']['Code'] == code, e.response
        return e.response
    raise SystemExit(code)
a = lam.create_alias(Name='live', FunctionVersion='1', RoutingConfig={}, **F)
assert a['ResponseMetadata']['HTTPStatusCode'] == 201 and 'RoutingConfig' not in a, a
assert lam.invoke(Qualifier='live', **F)['ExecutedVersion'] == '1'
assert [x['Name'] for p in lam.get_paginator('list_aliases').paginate(**F) for x in p['Aliases']] == ['live']
assert [x['Version'] for p in lam.get_paginator('list_versions_by_function').paginate(PaginationConfig={'PageSize': 1}, **F) for x in p['Versions']] == ['$LATEST', '1']
refused('ResourceConflictException', lam.create_alias, Name='live', FunctionVersion='1', **F)
lam.put_function_concurrency(ReservedConcurrentExecutions=0, **F)
e = refused('TooManyRequestsException', lam.invoke, **F)
assert e['Reason'] == 'ReservedFunctionConcurrentInvocationLimitExceeded', e
lam.delete_function_concurrency(**F)
c = lam.put_function_event_invoke_config(MaximumRetryAttempts=0, **F)
assert c['LastModified'].year > 2000 and c['FunctionArn'].endswith(':judged:$LATEST'), c
assert len(lam.list_function_event_invoke_configs(**F)['FunctionEventInvokeConfigs']) == 1
lam.add_permission(StatementId='s', Action='lambda:InvokeFunctionUrl', Principal='*', FunctionUrlAuthType='NONE', **F)
assert json.loads(lam.get_policy(**F)['Policy'])['Statement'][0]['Sid'] == 's'
url = lam.create_function_url_config(AuthType='NONE', Cors={'AllowOrigins': ['*']}, **F)['FunctionUrl']
assert json.load(urllib.request.urlopen(url + 'there')) == {'path': '/there'}
assert lam.list_function_url_configs(**F)['FunctionUrlConfigs'][0]['FunctionUrl'] == url
lam.delete_function_url_config(**F)
refused('ResourceNotFoundException', lam.get_function_url_config, **F)
print('judged')
`;
});
