import assert from 'node:assert/strict';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { connect } from 'node:net';
import { networkInterfaces } from 'node:os';
import path from 'node:path';
import { RunningRuntime } from './harness';

describe('the local runtime: who gets in', () => {
  let runtime: RunningRuntime;
  let port: number;
  before(async () => {
    runtime = await RunningRuntime.start();
    port = Number(new URL(runtime.line.endpoint).port);
  });
  after(() => runtime.stop());

  const token = () => runtime.line.accessKeyId;
  const signed = (key = token()) => `Authorization: AWS4-HMAC-SHA256 Credential=${key}/20260101/eu-west-1/lambda/aws4_request, SignedHeaders=host, Signature=0`;

  /** Sends raw bytes and resolves with the status of the answer, or 0 when the connection is just closed. */
  function raw(lines: readonly string[], body = '', wait = 3000): Promise<number> {
    return new Promise((resolve) => {
      const socket = connect(port, '127.0.0.1', () => socket.write(`${lines.join('\r\n')}\r\n\r\n${body}`));
      let text = '';
      const done = () => resolve(Number(/^HTTP\/1\.1 (\d+)/.exec(text)?.[1] ?? 0));
      socket.setTimeout(wait, () => socket.destroy());
      socket.on('data', (chunk) => {
        text += chunk.toString('latin1');
        socket.end();
      });
      socket.on('error', () => socket.destroy()).on('close', done);
    });
  }
  const list = 'GET /2015-03-31/functions HTTP/1.1';
  const host = () => `Host: 127.0.0.1:${port}`;

  it('lets the holder of the token in', async () => {
    assert.equal(await raw([list, host(), signed()]), 200);
    assert.equal(await raw([list, `Host: localhost:${port}`, signed()]), 200);
  });

  it('keeps everybody else out', async () => {
    const attacks: Record<string, readonly string[]> = {
      'no signature': [list, host()],
      'a wrong key': [list, host(), signed('AKIAIOSFODNN7EXAMPLE')],
      'a key that starts right': [list, host(), signed(token().slice(0, -1))],
      'a longer key': [list, host(), signed(`${token()}A`)],
      'a foreign host': [list, 'Host: evil.example', signed()],
      'a foreign host with the port': [list, `Host: evil.example:${port}`, signed()],
      'the host without its port': [list, 'Host: 127.0.0.1', signed()],
      'an address in the host': [list, `Host: 127.0.0.1.nip.io:${port}`, signed()],
      'an origin': [list, host(), signed(), 'Origin: http://127.0.0.1'],
      'its own origin': [list, host(), signed(), `Origin: http://127.0.0.1:${port}`],
      'a null origin': [list, host(), signed(), 'Origin: null'],
      'a cross-site fetch': [list, host(), signed(), 'Sec-Fetch-Site: cross-site'],
      'a same-origin fetch': [list, host(), signed(), 'Sec-Fetch-Site: same-origin'],
      'a preflight': ['OPTIONS /2015-03-31/functions HTTP/1.1', host(), 'Origin: http://x', 'Access-Control-Request-Method: POST'],
      'an absolute address': [`GET http://127.0.0.1:${port}/2015-03-31/functions HTTP/1.1`, host(), signed()],
      'HTTP/1.0 without a host': ['GET /2015-03-31/functions HTTP/1.0', signed()],
      'the health without the token': ['GET /function-deck/health HTTP/1.1', host()],
      'a lease without the token': ['GET /function-deck/lease HTTP/1.1', host(), 'Authorization: Bearer x'],
      'a package without a signature': [`GET /function-deck/code/${'0'.repeat(64)} HTTP/1.1`, host()],
    };
    for (const [what, lines] of Object.entries(attacks)) {
      const status = await raw(lines);
      assert.ok(status === 403 || status === 400, `${what}: ${status}`);
    }
    const twoHosts = await raw([list, host(), 'Host: evil.example', signed()]);
    assert.ok([400, 403].includes(twoHosts), `two hosts: ${twoHosts}`);
  });

  it('answers a stranger before the body is there, and drops a body that is too long', async () => {
    const put = ['POST /2015-03-31/functions HTTP/1.1', host(), 'Content-Length: 1000000000'];
    assert.equal(await raw(put, 'x'), 403);
    assert.equal(await raw([...put, signed()], 'x'), 413);
  });

  it('does not take names as paths', async () => {
    for (const name of ['..', '%2e%2e%2f%2e%2e', 'a;rm', '$(x)', '%00', 'x'.repeat(200), '%ff']) {
      const status = await raw([`GET /2015-03-31/functions/${name} HTTP/1.1`, host(), signed()]);
      assert.ok([400, 403, 404].includes(status), `${name}: ${status}`);
    }
  });

  it('listens on the loopback interface only', async () => {
    const addresses = Object.values(networkInterfaces()).flat().filter((one) => one && !one.internal && one.family === 'IPv4');
    for (const address of addresses) {
      const refused = new Promise<boolean>((resolve) => {
        const socket = connect({ port, host: address?.address, timeout: 1000 }, () => resolve(false));
        socket.on('error', () => resolve(true)).on('timeout', () => resolve(true)).on('close', () => socket.destroy());
      });
      assert.equal(await refused, true, address?.address);
    }
  });

  it('keeps its token to its owner', function () {
    if (process.platform === 'win32') this.skip(); // files have no mode there
    assert.equal(statSync(path.join(runtime.data, 'runtime.json')).mode & 0o777, 0o600);
    assert.equal(statSync(path.join(runtime.data, 'functions')).mode & 0o077, 0);
    assert.ok(!existsSync(path.join(runtime.data, 'x')) && readdirSync(runtime.data).every((name) => !name.endsWith('.tmp')));
  });

  it('tells a function nothing of the token, and lets no web page at the function’s own port', async () => {
    await runtime.node('curious', 'exports.handler = async () => { const api = process.env.AWS_LAMBDA_RUNTIME_API; const r = await fetch(`http://${api}/2018-06-01/runtime/invocation/next`, { headers: { "sec-fetch-site": "cross-site" } }); return [JSON.stringify(process.env), r.status]; };');
    const [env, status] = (await runtime.call('curious')).body as [string, number];
    assert.ok(!env.includes(token()) && !env.includes('must-not-leak'));
    assert.equal(status, 403);
  });
});
