import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import fc from 'fast-check';
import { answerQuickly } from '../../../src/runtime/http/front';
import { eventually } from './harness';

/** Who answers a request, and what it said of itself. */
interface Sent {
  readonly bytes: string;
  readonly told: string;
}

const plain = (url: string, body: string): Sent => ({ bytes: `POST ${url} HTTP/1.1\r\nHost: h\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`, told: `${url === '/quick' ? 'quick' : 'general'} POST ${url} ${body}` });

async function connectionsOf(server: Server, wanted: number): Promise<void> {
  const count = () => new Promise<number>((resolve) => server.getConnections((_error, found) => resolve(found)));
  await eventually(async () => (await count()) === wanted, `${wanted} connections`);
}

describe('short requests, answered before the general server', () => {
  let server: Server;
  let port: number;
  let asked = 0;
  before(async () => {
    server = createServer((request, response) => {
      void text(request).then((body) => response.end(`general ${request.method} ${request.url} ${body}\n`));
    });
    answerQuickly(server, ({ head, body }) => {
      asked += 1;
      if (head.url === '/value') return Promise.resolve(`HTTP/1.1 200 OK\r\n\r\nquick value ${Buffer.from(head.headers['x-a'] ?? '').toString('latin1')}\n`);
      if (head.url === '/much') return Promise.resolve(Buffer.alloc(4_000_000));
      if (head.url !== '/quick') return undefined;
      const said = `quick ${head.method} ${head.url} ${body.toString()}\n`;
      return sleep(body.length % 3).then(() => `HTTP/1.1 200 OK\r\nContent-Length: ${Buffer.byteLength(said)}\r\n\r\n${Buffer.from(said).toString('latin1')}`);
    }, 300);
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    port = (server.address() as AddressInfo).port;
  });
  after(() => server.close());

  async function open(): Promise<Socket> {
    const socket = connect(port, '127.0.0.1').setNoDelay();
    await once(socket, 'connect');
    return socket;
  }

  /** What so many answers say, in their order. */
  async function answers(socket: Socket, count: number): Promise<string[]> {
    let read = '';
    for await (const chunk of socket.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
      read += chunk.toString('latin1');
      const found = Buffer.from(read, 'latin1').toString().match(/^(?:quick|general) .*(?=\n)/gm) ?? [];
      if (found.length >= count) return found;
    }
    return assert.fail(`The connection ended after: ${read}`);
  }

  const body = fc.string({ unit: fc.constantFrom('a', 'ü', '{', ' ', '€'), maxLength: 30 });
  const request: fc.Arbitrary<Sent> = fc.oneof(
    body.map((one) => plain('/quick', one)),
    body.map((one) => plain('/slow', one)),
    fc.constant({ bytes: 'GET /list?a=b HTTP/1.1\r\nHost: h\r\n\r\n', told: 'general GET /list?a=b ' }),
    fc.constant({ bytes: 'POST /quick HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n', told: 'general POST /quick abc' }),
  );

  it('and the others come in their order, whatever comes in which pieces on one connection', async () => {
    const pieces = fc.array(fc.integer({ min: 1, max: 120 }), { minLength: 1, maxLength: 4 });
    await fc.assert(fc.asyncProperty(fc.array(request, { minLength: 1, maxLength: 6 }), pieces, fc.boolean(), async (requests, sizes, waits) => {
      const socket = await open();
      const bytes = Buffer.from(requests.map((one) => one.bytes).join(''));
      const reading = answers(socket, requests.length);
      for (let at = 0, n = 0; at < bytes.length; n++) {
        const size = sizes[n % sizes.length] ?? 1;
        socket.write(bytes.subarray(at, (at += size)));
        if (waits) await sleep(0);
      }
      const told = await reading;
      socket.destroy();
      // Who answers depends on the pieces.
      const what = (line: string) => line.slice(line.indexOf(' '));
      assert.deepEqual(told.map(what), requests.map((one) => what(one.told)));
    }), { seed: 20260101, numRuns: 150 });
  });

  it('are answered one after another, each who had to wait for the general server too', async () => {
    const socket = await open();
    for (const sent of [plain('/quick', '1'), plain('/slow', '2'), plain('/quick', '3'), plain('/slow', '4'), plain('/quick', '5')]) {
      socket.write(sent.bytes);
      assert.deepEqual(await answers(socket, 1), [sent.told]);
    }
    socket.destroy();
  });

  it('are answered also when the sender has nothing more to say', async () => {
    const socket = await open();
    const { bytes, told } = plain('/quick', 'last');
    socket.end(bytes);
    assert.deepEqual(await answers(socket, 1), [told]);
    if (!socket.closed) await once(socket, 'close');
  });

  it('leave a connection that the sender asks to close to the general server, which closes it', async () => {
    const socket = await open();
    socket.write(plain('/quick', 'x').bytes.replace('Host: h', 'Host: h\r\nConnection: close'));
    assert.match(await text(socket), /Connection: close[^]*general POST \/quick x/);
  });

  it('are not answered on a connection that was closed, and none stays open that its sender keeps', async () => {
    const keeper = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
    keeper.write(plain('/slow', 'x').bytes.replace('Host: h', 'Host: h\r\nConnection: close'));
    assert.match(await text(keeper), /general POST \/slow x/);
    const before = asked;
    keeper.on('error', () => undefined).write(plain('/quick', 'more').bytes);
    await connectionsOf(server, 0);
    assert.equal(asked, before);
    keeper.destroy();
  });

  it('are left to the general server when their head has two readings', async () => {
    const [start, blank] = ['POST /quick HTTP/1.1\r\nHost: h\r\nContent-Length: 1\r\n', '\xa0'];
    for (const more of ['X-A: 1\r\nx-a: 2\r\n', 'X-A: 1\r\n 2\r\n']) {
      const socket = await open();
      socket.write(`${start}${more}\r\nx`);
      const [told] = await answers(socket, 1).catch(() => ['refused']);
      assert.notEqual(told, 'quick POST /quick x', more);
      socket.destroy();
    }
    const socket = await open();
    socket.write(Buffer.from(`${start.replace('/quick', '/value')}X-A:${blank}1 \r\n\r\nx`, 'latin1'));
    assert.deepEqual(await answers(socket, 1), [`quick value ${blank}1`]);
    socket.destroy();
  });

  it('wait for a sender who does not read', async () => {
    const socket = await open();
    socket.pause();
    const before = asked;
    for (let sent = 0; sent < 30; sent++) {
      socket.write(plain('/much', 'x').bytes);
      await sleep(5);
    }
    assert.ok(asked - before < 10, `${asked - before} were answered into the void`);
    socket.destroy();
    await connectionsOf(server, 0);
  });

  it('do no harm when their sender goes away before the answer', async () => {
    for (const url of ['/quick', '/slow']) {
      const gone = await open();
      gone.write(plain(url, 'ab').bytes);
      gone.destroy();
    }
    const socket = await open();
    socket.write(plain('/quick', 'on').bytes);
    assert.deepEqual(await answers(socket, 1), ['quick POST /quick on']);
    socket.destroy();
  });

  it('can be told from a connection on which nothing is said, which is ended', async () => {
    const silent = await open();
    const spoken = await open();
    spoken.write(plain('/quick', 'x').bytes);
    await answers(spoken, 1);
    await once(silent, 'close');
    assert.equal(spoken.closed, false);
    spoken.destroy();
  });
});
