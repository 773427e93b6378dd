import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { DescribeResourcePoliciesCommand, PutResourcePolicyCommand } from '@aws-sdk/client-cloudwatch-logs';
import { PublishLayerVersionCommand } from '@aws-sdk/client-lambda';
import { LetterBox } from '../../../src/runtime/store/letters';
import { LogAccount } from '../../../src/runtime/store/logAccount';
import { queryEvents } from '../../../src/runtime/store/logQuery';
import { LogStore } from '../../../src/runtime/store/logs';
import { QueueStore, type QueueRecord } from '../../../src/runtime/store/queues';
import { refused, RunningRuntime, zip } from './harness';

describe('the local runtime: files that cannot be read', () => {
  it('are kept with all that they may refer to, and nothing is written over them', async () => {
    let runtime = await RunningRuntime.start();
    const { data } = runtime;
    const again = async () => {
      await runtime.stop('SIGTERM', true);
      runtime = await RunningRuntime.start(data);
    };
    const publish = (text: string) => runtime.lambda.send(new PublishLayerVersionCommand({ LayerName: 'tools', Content: { ZipFile: zip({ 'nodejs/node_modules/tool.js': text }) } }));
    const putPolicy = (policyName: string) => runtime.logs.send(new PutResourcePolicyCommand({ policyName, policyDocument: '{"Version":"2012-10-17"}' }));
    try {
      const layer = await publish('module.exports = 1;');
      await runtime.node('one', 'exports.handler = async () => require("tool");', { Layers: [layer.LayerVersionArn ?? ''] });
      await putPolicy('mine');
      const files = ['functions/f-one.json', 'layers/l-tools.json', 'log-account.json'].map((name) => path.join(data, name));
      const whole = files.map((file) => readFileSync(file, 'utf8'));
      const broken = [whole[0]?.slice(0, 50) ?? '', whole[1]?.replace('"format":1', '"format":9') ?? '', whole[2]?.replace('"format":1', '"format":9') ?? ''];
      files.forEach((file, index) => writeFileSync(file, broken[index] ?? ''));
      const packages = readdirSync(path.join(data, 'code'));
      await again();
      const says = (name: string) => new RegExp(`${name} cannot be read and is left as it is: mend it and start the runtime again, or move it away\\.$`);
      await refused(runtime.node('one', 'exports.handler = async () => 2;'), 'ResourceConflictException', 409, says('f-one\\.json'));
      await refused(publish('module.exports = 2;'), 'ResourceConflictException', 409, says('l-tools\\.json'));
      assert.deepEqual((await runtime.logs.send(new DescribeResourcePoliciesCommand({}))).resourcePolicies, []);
      await refused(putPolicy('other'), 'ServiceUnavailableException', 500, says('log-account\\.json'));
      assert.deepEqual(files.map((file) => readFileSync(file, 'utf8')), broken);
      await again();
      assert.deepEqual(packages.filter((name) => !readdirSync(path.join(data, 'code')).includes(name)), []);
      files.forEach((file, index) => writeFileSync(file, whole[index] ?? ''));
      await again();
      assert.equal((await runtime.call('one')).body, 1);
      assert.deepEqual((await runtime.logs.send(new DescribeResourcePoliciesCommand({}))).resourcePolicies?.map((one) => one.policyName), ['mine']);
      assert.deepEqual(readdirSync(path.join(data, 'code')).sort(), packages.sort());
    } finally {
      await runtime.stop();
    }
  });

  it('are those of queues too, whose messages stay', async () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'queues-'));
    const record: QueueRecord = { format: 1, name: 'one', region: 'local', created: 0, changed: 0, attributes: {} };
    const open = () => QueueStore.open(folder, new LetterBox(folder), () => undefined);
    const file = path.join(folder, 'q-one', 'queue.json');
    const first = await open();
    await first.create(record);
    first.close();
    writeFileSync(file, '{"format":2}');
    const again = await open();
    await assert.rejects(again.create(record), /queue\.json cannot be read and is left as it is/);
    assert.equal(readFileSync(file, 'utf8'), '{"format":2}');
    rmSync(path.dirname(file), { recursive: true });
    assert.equal((await again.create(record)).record, record);
    again.close();
    rmSync(folder, { recursive: true });
  });

  it('are those of log groups too, whose events stay', () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'groups-'));
    const warned: string[] = [];
    const open = () => new LogStore(folder, (line) => warned.push(line));
    const messages = (store: LogStore) => queryEvents(store.ensure('/g'), { start: 0, end: Infinity, limit: 10, wants: () => true, matches: () => true }).events.map((event) => event.message);
    const first = open();
    const group = first.ensure('/g');
    group.create('s').append(['kept']);
    const file = path.join(group.folder, 'group.json');
    const whole = readFileSync(file, 'utf8');
    first.close();
    for (const text of ['{"format":1,', '{}', 'null', whole.replace('"format":1', '"format":2'), whole.replace('/g', '/h'), whole.replace(/"created":\d+/, '"created":"now"')]) {
      writeFileSync(file, text);
      const store = open();
      assert.deepEqual([store.list(), warned.length], [[], 1], text);
      assert.match(warned.pop() ?? '', /^The log group in .* cannot be read/);
      assert.throws(() => store.ensure('/g'), { name: 'UnreadableFile', message: `${file} cannot be read and is left as it is: mend it and start the runtime again, or move it away.` });
      assert.equal(readFileSync(file, 'utf8'), text);
      store.close();
    }
    // As a machine that lost its power leaves it: nothing is lost with that.
    for (const text of ['', whole]) {
      writeFileSync(file, text);
      const store = open();
      assert.deepEqual([messages(store), warned], [['kept'], []]);
      store.close();
    }
    writeFileSync(file, '{');
    const store = open();
    rmSync(path.dirname(file), { recursive: true });
    assert.deepEqual(messages(store), []);
    store.close();
    rmSync(folder, { recursive: true });
  });

  it('are those without what they must have', () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'account-'));
    const file = path.join(folder, 'log-account.json');
    const warned: string[] = [];
    const open = (text: string) => {
      writeFileSync(file, text);
      return new LogAccount(file, (line) => warned.push(line));
    };
    const policy = { name: 'p', document: '{}', updated: 1 };
    assert.deepEqual(open('{"format":1}').list('destinations'), []);
    open('{"format":1}').put('policies', policy);
    assert.deepEqual(warned, []);
    for (const text of ['{}', '{"format":2}', '{"format":1,"policies":{}}', 'null', '{']) {
      const account = open(text);
      assert.deepEqual([account.list('policies'), account.list('destinations'), warned.length], [[], [], 1], text);
      assert.match(warned.pop() ?? '', /log-account\.json cannot be read/);
      assert.throws(() => account.put('policies', policy), /log-account\.json cannot be read and is left as it is/);
      assert.equal(readFileSync(file, 'utf8'), text);
    }
    rmSync(folder, { recursive: true });
  });
});
