import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import type { FunctionRef } from '../../src/core/provider';
import type { Live } from '../../src/providers/local/health';
import { watchLog } from '../../src/providers/local/logWatch';
import { RunningRuntime } from './runtime/harness';

const long = 60_000;
const ref: FunctionRef = { provider: 'local', scope: 'local', name: 'a b' };

describe('the pauses of a local tail', () => {
  const listeners: ServerResponse[] = [];
  const paths: string[] = [];
  const server = createServer(({ url = '' }, response) => {
    paths.push(url);
    listeners.push(response);
    response.writeHead(200).flushHeaders();
    server.emit('listener');
  });
  const done = new AbortController();
  const stop = new AbortController();
  let pause: ReturnType<typeof watchLog>;
  before(async () => {
    await once(server.listen(0, '127.0.0.1'), 'listening');
    const live = { endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, accessKeyId: 'key' } as Live;
    pause = watchLog(ref, async () => live, done.signal);
  });
  after(() => void server.close());

  it('end when the log has grown, also if it did between two', async () => {
    const listened = once(server, 'listener');
    const first = pause(long, stop.signal);
    await listened;
    listeners[0]?.write('{}\n');
    await first;
    listeners[0]?.write('{}\n');
    await pause(long, stop.signal);
    assert.deepEqual(paths, ['/function-deck/functions/a%20b/log']);
  });

  it('last when whoever told is gone, and end with the tail', async () => {
    const stop = new AbortController();
    const paused = pause(long, stop.signal);
    const closed = once(listeners[0] as ServerResponse, 'close');
    listeners[0]?.destroy();
    await closed;
    // Time for the other side to see it.
    while (paths.length < 2) await pause(5, stop.signal);
    assert.equal(await Promise.race([paused.then(() => 'ended'), Promise.resolve('lasts')]), 'lasts');
    stop.abort();
    await assert.rejects(paused, { name: 'AbortError' });
  });

  it('let go of what they listened to', async () => {
    const told = pause(long, stop.signal);
    listeners[1]?.write('{}\n');
    await told;
    const closed = once(listeners[1] as ServerResponse, 'close');
    done.abort();
    await closed;
    assert.equal(paths.length, 2);
  });
});

describe('the local runtime: who watches a log', () => {
  let runtime: RunningRuntime;
  before(async () => void (runtime = await RunningRuntime.start()));
  after(() => runtime.stop());
  const watch = (name: string, signal?: AbortSignal): Promise<Response> =>
    fetch(`${runtime.line.endpoint}/function-deck/functions/${name}/log`, { headers: { authorization: `Bearer ${runtime.line.accessKeyId}` }, signal });

  it('is told at once, and of each call, and can leave', async () => {
    await runtime.node('talks', 'exports.handler = async () => console.log("a");');
    const end = new AbortController();
    const lines = (await watch('talks', end.signal)).body?.getReader();
    const next = async (): Promise<string> => Buffer.from((await lines?.read())?.value ?? []).toString();
    assert.equal(await next(), '{}\n');
    for (let n = 0; n < 2; n++) {
      const told = next();
      await runtime.call('talks');
      assert.match(await told, /^(\{\}\n)+$/);
    }
    end.abort();
    await runtime.call('talks');
  });

  it('must name a function that is there', async () => {
    const answer = await watch('nobody');
    assert.equal(answer.status, 404);
    assert.match(await text(answer.body as never), /There is no function nobody/);
  });
});
