import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { type IncomingMessage, request } from 'node:http';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { CreateEventSourceMappingCommand, PublishVersionCommand, UpdateFunctionCodeCommand } from '@aws-sdk/client-lambda';
import { CreateQueueCommand, GetQueueAttributesCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import type { DebugProcess } from '../../../src/core/provider';
import { DebugAdapter, Inspector } from './debugClients';
import { eventually, isAlive, RunningRuntime, zip } from './harness';

const source = `const top = 'loaded';
exports.handler = async (event) => {
  const answer = { top, pid: process.pid, argv: process.argv.length, given: event.n };
  if (event.exit) process.exit(3);
  return answer;
};
`;
const python = `import logging, os, sys
top = "loaded"
def handler(event, context):
    answer = {"top": top, "pid": os.getpid(), "argv": len(sys.argv), "path": sys.path, "given": event.get("n")}
    logging.warning("logged")
    print("printed")
    return answer
`;

interface Body {
  readonly top: string;
  readonly pid: number;
  readonly argv: number;
  readonly given: number;
}

/** A debug session, as the extension holds one open. */
class Session {
  readonly #lines: AsyncIterator<string>;

  private constructor(readonly answer: IncomingMessage) {
    answer.on('error', () => answer.destroy());
    this.#lines = createInterface({ input: answer })[Symbol.asyncIterator]();
  }

  static async open(runtime: RunningRuntime, name: string, body: object = {}): Promise<Session> {
    const answer = await ask(runtime, 'POST', `${name}/debug`, body);
    assert.equal(answer.statusCode, 200);
    const session = new Session(answer);
    assert.deepEqual(await session.#next(), {}, 'calls go to the debugger from then on');
    return session;
  }

  async process(): Promise<DebugProcess> {
    return (await this.#next()) as DebugProcess;
  }

  close(): void {
    this.answer.destroy();
  }

  async #next(): Promise<unknown> {
    const { value } = (await this.#lines.next()) as { value: string };
    return JSON.parse(value);
  }
}

async function ask({ line }: RunningRuntime, method: string, place: string, body: object): Promise<IncomingMessage> {
  const sent = request(`${line.endpoint}/function-deck/functions/${place}`, { method, headers: { authorization: `Bearer ${line.accessKeyId}` } });
  const [answer] = (await once(sent.end(JSON.stringify(body)), 'response')) as [IncomingMessage];
  return answer;
}

/** A session's next process with a debugger that has a breakpoint, and has let it go on. */
async function stopAt(session: Session, line: number): Promise<Inspector> {
  const { port, folder } = await session.process();
  const inspector = await Inspector.connect(port);
  await inspector.send('Runtime.enable');
  await inspector.send('Debugger.enable');
  await inspector.send('NodeRuntime.notifyWhenWaitingForDisconnect', { enabled: true });
  await inspector.send('Debugger.setBreakpointByUrl', { lineNumber: line - 1, urlRegex: `${path.basename(folder)}/index\\.js` });
  await inspector.send('Runtime.runIfWaitingForDebugger');
  return inspector;
}

async function evaluate(inspector: Inspector, paused: Readonly<Record<string, unknown>>, expression: string): Promise<unknown> {
  const [frame] = paused.callFrames as { callFrameId: string }[];
  const { result } = (await inspector.send('Debugger.evaluateOnCallFrame', { callFrameId: frame?.callFrameId, expression })) as { result: { value: unknown } };
  return result.value;
}

describe('the local runtime while a function is debugged', () => {
  let runtime: RunningRuntime;
  let session: Session;
  before(async () => {
    runtime = await RunningRuntime.start();
    await runtime.node('watched', source, { Timeout: 1 });
  });
  after(() => runtime.stop());
  afterEach(async () => {
    session.close();
    await eventually(async () => (await ask(runtime, 'PUT', 'watched/debug', {})).statusCode === 404, 'the end of the session');
  });

  it('stops at a breakpoint in what is done while the function is loaded, and in a call', async () => {
    session = await Session.open(runtime, 'watched');
    const call = runtime.call('watched', { n: 1 });
    const inspector = await stopAt(session, 1);
    const paused = inspector.event('Debugger.paused');
    await inspector.send('Debugger.setBreakpointByUrl', { lineNumber: 4, urlRegex: 'index\\.js' });
    assert.equal(await evaluate(inspector, await paused, 'typeof exports.handler'), 'undefined');
    const again = inspector.event('Debugger.paused');
    await inspector.send('Debugger.resume');
    assert.equal(await evaluate(inspector, await again, 'answer.given'), 1);
    await inspector.send('Debugger.resume');
    const { body, log } = await call;
    assert.deepEqual([(body as Body).top, (body as Body).argv], ['loaded', 2]);
    assert.doesNotMatch(log, /[Dd]ebugger/);
    inspector.close();
  });

  it('keeps the messages of a queue for the call that the debugger holds, one batch at a time', async () => {
    const { accessKeyId, endpoint, secretAccessKey } = runtime.line;
    const sqs = new SQSClient({ endpoint, region: 'eu-west-1', credentials: { accessKeyId, secretAccessKey }, maxAttempts: 1 });
    const create = async (QueueName: string, Attributes?: Record<string, string>) => (await sqs.send(new CreateQueueCommand({ QueueName, Attributes }))).QueueUrl;
    const counts = async (QueueUrl?: string) => {
      const { Attributes } = await sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['All'] }));
      return [Attributes?.ApproximateNumberOfMessagesNotVisible, Attributes?.ApproximateNumberOfMessages].map(Number);
    };
    const arn = (name: string) => `arn:aws:sqs:eu-west-1:000000000000:${name}`;
    await runtime.node('fed', 'exports.handler = async ({ Records }) => console.log("got", Records[0].body);', { Timeout: 1 });
    const dead = await create('dead');
    const url = await create('feed', { VisibilityTimeout: '1', RedrivePolicy: JSON.stringify({ deadLetterTargetArn: arn('dead'), maxReceiveCount: 1 }) });
    await runtime.lambda.send(new CreateEventSourceMappingCommand({ FunctionName: 'fed', EventSourceArn: arn('feed'), BatchSize: 1 }));
    session = await Session.open(runtime, 'fed');
    for (const MessageBody of ['one', 'two']) await sqs.send(new SendMessageCommand({ QueueUrl: url, MessageBody }));
    const { port } = await session.process();
    /** Until when messages that were received are hidden. */
    const hidden = () => Math.max(...readdirSync(path.join(runtime.data, 'queues', 'q-feed', 'messages')).filter((name) => !name.includes('~0~0~')).map((name) => Number(/~(\d+)\.json$/.exec(name)?.[1])));
    const first = hidden();
    await eventually(() => hidden() > first + 1000, 'its time is over and it is still hidden');
    assert.deepEqual([await counts(url), await counts(dead)], [[1, 1], [0, 0]]);
    const inspector = await Inspector.connect(port);
    await inspector.send('Runtime.runIfWaitingForDebugger');
    await eventually(async () => (await counts(url)).join() === '0,0', 'both are done with');
    const got = (await runtime.events('fed')).flatMap(({ message }) => /got \w+/.exec(message ?? '')?.[0] ?? []);
    assert.deepEqual([got, await counts(dead)], [['got one', 'got two'], [0, 0]]);
    inspector.close();
    sqs.destroy();
  });

  it('lets no time pass for the function while the debugger holds it', async () => {
    session = await Session.open(runtime, 'watched');
    const started = performance.now();
    const call = runtime.call('watched');
    const inspector = await stopAt(session, 5);
    await inspector.event('Debugger.paused');
    await ask(runtime, 'PUT', 'watched/debug', { held: true });
    const held = performance.now();
    await sleep(1200);
    const heldMs = performance.now() - held;
    await ask(runtime, 'PUT', 'watched/debug', { held: false });
    await inspector.send('Debugger.resume');
    const { error, log } = await call;
    assert.equal(error, undefined);
    const reportedMs = Number(/\tDuration: ([\d.]+) ms/.exec(log)?.[1]);
    assert.ok(reportedMs <= performance.now() - started - heldMs, `${reportedMs} ms are reported, with the time in which it was held`);
    const late = runtime.call('watched');
    await inspector.event('Debugger.paused');
    assert.match((await late).text, /Task timed out after 1\.00 seconds/, 'the clock goes when nobody holds it');
    inspector.close();
  });

  it('runs one call after the other, in the same process', async () => {
    session = await Session.open(runtime, 'watched');
    const order: number[] = [];
    const call = async (n: number): Promise<number> => {
      const { body } = await runtime.call('watched', { n });
      order.push(n);
      return (body as Body).pid;
    };
    const first = call(1);
    const inspector = await stopAt(session, 5);
    await inspector.event('Debugger.paused');
    await ask(runtime, 'PUT', 'watched/debug', { held: true });
    const second = call(2);
    await runtime.node('other', source);
    await runtime.call('other');
    assert.deepEqual(order, []);
    const again = inspector.event('Debugger.paused');
    await inspector.send('Debugger.resume');
    assert.equal(await evaluate(inspector, await again, 'answer.given'), 2);
    assert.deepEqual(order, [1]);
    await ask(runtime, 'PUT', 'watched/debug', { held: false });
    await inspector.send('Debugger.resume');
    assert.equal(await first, await second);
    inspector.close();
  });

  it('tells of a new process after the function ended its own, and after its code was changed', async () => {
    session = await Session.open(runtime, 'watched', { env: { EXTRA: 'seen' } });
    const died = runtime.call('watched', { exit: true });
    const first = await stopAt(session, 99);
    await first.event('NodeRuntime.waitingForDisconnect');
    first.close();
    assert.match((await died).text, /Runtime\.ExitError/);
    const answered = runtime.call('watched');
    const second = await stopAt(session, 99);
    const { pid } = (await answered).body as Body;
    second.close();
    const ZipFile = zip({ 'index.js': 'exports.handler = async () => process.env.EXTRA;' });
    await runtime.lambda.send(new UpdateFunctionCodeCommand({ FunctionName: 'watched', ZipFile }));
    const changed = runtime.call('watched');
    const third = await stopAt(session, 99);
    assert.equal((await changed).body, 'seen');
    assert.equal(isAlive(pid), false, 'the process of the old code');
    third.close();
    await runtime.lambda.send(new UpdateFunctionCodeCommand({ FunctionName: 'watched', ZipFile: zip({ 'index.js': source }) }));
  });

  it('has the debugger show what the function logs and how it fails, each once', async () => {
    await runtime.node('chatty', 'exports.handler = async () => { console.table([[1]]); console.warn("two"); throw new Error("three"); };');
    session = await Session.open(runtime, 'watched');
    const own = await Session.open(runtime, 'chatty');
    const call = runtime.call('chatty');
    const inspector = await Inspector.connect((await own.process()).port);
    const shown = inspector.all('Runtime.consoleAPICalled');
    await inspector.send('Runtime.enable');
    await inspector.send('Runtime.runIfWaitingForDebugger');
    assert.match((await call).log, /\(index\)[^]*\tWARN\ttwo\n[^]*three/, 'the log has it as ever');
    const isError = ({ type }: Readonly<Record<string, unknown>>): boolean => type === 'error';
    await eventually(() => shown.some(isError), 'the failure');
    assert.deepEqual(shown.map(({ type }) => type), ['table', 'warning', 'error']);
    assert.match(JSON.stringify(shown.find(isError)), /Error: three/);
    inspector.close();
    own.close();
  });

  it('has the debugger stop where an error is thrown that the function does not catch', async () => {
    await runtime.node('failing', `const fail = async (text) => { await null; throw new Error(text); };
exports.handler = async ({ text }) => {
  if (text === 'early') throw new Error(text);
  await fail('caught').catch(() => 0);
  await fail(text);
};`);
    session = await Session.open(runtime, 'watched');
    const own = await Session.open(runtime, 'failing');
    const early = runtime.call('failing', { text: 'early' });
    const inspector = await Inspector.connect((await own.process()).port);
    await inspector.send('Debugger.enable');
    await inspector.send('Debugger.setPauseOnExceptions', { state: 'uncaught' });
    const first = inspector.event('Debugger.paused');
    await inspector.send('Runtime.runIfWaitingForDebugger');
    const texts = [await evaluate(inspector, await first, 'text')];
    const second = inspector.event('Debugger.paused');
    await inspector.send('Debugger.resume');
    const errors = [(await early).text];
    const late = runtime.call('failing', { text: 'late' });
    texts.push(await evaluate(inspector, await second, 'text'));
    await inspector.send('Debugger.resume');
    errors.push((await late).text);
    assert.deepEqual(texts, ['early', 'late']);
    for (const [i, error] of errors.entries()) assert.match(error, new RegExp(`"errorType":"Error","errorMessage":"${texts[i]}"`));
    inspector.close();
    own.close();
  });

  it('ends the process with the session, and runs calls as ever again', async () => {
    session = await Session.open(runtime, 'watched');
    const waiting = runtime.call('watched', { n: 1 });
    const { pid } = await session.process();
    const next = runtime.call('watched', { n: 2 });
    session.close();
    assert.match((await waiting).text, /Runtime\.ExitError/);
    assert.equal(isAlive(pid), false);
    assert.equal(((await next).body as Body).given, 2);
  });

  it('leaves published versions alone', async () => {
    const { Version } = await runtime.lambda.send(new PublishVersionCommand({ FunctionName: 'watched' }));
    session = await Session.open(runtime, 'watched');
    assert.equal(((await runtime.call(`watched:${Version}`, { n: 7 })).body as Body).given, 7);
  });

  it('refuses a second session, and what has no debugger', async () => {
    session = await Session.open(runtime, 'watched');
    await runtime.create('own', { bootstrap: '#!/bin/sh\n' }, { Runtime: 'provided.al2023', Handler: 'x' });
    const statuses = [];
    for (const name of ['watched', 'own', 'nobody']) statuses.push((await ask(runtime, 'POST', `${name}/debug`, {})).statusCode);
    assert.deepEqual(statuses, [409, 422, 404]);
  });

  it('stops a Python function at a breakpoint', async function () {
    const { findDebugpy } = await import('../../host/debugpy.mjs');
    const debugpy = await findDebugpy();
    session = await Session.open(runtime, 'watched');
    // There is none on this machine, and none to be had.
    if (!debugpy) return this.skip();
    await runtime.python('snake', python);
    const own = await Session.open(runtime, 'snake', { debugpy });
    const call = runtime.call('snake', { n: 5 });
    const { port, folder, language } = await own.process();
    const adapter = await DebugAdapter.connect(port);
    await adapter.send('initialize', { adapterID: 'test', pathFormat: 'path' });
    const outputs = adapter.all('output');
    const [ready, paused] = [adapter.event('initialized'), adapter.event('stopped')];
    const attached = adapter.send('attach', { justMyCode: true, redirectOutput: true });
    await ready;
    await adapter.send('setBreakpoints', { source: { path: path.join(folder, 'app.py') }, breakpoints: [{ line: 5 }] });
    await adapter.send('configurationDone');
    await attached;
    const { threadId } = await paused;
    const { stackFrames } = (await adapter.send('stackTrace', { threadId })) as { stackFrames: { id: number; line: number }[] };
    const { result } = await adapter.send('evaluate', { expression: 'answer["given"]', frameId: stackFrames[0]?.id });
    await adapter.send('continue', { threadId });
    const { body } = await call;
    const text = (): string => outputs.map(({ output }) => output).join('');
    await eventually(() => ['WARNING', 'logged', 'printed'].every((one) => text().includes(one)), 'what it logged and printed');
    adapter.close();
    own.close();
    assert.deepEqual([language, stackFrames[0]?.line, result], ['python', 5, '5']);
    const { top, argv, path: folders } = body as Body & { readonly path: readonly string[] };
    assert.deepEqual([top, argv, folders.includes(debugpy)], ['loaded', 1, false]);
  });
});
