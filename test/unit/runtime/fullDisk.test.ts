import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { CreateLogStreamCommand, PutLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { InvokeCommand, ListFunctionsCommand } from '@aws-sdk/client-lambda';
import { errorCode } from '../../../src/runtime/store/files';
import { RunningRuntime } from './harness';

/** Runs the command behind it with a small disk of its own at a folder. */
function withDisk(folder: string): readonly string[] {
  return ['unshare', '--map-root-user', '--mount', 'sh', '-c', `mount -t tmpfs -o size=3m tmpfs '${folder}' && exec "$@"`, 'sh'];
}

describe('the local runtime: a disk that is full', () => {
  let folder: string;
  let runtime: RunningRuntime;
  before(async function () {
    folder = mkdtempSync(path.join(tmpdir(), 'full-disk-'));
    const [file = '', ...args] = [...withDisk(folder), 'true'];
    // Elsewhere than on Linux, and in some containers, nobody may have one.
    if (spawnSync(file, args).status !== 0) return this.skip();
    runtime = await RunningRuntime.start(folder, [], withDisk(folder));
  });
  after(async () => {
    await runtime?.stop('SIGTERM', true);
    rmSync(folder, { recursive: true });
  });

  const inside = (name: string) => `/proc/${runtime.child.pid}/root${path.join(folder, name)}`;
  const isTaken = (bytes: number) => {
    try {
      writeFileSync(inside('filler'), Buffer.alloc(bytes), { flag: 'a' });
      return true;
    } catch (error) {
      assert.equal(errorCode(error), 'ENOSPC');
      return false;
    }
  };
  const fill = () => {
    for (let bytes = 1024 * 1024; bytes; bytes = Math.floor(bytes / 4)) while (isTaken(bytes));
  };
  const refused = async (work: Promise<unknown>, name: string) => {
    await assert.rejects(work, { name, message: 'The disk with the data of the local runtime is full: free some space there and try again.' });
    assert.deepEqual(readdirSync(inside('events')), []);
  };
  const stream = (logStreamName: string) => runtime.logs.send(new CreateLogStreamCommand({ logGroupName: '/aws/lambda/one', logStreamName }));
  const write = (logStreamName: string, text: string) => runtime.logs.send(new PutLogEventsCommand({ logGroupName: '/aws/lambda/one', logStreamName, logEvents: [{ timestamp: Date.now(), message: text }] }));

  it('is told of in one sentence; what is there stays, and all goes on when there is room', async () => {
    await runtime.node('one', 'exports.handler = async (event) => event.n;');
    assert.equal((await runtime.call('one', { n: 1 })).body, 1);
    await stream('mine');
    fill();
    assert.equal((await runtime.call('one', { n: 2 })).body, 2);
    const event = () => runtime.lambda.send(new InvokeCommand({ FunctionName: 'one', InvocationType: 'Event', Payload: Buffer.from(JSON.stringify({ n: 3, text: 'x'.repeat(300_000) })) }));
    await refused(event(), 'ServiceException');
    await refused(runtime.node('two', `exports.handler = async () => ${JSON.stringify(randomBytes(300_000).toString('base64'))};`), 'ServiceException');
    await refused(write('mine', 'x'.repeat(250_000)), 'ServiceUnavailableException');
    // Each takes a little, of which there may be some left.
    let name = '';
    await refused((async () => {
      for (let n = 0; n < 1000; n++) await stream((name = `s${n}`));
    })(), 'ServiceUnavailableException');
    assert.deepEqual((await runtime.lambda.send(new ListFunctionsCommand({}))).Functions?.map((one) => one.FunctionName), ['one']);
    assert.ok((await runtime.events('one')).some(({ message }) => message?.startsWith('REPORT')));
    rmSync(inside('filler'));
    await stream(name);
    for (const one of [name, 'mine']) await write(one, `in ${one}`);
    assert.equal((await event()).StatusCode, 202);
    await runtime.node('two', 'exports.handler = async () => 4;');
    assert.equal((await runtime.call('two')).body, 4);
    const messages = (await runtime.events('one')).map(({ message }) => message);
    for (const text of [`in ${name}`, 'in mine']) assert.ok(messages.includes(text), text);
  });
});
