import assert from 'node:assert/strict';
import { InvokeCommand } from '@aws-sdk/client-lambda';
import { eventually, refused, RunningRuntime } from './harness';

describe('the local runtime: invocations', () => {
  let runtime: RunningRuntime;
  before(async () => (runtime = await RunningRuntime.start()));
  after(() => runtime.stop());

  it('logs a cold and a warm call of the same process as AWS does', async () => {
    await runtime.node('warm', 'let n = 0; exports.handler = async (e) => { console.log("a\\nb", e); process.stdout.write("raw\\n"); return ++n; };');
    const cold = await runtime.call('warm', { x: 1 });
    const lines = cold.log.split('\n');
    assert.match(lines[0] ?? '', /^INIT_START Runtime Version: nodejs:\d+\.\d+\.\d+\tRuntime Version ARN: arn:aws:lambda:eu-west-1::runtime:/);
    assert.equal(lines[1], `START RequestId: ${cold.id} Version: $LATEST`);
    assert.match(cold.log, new RegExp(`\\d{4}-\\d\\d-\\d\\dT[\\d:.]+Z\t${cold.id}\tINFO\ta\nb \\{ x: 1 \\}\n`));
    assert.match(cold.log, new RegExp(`END RequestId: ${cold.id}\nREPORT RequestId: ${cold.id}\tDuration: [\\d.]+ ms\tBilled Duration: \\d+ ms\tMemory Size: 128 MB\tMax Memory Used: [1-9]\\d* MB\tInit Duration: [\\d.]+ ms\t\n$`));
    const warm = await runtime.call('warm');
    assert.equal(warm.body, 2);
    assert.doesNotMatch(warm.log, /INIT_START|Init Duration/);
    const events = await runtime.events('warm');
    assert.equal(events.filter((event) => event.message?.includes('a\nb')).length, 2);
    assert.equal(events.filter((event) => event.message === 'raw\n').length, 2);
    assert.equal(new Set(events.map((event) => event.logStreamName)).size, 1);
    assert.match(events[0]?.logStreamName ?? '', /^\d{4}\/\d\d\/\d\d\/\[\$LATEST\][0-9a-f]{32}$/);
  });

  it('gives each concurrent call an environment of its own, and uses them again', async () => {
    await runtime.node('many', 'exports.handler = async () => { await new Promise((r) => setTimeout(r, 150)); return process.pid; };');
    const round = async () => Promise.all(Array.from({ length: 4 }, async () => (await runtime.call('many')).body));
    const first = await round();
    assert.equal(new Set(first).size, 4);
    assert.deepEqual(new Set(await round()), new Set(first));
  });

  it('runs every shape of Node handler', async () => {
    const source = `
      exports.async = async (e, c) => ({ e, id: c.awsRequestId, name: c.functionName, arn: c.invokedFunctionArn, left: c.getRemainingTimeInMillis() > 0 });
      exports.callback = (e, c, done) => { setTimeout(() => done(null, 'late'), 10); };
      exports.noWait = (e, c, done) => { c.callbackWaitsForEmptyEventLoop = false; setInterval(() => {}, 1000); done(null, 'at once'); };
      exports.sync = () => 'ignored';
      exports.nothing = async () => {};
      exports.never = () => new Promise(() => {});
      exports.twice = (e, c, done) => { done(null, 'first'); done(null, 'second'); };
      exports.both = async (e, c, done) => { done(null, 'told'); return 'returned'; };
      exports.none = () => { throw undefined; };
      exports.keys = async (e, c) => 'tenantId' in c;
      exports.deep = { er: { handler: async () => 'deep' } };`;
    const expected = { callback: 'late', noWait: 'at once', twice: 'first', both: 'told', none: null, keys: true, sync: null, nothing: null, never: null, 'deep.er.handler': 'deep' };
    await runtime.node('shape-async', source, { Handler: 'index.async' });
    const answer = await runtime.call('shape-async', { a: 'ü' });
    assert.deepEqual(answer.body, { e: { a: 'ü' }, id: answer.id, name: 'shape-async', arn: 'arn:aws:lambda:eu-west-1:000000000000:function:shape-async', left: true });
    for (const [name, body] of Object.entries(expected)) {
      await runtime.node(`shape-${name.replaceAll('.', '-')}`, source, { Handler: `index.${name}` });
      assert.deepEqual((await runtime.call(`shape-${name.replaceAll('.', '-')}`)).body, body, name);
    }
  });

  it('has what a handler prints right after its answer before the end of the call', async () => {
    const source = `
      exports.succeed = (e, c) => { c.succeed(1); console.log('after'); };
      exports.callback = (e, c, done) => { c.callbackWaitsForEmptyEventLoop = false; done(null, 1); process.stdout.write('after\\n'); };
      exports.later = (e, c) => { setTimeout(() => { c.done(null, 1); console.log('after'); }, 1); };
      exports.steps = async () => { (async () => { for (let i = 0; i < 6; i++) await null; console.log('after'); })(); return 1; };`;
    for (const name of ['succeed', 'callback', 'later', 'steps']) {
      await runtime.node(`after-${name}`, source, { Handler: `index.${name}` });
      const logs = await Promise.all(Array.from({ length: 12 }, async () => (await runtime.call(`after-${name}`)).log));
      assert.deepEqual(logs.filter((log) => !/after\n[^]*END RequestId/.test(log)), [], name);
    }
  });

  it('runs ES modules, by ending and by package.json', async () => {
    const source = 'await null; export const handler = async () => import.meta.url.slice(0, 5);';
    await runtime.create('mjs', { 'index.mjs': source }, { Runtime: 'nodejs20.x', Handler: 'index.handler' });
    await runtime.create('esm', { 'src/index.js': source, 'package.json': '{"type":"module"}' }, { Runtime: 'nodejs20.x', Handler: 'src/index.handler' });
    assert.equal((await runtime.call('mjs')).body, 'file:');
    assert.equal((await runtime.call('esm')).body, 'file:');
  });

  it('runs Python with its context, its prints and its logging', async () => {
    await runtime.python('py', `
import logging, os
logging.getLogger().setLevel('INFO')
logging.basicConfig(level='DEBUG')
def handler(event, context):
    print('one\\ntwo ü')
    logging.info('three\\nfour')
    context.log('five\\nsix')
    who = [context.identity.cognito_identity_id, context.tenant_id, repr(context).startswith('LambdaContext([aws_request_id=' + context.aws_request_id)]
    return {'id': context.aws_request_id, 'who': who, 'left': context.get_remaining_time_in_millis() > 0, 'event': event, 'keys': sorted(os.environ)}
`, { Environment: { Variables: { MINE: 'yes' } } });
    const answer = await runtime.call('py', { n: 1 });
    const body = answer.body as { id: string; keys: string[]; who: unknown };
    assert.deepEqual([body.id, body.who], [answer.id, [null, null, true]]);
    assert.ok(body.keys.includes('MINE') && body.keys.includes('_HANDLER') && !body.keys.includes('HOST_CANARY') && !body.keys.includes('HOME'));
    const messages = (await runtime.events('py')).map((event) => event.message);
    assert.ok(messages.includes('one\n') && messages.includes('two ü\n') && messages.some((message) => message?.startsWith('five\nsix')));
    assert.ok(messages.some((message) => /^\[INFO\]\t\d{4}-\d\d-\d\dT[\d:.]+Z\t[0-9a-f-]{36}\tthree\nfour\n$/.test(message ?? '')));
  });

  it('runs a bootstrap of the function’s own', async function () {
    if (process.platform === 'win32') this.skip(); // the bootstrap below is a shell script
    const script = `#!/bin/sh
echo started >&2
while :; do
  curl -sS -D head -o event "http://$AWS_LAMBDA_RUNTIME_API/2018-06-01/runtime/invocation/next"
  id=$(tr -d '\\r' < head | sed -n 's/^Lambda-Runtime-Aws-Request-Id: //p')
  curl -sS -X POST --data-binary @event "http://$AWS_LAMBDA_RUNTIME_API/2018-06-01/runtime/invocation/$id/response" > answer
done`;
    await runtime.create('own', { bootstrap: script }, { Runtime: 'provided.al2023', Handler: 'x' });
    assert.deepEqual((await runtime.call('own', { echo: 'x'.repeat(2_000_000) })).body, { echo: 'x'.repeat(2_000_000) });
    assert.ok((await runtime.events('own')).some((event) => event.message === 'started\n'));
  });

  it('takes an event without a caller that waits, and checks without a run', async () => {
    await runtime.node('later', 'exports.handler = async (e) => console.log("ran", e.n);');
    const dry = await runtime.lambda.send(new InvokeCommand({ FunctionName: 'later', InvocationType: 'DryRun' }));
    assert.equal(dry.StatusCode, 204);
    const queued = await runtime.lambda.send(new InvokeCommand({ FunctionName: 'later', InvocationType: 'Event', Payload: Buffer.from('{"n":7}') }));
    assert.deepEqual([queued.StatusCode, queued.ExecutedVersion], [202, undefined]);
    const ran = async () => (await runtime.events('later').catch(() => [])).some((event) => event.message?.includes('ran 7'));
    await eventually(ran, 'the event is run');
  });

  it('passes a client context on, and takes an empty payload as an empty object', async () => {
    await runtime.node('context', 'exports.handler = async (e, c) => [e, c.clientContext];');
    const ClientContext = Buffer.from('{"custom":{"a":"ü"}}').toString('base64');
    const answer = await runtime.lambda.send(new InvokeCommand({ FunctionName: 'context', ClientContext }));
    assert.deepEqual(JSON.parse(Buffer.from(answer.Payload ?? []).toString()), [{}, { custom: { a: 'ü' } }]);
    // On its way to the function it becomes six times as long.
    const long = '\u007f'.repeat(2600);
    const other = await runtime.lambda.send(new InvokeCommand({ FunctionName: 'context', ClientContext: Buffer.from(JSON.stringify(long)).toString('base64') }));
    assert.deepEqual(JSON.parse(Buffer.from(other.Payload ?? []).toString()), [{}, long]);
    for (const text of ['!', Buffer.from(JSON.stringify(long + long)).toString('base64')]) {
      await refused(runtime.lambda.send(new InvokeCommand({ FunctionName: 'context', ClientContext: text })), 'InvalidRequestContentException', 400, /^Client context must /);
    }
  });

  it('gives Python its event and takes its answer whatever they are made of', async () => {
    await runtime.python('json', `
from decimal import Decimal
kept = []
kept.append(kept)
answers = {"circle": kept, "decimals": [Decimal("1.50"), Decimal("5"), "1", Decimal("NaN"), Decimal("1E+3")], "bytes": b"\\xff<", "inside": [b"x"], "half": "\\ud83d", "whole": ["ü", {"a": None}, 1.5, True], "numbers": {1: float("nan")}}

def handler(event, context):
    return answers.get(event, event) if isinstance(event, str) else [event, context.client_context and context.client_context.custom]
`);
    const raw = async (text: string, ClientContext?: string): Promise<string> => {
      const { Payload = [] } = await runtime.lambda.send(new InvokeCommand({ FunctionName: 'json', Payload: Buffer.from(text), ClientContext }));
      return Buffer.from(Payload).toString();
    };
    assert.match(await raw('"circle"'), /"errorMessage": "Unable to marshal response: Circular reference detected"/);
    // The circle is forgotten.
    assert.equal(await raw('"whole"'), '["ü", {"a": null}, 1.5, true]');
    assert.deepEqual(await Promise.all(['"decimals"', '"half"', '"numbers"', '"inside"'].map((text) => raw(text))), ['[1.50, 5, "1", NaN, 1E+3]', '"\\ud83d"', '{"1": NaN}', '["x"]']);
    const { Payload: bytes = [] } = await runtime.lambda.send(new InvokeCommand({ FunctionName: 'json', Payload: Buffer.from('"bytes"') }));
    assert.deepEqual([...bytes], [0xff, 0x3c]);
    assert.equal(await raw(' {"a" : [1, "ü"]}\n\t', Buffer.from('{"custom":{"b":2}}').toString('base64')), '[{"a": [1, "ü"]}, {"b": 2}]');
    assert.equal(await raw('"plain"'), '"plain"');
    await runtime.python('older', 'def handler(event, context): return "ü"', { Runtime: 'python3.11' });
    const older = await runtime.lambda.send(new InvokeCommand({ FunctionName: 'older' }));
    assert.equal(Buffer.from(older.Payload ?? []).toString(), '"\\u00fc"');
  });

  it('takes 6 MB in and 6 MB out, and not more', async () => {
    await runtime.node('big', 'exports.handler = async (e) => e.n ? "x".repeat(e.n) : e.s.length;');
    assert.equal((await runtime.call('big', { s: 'y'.repeat(6_000_000) })).body, 6_000_000);
    assert.equal(((await runtime.call('big', { n: 6_291_000 })).body as string).length, 6_291_000);
    const over = await runtime.call('big', { n: 6_291_600 });
    assert.deepEqual([over.error, over.body], ['Unhandled', { errorType: 'Function.ResponseSizeTooLarge', errorMessage: 'Response payload size exceeded maximum allowed payload size (6291556 bytes).' }]);
    assert.equal(((await runtime.call('big', { n: 5 })).body as string).length, 5);
    await assert.rejects(runtime.call('big', { s: 'y'.repeat(6_400_000) }), { name: 'RequestTooLargeException' });
    const event = new InvokeCommand({ FunctionName: 'big', InvocationType: 'Event', Payload: Buffer.from(JSON.stringify('y'.repeat(1_048_576))) });
    await refused(runtime.lambda.send(event), 'RequestTooLargeException', 413, /^1048578 byte payload is too large for the Event invocation type \(limit 1048576 bytes\)$/);
  });
});
