import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, get, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { Leases } from '../../../src/runtime/leases';

describe('leases', () => {
  it('hold the runtime while one is open or a call runs, and for a while after', async () => {
    let busy = false;
    let ended = false;
    const leases = new Leases(() => busy, { afterLast: 60, never: 5000 });
    const timer = leases.watch(() => (ended = true));
    const server = createServer((_request, response) => leases.add(response)).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const request = get({ port: (server.address() as AddressInfo).port, host: '127.0.0.1' });
    const [response] = (await once(request, 'response')) as [IncomingMessage];
    await sleep(200);
    assert.equal(ended, false);
    busy = true;
    response.destroy();
    await sleep(200);
    assert.equal(ended, false);
    busy = false;
    await sleep(250);
    assert.equal(ended, true);
    clearInterval(timer);
    server.close();
  });

  it('end a runtime that nobody ever leased', async () => {
    let ended = false;
    const timer = new Leases(() => false, { afterLast: 20, never: 60 }).watch(() => (ended = true));
    await sleep(200);
    assert.equal(ended, true);
    clearInterval(timer);
  });
});
