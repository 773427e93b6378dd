import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { isAbort, isProviderError } from '../../src/core/errors';
import { followRuntime } from '../../src/providers/local/own';

describe('what the local runtime tells line by line', () => {
  const server = createServer();
  before(() => once(server.listen(0, '127.0.0.1'), 'listening'));
  after(() => server.close());

  function follow(signal: AbortSignal): AsyncGenerator<unknown> {
    const { port } = server.address() as AddressInfo;
    const live = { endpoint: `http://127.0.0.1:${port}`, accessKeyId: 'key', secretAccessKey: 'secret' } as Parameters<typeof followRuntime>[0];
    return followRuntime(live, { method: 'GET', path: 'lines' }, { signal });
  }

  async function begin(signal: AbortSignal): Promise<{ readonly lines: AsyncGenerator<unknown>; readonly response: ServerResponse }> {
    const lines = follow(signal);
    const first = lines.next();
    const [, response] = (await once(server, 'request')) as [unknown, ServerResponse];
    response.write('{"n":1}\n');
    assert.deepEqual((await first).value, { n: 1 });
    return { lines, response };
  }

  it('ends as given up whoever cuts the connection first', async () => {
    const caller = new AbortController();
    const { lines, response } = await begin(caller.signal);
    const next = lines.next();
    const ended = assert.rejects(next, isAbort);
    response.destroy();
    caller.abort();
    await ended;
  });

  it('says what to do when the runtime went away', async () => {
    const { lines, response } = await begin(new AbortController().signal);
    const ended = assert.rejects(lines.next(), (error) => isProviderError(error) && error.kind === 'network');
    response.destroy();
    await ended;
  });
});
