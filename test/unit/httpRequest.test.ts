import assert from 'node:assert/strict';
import { createServer, request as send } from 'node:http';
import type { AddressInfo } from 'node:net';
import fc from 'fast-check';
import { isProviderError } from '../../src/core/errors';
import { headerValues, type HttpRequest, requestTarget, toHttpRequest } from '../../src/core/invocation/httpRequest';

const read = (event: unknown): HttpRequest => toHttpRequest(Buffer.from(JSON.stringify(event)));
const text = ({ body }: HttpRequest): string => Buffer.from(body).toString();

describe('events that are HTTP requests', () => {
  it('reads every member', () => {
    const event = { method: 'put', path: '/a b?x=1#top', query: { y: ['2', '3'], z: 4 }, headers: { 'X-Who': 'me', accept: ['a', 'b'] }, body: 'hi' };
    const { body, ...rest } = read(event);
    assert.equal(Buffer.from(body).toString(), 'hi');
    assert.deepEqual(rest, {
      method: 'PUT',
      path: '/a%20b',
      query: [['x', '1'], ['y', '2'], ['y', '3'], ['z', '4']],
      headers: [['X-Who', 'me'], ['accept', 'a'], ['accept', 'b']],
    });
    assert.equal(requestTarget('https://f.example/', read(event)), '/a%20b?x=1&y=2&y=3&z=4');
  });

  it('chooses GET without a body and POST with one, and says of JSON that it is', () => {
    assert.deepEqual(read({ path: 'x' }), { method: 'GET', path: '/x', query: [], headers: [], body: new Uint8Array() });
    const posted = read({ path: '/x', body: { a: [1] } });
    assert.deepEqual([posted.method, posted.headers, text(posted)], ['POST', [['content-type', 'application/json']], '{"a":[1]}']);
    assert.deepEqual(read({ headers: { 'Content-Type': 'application/x+json' }, body: 1 }).headers, [['Content-Type', 'application/x+json']]);
    assert.deepEqual(read({ method: 'POST', body: 'plain' }).headers, []);
    assert.equal(text(read({ path: '/', body: 'aGk=', isBase64Encoded: true })), 'hi');
  });

  it('takes an event without any member of a request for the body, byte for byte', () => {
    const event = Buffer.from('{ "body": 12345678901234567890 }');
    assert.deepEqual(toHttpRequest(event), { method: 'POST', path: '/', query: [], headers: [['content-type', 'application/json']], body: event });
    assert.equal(text(read([{ path: '/' }])), '[{"path":"/"}]');
  });

  it('leaves out what belongs to the connection', () => {
    const headers = { Host: 'evil.host', 'Content-Length': '999', 'transfer-encoding': 'chunked', Connection: 'keep-alive', Upgrade: 'h2c', Expect: '100-continue', accept: '*/*' };
    assert.deepEqual(read({ headers }).headers, [['accept', '*/*']]);
  });

  it('refuses in one sentence what HTTP cannot carry', () => {
    const refused: readonly [object, RegExp][] = [
      [{ method: 'GET /x HTTP/1.1' }, /"method"/],
      [{ method: 7 }, /"method"/],
      [{ method: 'CONNECT' }, /tunnel/],
      [{ path: { a: 1 } }, /"path"/],
      [{ query: 'a=1' }, /"query"/],
      [{ headers: [] }, /"headers"/],
      [{ headers: { 'a b': '1' } }, /forbids this name/],
      [{ headers: { a: 'x\r\nb: y' } }, /line breaks/],
      [{ headers: { a: { b: 1 } } }, /give it a text/],
      [{ path: '/', body: '!', isBase64Encoded: true }, /base64/],
    ];
    for (const [event, reason] of refused) {
      assert.throws(() => read(event), (error) => isProviderError(error) && error.kind === 'invalid' && error.untaken && reason.test(error.message) && /^The event's [^\n]*\.$/.test(error.message));
    }
    assert.throws(() => toHttpRequest(Buffer.from('{')), /not valid JSON/);
  });

  it('stays below the function’s address, whatever the path', () => {
    const piece = fc.oneof(fc.constantFrom('..', '.', '%2e%2e', '/', '//', '\\', '?', '#', '@', ':', 'http:', 'evil.host', '\t', '\n', ';', '%00', '%'), fc.string());
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), fc.dictionary(fc.string(), fc.oneof(fc.string(), fc.array(fc.string()))), (parts, query) => {
        const base = 'https://f.example/run/p/l/s';
        const target = requestTarget(base, read({ path: parts.join(''), query }));
        const url = new URL(`https://f.example${target}`);
        assert.equal(url.host, 'f.example');
        assert.ok(url.pathname.startsWith('/run/p/l/s/'), target);
        // What goes over the wire is what was checked, and one line.
        assert.equal(url.pathname + url.search, target);
        assert.match(target, /^[\x21-\x7e]+$/);
      }),
    );
  });

  it('keeps names and values of a query', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string({ unit: 'grapheme' }), fc.array(fc.string({ unit: 'grapheme' }))), (query) => {
        const url = new URL(`https://f.example${requestTarget('https://f.example', read({ query }))}`);
        const expected = Object.entries(query).flatMap(([name, values]) => values.map((value) => [name, value]));
        assert.deepEqual([...url.searchParams], expected);
      }),
    );
  });

  it('gives only what Node’s HTTP client sends as it is', async () => {
    const server = createServer((request, response) => response.end(JSON.stringify([request.method, request.url, request.headers])));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const anything = fc.record({ method: fc.constantFrom('GET', 'delete', 'PATCH', 'REPORT'), path: fc.string({ unit: 'binary' }), headers: fc.dictionary(fc.string({ minLength: 1 }), fc.string({ unit: 'binary' })) });
    const ask = async (request: HttpRequest) =>
      new Promise<[status: number, body: string]>((resolve, reject) => {
        const options = { port, host: '127.0.0.1', method: request.method, path: requestTarget('http://x/base', request), headers: headerValues(request.headers), agent: false as const };
        send(options, (response) => void response.toArray().then((chunks) => resolve([response.statusCode ?? 0, chunks.join('')]), reject)).on('error', reject).end(request.body);
      });
    try {
      await fc.assert(
        fc.asyncProperty(anything, async (event) => {
          let request;
          try {
            request = read(event);
          } catch (error) {
            assert.ok(isProviderError(error));
            return;
          }
          const [status, seen] = await ask(request);
          assert.equal(status, 200);
          const [method, url, headers] = JSON.parse(seen) as [string, string, Record<string, string>];
          assert.deepEqual([method, url], [request.method, requestTarget('http://x/base', request)]);
          for (const [name] of request.headers) assert.ok(name.toLowerCase() in headers, name);
        }),
        { numRuns: 25 },
      );
    } finally {
      server.close();
    }
  });
});
