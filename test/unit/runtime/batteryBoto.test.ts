import assert from 'node:assert/strict';
import { execFile, spawnSync } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import { RunningRuntime } from './harness';

interface Verdict {
  readonly name: string;
  readonly ok: boolean;
  readonly wanted: string;
  readonly got: string;
}

describe('the local runtime as boto3 sees calls and logs', () => {
  let runtime: RunningRuntime;
  before(async () => (runtime = await RunningRuntime.start()));
  after(() => runtime.stop());

  it('is as AWS was recorded', async function () {
    if (spawnSync('python3', ['-c', 'import boto3']).status !== 0) this.skip(); // boto3 is not on this machine
    const { accessKeyId, secretAccessKey, endpoint } = runtime.line;
    const config = path.join(runtime.data, 'no-config');
    const env = { PATH: process.env.PATH, HOME: process.env.HOME, BATTERY_FOLDER: runtime.data, AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey, AWS_DEFAULT_REGION: 'us-east-1', AWS_ENDPOINT_URL: endpoint, AWS_CONFIG_FILE: config, AWS_SHARED_CREDENTIALS_FILE: config, AWS_EC2_METADATA_DISABLED: 'true' };
    const { stdout } = await promisify(execFile)('python3', [path.join(__dirname, 'fixtures', 'battery.py')], { env });
    const verdicts = JSON.parse(stdout) as Verdict[];
    assert.ok(verdicts.length > 30, `only ${verdicts.length} verdicts`);
    assert.deepEqual(verdicts.filter(({ ok }) => !ok), []);
  });
});
