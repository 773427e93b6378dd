import assert from 'node:assert/strict';
import type { FunctionProvider, FunctionRef } from '../../src/core/provider';
import { local } from '../../src/providers/local';
import { fromRuntime, toRuntime } from '../../src/providers/local/signature';
import { fakeHost } from '../fakes/host';
import { runtimePid } from '../fakes/localRuntime';
import { zip } from '../fakes/zip';

const options = { signal: new AbortController().signal, report: () => undefined };
const ref: FunctionRef = { provider: 'local', scope: 'local', name: 'greet' };

describe('signatures on the local runtime', () => {
  it('travel with the handler, there and back', () => {
    const settings = { handler: 'main.hello', signature: 'functions-framework/http', memoryMb: 256 };
    assert.deepEqual(toRuntime(settings), { handler: 'functions-framework/http:main.hello', memoryMb: 256 });
    assert.deepEqual(fromRuntime({ ref, ...toRuntime(settings) }), { ref, ...settings, takes: 'http' });
    for (const [signature, takes] of Object.entries({ 'azure-functions/http': 'http', 'azure-functions/event': 'json', 'openwhisk/main': 'json', 'vercel/http': 'http', 'webtask/main': 'http' })) {
      const other = { handler: 'src/a b/[id].main-1', signature };
      assert.deepEqual(fromRuntime({ ref, ...toRuntime(other) }), { ref, ...other, takes });
    }
    for (const handler of ['index.handler', 'Assembly::Name.Space::Method', 'a/b.c', 'example.Handler::handle']) {
      assert.deepEqual(fromRuntime({ ref, ...toRuntime({ handler }) }), { ref, handler, signature: 'lambda', takes: 'json' });
    }
  });

  it('a function of the framework answers HTTP, and keeps its signature when its settings change', async () => {
    const host = fakeHost();
    const provider = local(host) as Required<FunctionProvider>;
    const code = zip({ 'main.py': 'import functions_framework\n\n@functions_framework.http\ndef hello(request):\n    return {"name": request.args["name"]}, 201\n' });
    const deployed = await provider.deploy({ ref, settings: { runtime: 'python3.13', handler: 'main.hello', signature: 'functions-framework/http' }, package: code }, options);
    assert.deepEqual([deployed.handler, deployed.takes], ['main.hello', 'http']);
    const result = await provider.invoke(ref, { payload: Buffer.from('{"method":"GET","path":"/","query":{"name":"Ada"}}') }, options);
    assert.ok(result.ok);
    assert.equal(result.response?.status, 201);
    assert.deepEqual(JSON.parse(Buffer.from(result.payload).toString('utf8')), { name: 'Ada' });
    const changed = await provider.config.write(ref, { handler: 'main.hello', memoryMb: 512 }, undefined, options);
    assert.deepEqual([changed.signature, changed.memoryMb], ['functions-framework/http', 512]);
    process.kill(runtimePid(host.storage), 'SIGTERM');
  });
});
