import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { DescribeLogGroupsCommand, FilterLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { GetAliasCommand, ListTagsCommand } from '@aws-sdk/client-lambda';
import { format } from '../../../src/runtime/store/format';
import { migrate, type Step } from '../../../src/runtime/store/migrate';
import { eventually, RunningRuntime, runtimeFile } from './harness';

const fixture = path.join(__dirname, 'fixtures', 'format1');

describe('the local runtime: the format of its data', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'runtime-test-'));
    cpSync(fixture, folder, { recursive: true });
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const found = () => (JSON.parse(readFileSync(path.join(folder, 'format.json'), 'utf8')) as { format: number }).format;

  /** Everything of the old folder is there and works. */
  async function check(runtime: RunningRuntime): Promise<void> {
    assert.equal(found(), format);
    assert.equal((await runtime.lambda.send(new GetAliasCommand({ FunctionName: 'kept', Name: 'live' }))).FunctionVersion, '1');
    const { Tags } = await runtime.lambda.send(new ListTagsCommand({ Resource: 'arn:aws:lambda:eu-west-1:000000000000:function:kept' }));
    assert.deepEqual(Tags, { team: 'deck' });
    const { logGroups } = await runtime.logs.send(new DescribeLogGroupsCommand({ logGroupNamePrefix: 'notes' }));
    assert.equal(logGroups?.[0]?.retentionInDays, 3653);
    const { events } = await runtime.logs.send(new FilterLogEventsCommand({ logGroupName: 'notes' }));
    assert.deepEqual(events?.map((event) => [event.message, event.eventId]), [['a note', '1795275832459074000000000000'.padStart(56, '0')]]);
    const said = async () => (await runtime.events('kept')).some((event) => /said 2/.test(event.message ?? ''));
    await eventually(said, 'the event that waited is run');
    assert.ok(!readdirSync(path.join(folder, 'functions')).some((name) => name.endsWith('.tmp')));
  }

  it('is brought up in place, and everything is there', async () => {
    const runtime = await RunningRuntime.start(folder);
    await check(runtime);
    await runtime.stop('SIGTERM', true);
  });

  it('is brought up also when that is killed again and again', async () => {
    for (let delay = 30; delay <= 100; delay += 10) {
      const child = spawn(process.execPath, [runtimeFile, '--data', folder], { stdio: 'ignore' });
      await sleep(delay);
      child.kill('SIGKILL');
      await once(child, 'exit');
    }
    const runtime = await RunningRuntime.start(folder);
    await check(runtime);
    await runtime.stop();
  });

  it('of a newer runtime is refused in a sentence and left as it is', () => {
    writeFileSync(path.join(folder, 'format.json'), JSON.stringify({ format: format + 1, more: true }));
    const before = contents(folder);
    const run = spawnSync(process.execPath, [runtimeFile, '--data', folder], { encoding: 'utf8' });
    assert.equal(run.status, 1);
    assert.match(run.stderr, new RegExp(`^The data in .* were written by a newer version \\(format ${format + 1}; this one reads up to ${format}\\) and are left as they are: update Function Deck, or choose another --data\\.\\n$`));
    assert.deepEqual(contents(folder), before);
  });

  it('that cannot be told is not guessed', () => {
    for (const text of ['', '{', '{"format":"2"}', '{"format":0}', 'null']) {
      writeFileSync(path.join(folder, 'format.json'), text);
      const run = spawnSync(process.execPath, [runtimeFile, '--data', folder], { encoding: 'utf8' });
      assert.equal(run.status, 1, text);
      assert.match(run.stderr, /format\.json/);
      assert.ok(!existsSync(path.join(folder, 'runtime.json')));
    }
  });

  it('rises step by step, and a step that was broken off is run again', async () => {
    const ran: string[] = [];
    let breaks = true;
    const step = (name: string): Step => async () => {
      ran.push(name);
      if (name === 'b' && breaks) throw new Error('killed');
    };
    const steps = { 1: step('a'), 2: step('b'), 3: step('c') };
    await assert.rejects(migrate(folder, () => undefined, steps, 4), /killed/);
    assert.equal(found(), 2);
    breaks = false;
    writeFileSync(path.join(folder, 'format.json'), JSON.stringify({ format: 2 }));
    await migrate(folder, () => undefined, steps, 4);
    assert.deepEqual([found(), ...ran], [4, 'a', 'b', 'b', 'c']);
  });
});

function contents(folder: string): readonly (readonly [string, string])[] {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((one) => one.isFile());
  return files.map((one) => path.join(one.parentPath, one.name)).sort().map((file) => [file, readFileSync(file, 'base64')] as const);
}
