import assert from 'node:assert/strict';
import { readdirSync, readlinkSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { FunctionProvider } from '../../src/core/provider';
import { aws } from '../../src/providers/aws';
import { toFunctionError } from '../../src/providers/aws/functionError';
import { provider as loadedAws } from '../../src/providers/aws/provider';
import { difference, toConfiguration } from '../../src/providers/aws/settings';
import { local } from '../../src/providers/local';
import { provider as loadedLocal } from '../../src/providers/local/provider';
import { start } from '../../src/providers/local/start';
import { homeAt, useAwsHome } from '../fakes/environment';
import { FaultServer, json } from '../fakes/faultServer';
import { fakeHost } from '../fakes/host';
import { contractCode, runtimePid } from '../fakes/localRuntime';

const options = { signal: new AbortController().signal, report: () => undefined };

describe('light providers', () => {
  it('have exactly the members of the loaded ones', async () => {
    assert.deepEqual(shape(aws(fakeHost())), shape(loadedAws(fakeHost())));
    assert.deepEqual(shape(local(fakeHost())), shape(await loadedLocal(fakeHost())));
  });

  it('tell which modules the runtime brings along: a cloud its SDK, this machine none', () => {
    assert.deepEqual(aws(fakeHost()).packaging?.provided?.('nodejs22.x'), ['@aws-sdk/*', '@smithy/*']);
    assert.deepEqual(aws(fakeHost()).packaging?.provided?.('nodejs16.x'), []);
    assert.equal(local(fakeHost()).packaging, undefined);
  });
});

describe('an invocation of AWS', () => {
  it('reads the report, the price and the log of just that call', async () => {
    const report = 'REPORT RequestId: r-1\tDuration: 100.00 ms\tBilled Duration: 1000 ms\tMemory Size: 1024 MB\tMax Memory Used: 60 MB\tInit Duration: 90.50 ms\t';
    const log = Buffer.from(`START RequestId: r-1 Version: 7\nhello\nEND RequestId: r-1\n${report}\n`).toString('base64');
    const server = await FaultServer.start((response, request) => {
      if (request.method === 'GET') return json({ Functions: [{ FunctionName: 'hello', Architectures: ['arm64'] }] })(response, request);
      return json({ ok: 1 }, 200, { 'x-amz-log-result': log, 'x-amz-executed-version': '7' })(response, request);
    });
    const restore = useAwsHome(homeAt(server.endpoint));
    const provider = aws(fakeHost());
    const ref = { provider: 'aws', scope: 'default/us-east-1', name: 'hello' };
    await provider.list({ id: ref.scope, label: '' }, options)[Symbol.asyncIterator]().next();
    const result = await provider.invoke?.(ref, { payload: Buffer.from('{"a":"ü"}') }, options);
    restore();
    await server.stop();
    assert.ok(result?.ok);
    const { costUsd, payload, log: lines, ...facts } = result;
    assert.deepEqual(facts, { ok: true, status: 200, requestId: 'r-1', version: '7', durationMs: 100, billedMs: 1000, memoryMb: 1024, maxMemoryMb: 60, initMs: 90.5, costBasis: undefined, logCut: false, response: undefined });
    assert.ok(Math.abs((costUsd ?? 0) - 0.0000135334) < 1e-10);
    assert.equal(Buffer.from(payload).toString(), '{"ok":1}');
    assert.equal(lines?.[1], 'hello');
    assert.equal(server.hits.at(-1)?.body, '{"a":"ü"}');
    assert.equal(server.hits.at(-1)?.headers['x-amz-log-type'], 'Tail');
  });

  const errors: readonly (readonly [string, string, string, readonly string[]])[] = [
    ['{"errorType":"E","errorMessage":"m","stackTrace":["  File \\"a.py\\", line 1, in f\\n    x()\\n"]}', 'E', 'm', ['  File "a.py", line 1, in f', '    x()']],
    ['{"errorType":"E","errorMessage":"m","stackTrace":[["a.py",1,"f","x()"]]}', 'E', 'm', ['  File "a.py", line 1, in f', '    x()']],
    ['{"errorType":"E","errorMessage":"m","trace":["E: m","    at f (a.js:1:2)"]}', 'E', 'm', ['E: m', '    at f (a.js:1:2)']],
    ['{"errorMessage":"Task timed out after 3.00 seconds"}', 'Unhandled', 'Task timed out after 3.00 seconds', []],
    ['plain text', 'Unhandled', 'plain text', []],
    ['null', 'Unhandled', 'The function failed without saying why.', []],
  ];
  for (const [payload, type, message, stack] of errors) {
    it(`reads the failure ${payload}`, () => {
      const error = toFunctionError('Unhandled', Buffer.from(payload));
      assert.deepEqual([error.type, error.message, error.stack], [type, message, stack]);
    });
  }
});

describe('the difference of settings', () => {
  const current = { Runtime: 'nodejs22.x' as const, MemorySize: 128, Environment: { Variables: { B: '2', A: '1' } } };
  it('is nothing where all is so already, in whatever order', () => {
    assert.equal(difference(toConfiguration({ memoryMb: 128, environment: { A: '1', B: '2' } }), current), undefined);
    assert.equal(difference(toConfiguration({ environment: {}, description: '' }), {}), undefined);
  });
  it('is just what is otherwise', () => {
    assert.deepEqual(difference(toConfiguration({ runtime: 'nodejs22.x', memoryMb: 256, environment: { A: '1' } }), current), { MemorySize: 256, Environment: { Variables: { A: '1' } } });
  });
});

describe('the local provider', () => {
  it('starts one runtime for all, finds it again, and starts it anew when it was killed', async () => {
    const host = fakeHost();
    const scope = { id: 'local', label: '' };
    const list = async (provider: FunctionProvider): Promise<unknown> => provider.list(scope, options)[Symbol.asyncIterator]().next();
    const provider = local(host);
    await Promise.all([list(provider), list(provider), list(local(host))]);
    const first = runtimePid(host.storage);
    await list(local(host));
    assert.equal(runtimePid(host.storage), first);
    process.kill(first, 'SIGKILL');
    await sleep(100);
    await list(provider);
    const second = runtimePid(host.storage);
    assert.notEqual(second, first);
    process.kill(second, 'SIGTERM');
  });

  it('keeps a tail going while the runtime dies and comes back', async () => {
    const host = fakeHost();
    const provider = local(host);
    const ref = { provider: 'local', scope: 'local', name: 'talks' };
    const settings = { runtime: 'nodejs20.x', handler: 'index.handler' };
    await provider.deploy?.({ ref, settings, package: contractCode('talks') }, options);
    const say = async (line: string): Promise<unknown> => provider.invoke?.(ref, { payload: Buffer.from(JSON.stringify({ print: [line] })) }, options);
    const stop = new AbortController();
    const seen: string[] = [];
    const following = (async () => {
      for await (const batch of provider.tail?.(ref, new Date(Date.now() - 60_000), { signal: stop.signal }) ?? []) {
        seen.push(...batch.filter(({ message }) => message.includes('spoken')).map(({ message }) => /spoken \w+/.exec(message)?.[0] ?? message));
        if (seen.length === 2) stop.abort();
      }
    })();
    await say('spoken before');
    while (seen.length === 0) await sleep(20);
    process.kill(runtimePid(host.storage), 'SIGKILL');
    await sleep(100);
    await say('spoken after');
    await assert.rejects(following, { name: 'AbortError' });
    process.kill(runtimePid(host.storage), 'SIGTERM');
    assert.deepEqual(seen, ['spoken before', 'spoken after']);
  });

  it('says why the runtime does not start', async () => {
    const host = { ...fakeHost(), dist: fakeHost().storage };
    await assert.rejects(Promise.resolve(local(host).list({ id: 'local', label: '' }, options)[Symbol.asyncIterator]().next()), /^ProviderError: The local runtime did not start \(.*\); its log is .*runtime\.failed\.log\.$/);
  });

  it('lets the runtime that lives keep its log when another is started', async function () {
    if (process.platform !== 'linux') this.skip(); // there it is seen what a process has open
    const host = fakeHost();
    const first = await start(host);
    const pid = runtimePid(host.storage);
    try {
      assert.deepEqual(await start(host), first);
      assert.equal(readlinkSync(`/proc/${pid}/fd/2`), path.join(host.storage, 'runtime.log'));
      assert.deepEqual(readdirSync(host.storage).filter((name) => /log/.test(name) && name !== 'logs'), ['runtime.log']);
    } finally {
      process.kill(pid, 'SIGTERM');
    }
  });

  it('goes nowhere but to this machine with its key', async () => {
    const { parseLive } = await import('../../src/providers/local/health');
    const line = { endpoint: 'http://127.0.0.1:1', accessKeyId: 'a', secretAccessKey: 'b' };
    assert.deepEqual(parseLive(JSON.stringify(line)), line);
    for (const endpoint of ['http://evil.example:1', 'http://127.0.0.1:1@evil.example', 'https://127.0.0.1', 7]) assert.equal(parseLive(JSON.stringify({ ...line, endpoint })), undefined);
    for (const text of ['', 'null', '{}', '{"endpoint"']) assert.equal(parseLive(text), undefined);
  });
});

/** The names of what a provider does, with those of its facets. */
function shape(provider: object): Record<string, unknown> {
  const card = ['id', 'label', 'icon', 'remote', 'templates', 'packaging', 'invokeModes', 'settings', 'signatures', 'nextQuestion', 'asKept', 'alsoChanges', 'roles'];
  const members = Object.entries(provider).filter(([name]) => !card.includes(name));
  return Object.fromEntries(members.map(([name, member]) => [name, typeof member === 'function' ? 'call' : Object.keys(member as object).filter((key) => key !== 'kinds').sort()]));
}
