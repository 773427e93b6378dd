import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import type { HttpResponse, InvokeResult, LaterFacts } from '../../src/core/provider';
import { failingPlaces, type Locate } from '../../src/ui/result/failingPlaces';
import { LaterFactsOf } from '../../src/ui/result/later';
import { type Invocation, toResultModel, type Wait } from '../../src/ui/result/model';
import { partBytes, partFile } from '../../src/ui/result/parts';
import type { ResultLabels } from '../../src/ui/result/words';

const labels: ResultLabels = {
  succeeded: 'Succeeded',
  failed: 'Failed',
  queued: 'Queued',
  answered: 'Answered',
  duration: 'Duration',
  billed: 'Billed',
  memory: 'Memory',
  coldStart: 'Cold start',
  warm: 'warm',
  cost: 'Cost',
  requestId: 'Request',
  version: 'Version',
  httpStatus: 'HTTP',
  payload: 'Payload',
  errorPayload: 'Error',
  body: 'Body',
  noLog: 'no log',
  logCut: 'log cut',
  waiting: 'waiting',
  late: 'late',
  kinds: { empty: 'empty', json: 'JSON', text: 'text', image: 'image', binary: 'bytes' },
  headers: (count) => `Headers (${count})`,
  subtitle: (place, event) => `${place}, ${event}`,
  ofMemory: (used, allowed) => `${used} of ${allowed} MB`,
  perMillion: (cost) => `${cost} per million`,
  cut: (size) => `cut of ${size}`,
  size: (bytes) => `${bytes} B`,
};

const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);
const locate: Locate = ({ file, line, column }) => (file.startsWith('/var/task/') ? { file: file.replace('/var/task', '/home/ada'), line, column } : undefined);

function invocation(result: InvokeResult, mode: Invocation['mode'] = 'sync'): Invocation {
  const ref = { provider: 'memory', scope: 'memory', name: 'hello' };
  return { ref, place: 'Memory', event: '/home/ada/events/order.json', at: new Date(0), mode, result };
}

const show = (result: InvokeResult, mode: Invocation['mode'] = 'sync', wait?: Wait) => toResultModel(invocation(result, mode), labels, locate, wait);
const response = (status: number, body: string, headers: HttpResponse['headers'] = []): HttpResponse => ({ status, headers, body: utf8(body) });
const valueOf = (result: InvokeResult): Record<string, string> => Object.fromEntries(show(result).model.facts.map(({ label, value }) => [label, value]));

describe('toResultModel', () => {
  it('tells what is known and nothing else', () => {
    assert.deepEqual(valueOf({ ok: true, payload: utf8('1') }), {});
    assert.deepEqual(
      valueOf({ ok: true, payload: utf8('1'), status: 200, requestId: 'id', version: '3', durationMs: 1234.5, billedMs: 2, memoryMb: 128, maxMemoryMb: 32, initMs: 110.105, costUsd: 2e-7 }),
      { Duration: '1.23 s', Billed: '2 ms', Memory: '32 of 128 MB', 'Cold start': '110.11 ms', Cost: '≈ $0.0000002', HTTP: '200', Version: '3', Request: 'id' },
    );
  });

  it('says that a start was warm only when the whole call was measured', () => {
    assert.equal(valueOf({ ok: true, payload: utf8('1'), durationMs: 61_000, maxMemoryMb: 64 })['Cold start'], 'warm');
    assert.equal(valueOf({ ok: true, payload: utf8('1'), durationMs: 61_000 })['Cold start'], undefined);
    assert.equal(valueOf({ ok: true, payload: utf8('1'), durationMs: 61_000 })['Duration'], '1 min 1 s');
  });

  it('shows the share of memory and the price of a million calls', () => {
    const facts = show({ ok: true, payload: utf8('1'), memoryMb: 128, maxMemoryMb: 256, costUsd: 0 }).model.facts;
    assert.deepEqual(facts.map(({ share, value }) => [share, value]), [[1, '256 of 128 MB'], [undefined, '$0']]);
  });

  it('shows a failure with the line in the sources', () => {
    const stack = ['  File "/var/lang/lib/runner.py", line 1, in run\n', '  File "/var/task/app.py", line 7, in handler\n    1 / 0\n'];
    const { model, places } = show({ ok: false, error: { type: 'ZeroDivisionError', message: 'division by zero', stack, payload: utf8('{}') }, log: ['[ERROR] no'] });
    assert.deepEqual([model.look, model.status, model.error?.type, model.error?.place?.text], ['failed', 'Failed', 'ZeroDivisionError', 'app.py:7']);
    assert.deepEqual(places[model.error?.place?.index ?? -1], { file: '/home/ada/app.py', line: 7, column: undefined });
    const links = model.stack.flatMap((line) => line.links.map((link) => [line.text.slice(link.start, link.end), places[link.index]?.file]));
    assert.deepEqual(links, [['File "/var/task/app.py", line 7', '/home/ada/app.py']]);
    assert.equal(model.log[0]?.look, 'error');
  });

  it('shows an HTTP response: status, headers, body, and the payload that it came in', () => {
    const payload = utf8('{"statusCode":404,"body":"{\\"a\\":1}"}');
    const { model } = show({ ok: true, payload, status: 200, response: response(404, '{"a":1}', [['content-type', 'text/plain'], ['set-cookie', 'a\u202e']]) });
    assert.deepEqual(model.parts.map(({ name, kind }) => [name, kind]), [['body', 'json'], ['payload', 'json']]);
    assert.deepEqual(model.response, { status: '404 Not Found', look: 'refused', headersTitle: 'Headers (2)', headers: [['content-type', 'text/plain'], ['set-cookie', 'a']] });
    assert.deepEqual([model.look, model.status, model.facts.map(({ value }) => value)], ['warned', 'Answered', ['200']]);
  });

  it('shows what came over HTTP itself once', () => {
    const { model } = show({ ok: true, payload: utf8('hi'), status: 200, response: response(200, 'hi') });
    assert.deepEqual([model.parts.map(({ name }) => name), model.facts, model.look], [['body'], [], 'ok']);
    assert.deepEqual(show({ ok: true, payload: utf8(''), response: response(204, '') }).model.parts.map(({ name, kind }) => [name, kind]), [['body', 'empty']]);
    assert.deepEqual(show({ ok: true, payload: utf8('{}'), response: response(204, '') }).model.parts.map(({ name }) => name), ['payload']);
  });

  it('colours a status by its class', () => {
    const looks = [200, 302, 404, 500, 799].map((status) => show({ ok: true, payload: utf8(''), response: response(status, '') }).model.response);
    assert.deepEqual(looks.map((found) => [found?.status, found?.look]), [['200 OK', 'good'], ['302 Found', 'moved'], ['404 Not Found', 'refused'], ['500 Internal Server Error', 'broken'], ['799', 'broken']]);
  });

  it('says how the log stands that comes later', () => {
    const notes = (['waiting', 'late', { problem: 'No logging.read.' }] as const).map((wait) => show({ ok: true, payload: utf8('1') }, 'sync', wait).model);
    assert.deepEqual(notes.map(({ logNote, waiting }) => [logNote, waiting]), [['waiting', true], ['late', false], ['No logging.read.', false]]);
  });

  it('shows images as they are and large payloads by their beginning', () => {
    const png = Buffer.from('89504e470d0a1a0a00', 'hex');
    assert.match(show({ ok: true, payload: png }).model.parts[0]?.image ?? '', /^data:image\/png;base64,iVBOR/);
    const [part] = show({ ok: true, payload: utf8(`"${'x'.repeat(6_000_000)}"`) }).model.parts;
    assert.ok(part?.cutNote === 'cut of 6000002 B' && part.text.length <= 65_536);
  });

  it('has no payload for an event that was only queued', () => {
    const { model } = show({ ok: true, payload: utf8(''), status: 202 }, 'async');
    assert.deepEqual([model.status, model.parts, model.logNote, model.canOpenLog], ['Queued', [], 'no log', false]);
  });

  it('says when the log is cut', () => {
    const { model } = show({ ok: true, payload: utf8('1'), log: ['START RequestId: 1', 'x'], logCut: true });
    assert.deepEqual([model.logNote, model.log[0]?.look, model.log[1]?.look], ['log cut', 'platform', undefined]);
  });

  it('keeps very many and very long lines bounded', () => {
    const { model } = show({ ok: true, payload: utf8('1'), log: [...Array.from({ length: 5000 }, String), 'x'.repeat(1_000_000)] });
    assert.ok(model.log.length === 2000 && model.log.every(({ text }) => text.length < 8100));
  });

  it('survives JSON and shows no text that hides or disguises other text', () => {
    const hostile = '\u001b]8;;command:x\u0007<img src=x onerror=1>\u202e\u0000';
    const error = { type: hostile, message: hostile, stack: [hostile], payload: utf8(hostile) };
    const { model } = show({ ok: false, error, log: [hostile], requestId: hostile });
    const text = JSON.stringify({ ...model, parts: [] });
    assert.deepEqual(JSON.parse(text), JSON.parse(JSON.stringify({ ...model, parts: [] })));
    assert.doesNotMatch([model.error?.type, model.error?.message, model.stack[0]?.text, model.log[0]?.text].join(''), /[\u0000-\u0008\u001b\u202e]/);
  });

  it('has links only where the text is, whatever is logged', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(fc.string(), fc.constant('at f (/var/task/a.js:1:2)\n\tat /var/task/b.js:3:4'))), (log) => {
        const { model, places } = show({ ok: true, payload: utf8('1'), log });
        for (const { text, links } of model.log) {
          for (const { start, end, index } of links) assert.ok(start < end && end <= text.length && places[index]);
        }
      }),
    );
  });
});

describe('failingPlaces', () => {
  it('takes the place from the message when the stack has none', () => {
    const error = { type: 'SyntaxError', message: 'invalid syntax (app.py, line 3)', stack: [], payload: utf8('') };
    const byName: Locate = ({ file, line }) => ({ file, line });
    assert.deepEqual(failingPlaces(error, byName), [{ file: 'app.py', line: 3 }]);
  });
});

describe('facts that come later', () => {
  const body = utf8('oops');
  const wait = async (result: (later: InvokeResult['later']) => InvokeResult, later: () => Promise<LaterFacts | undefined>): Promise<[InvokeResult, Wait | undefined]> =>
    new Promise((resolve) => assert.ok(new LaterFactsOf(String).start(result(later), (whole, how) => resolve([whole, how]))));

  it('join those that came with the answer, and take nothing away', async () => {
    const [whole, how] = await wait((later) => ({ ok: true, payload: body, durationMs: 5, requestId: 'a', later }), async () => ({ log: ['x'], durationMs: 4.2, requestId: undefined }));
    assert.deepEqual(whole, { ok: true, payload: body, durationMs: 4.2, requestId: 'a', log: ['x'], later: undefined });
    assert.equal(how, undefined);
  });

  it('turn an answer into the failure that the log tells of', async () => {
    const error = { type: 'ValueError', message: 'no', stack: ['  File "/var/task/app.py", line 7, in handler'] };
    const [whole] = await wait((later) => ({ ok: true, payload: body, response: response(500, 'oops'), later }), async () => ({ error }));
    assert.deepEqual(whole.ok ? whole : whole.error, { ...error, payload: body });
    assert.equal(show(whole).model.error?.place?.text, 'app.py:7');
  });

  it('keep what an error said already where the log says nothing', async () => {
    const [whole] = await wait((later) => ({ ok: false, error: { type: 'HTTP 500', message: 'failed', stack: ['a'], payload: body }, later }), async () => ({ error: { type: 'ValueError', message: '', stack: [] } }));
    assert.deepEqual(whole.ok ? whole : whole.error, { type: 'ValueError', message: 'failed', stack: ['a'], payload: body });
  });

  it('are late, or cannot be had', async () => {
    const plain = (later: InvokeResult['later']): InvokeResult => ({ ok: true, payload: body, later });
    assert.equal((await wait(plain, async () => undefined))[1], 'late');
    assert.deepEqual((await wait(plain, () => Promise.reject(new Error('denied'))))[1], { problem: 'Error: denied' });
  });

  it('are given up for a newer result, and never shown over it', async () => {
    const later = new LaterFactsOf(String);
    const aborted: string[] = [];
    const slow = (name: string) => ({ signal }: { signal: AbortSignal }): Promise<LaterFacts> =>
      new Promise((resolve) => signal.addEventListener('abort', () => (aborted.push(name), resolve({ log: [name] }))));
    const arrivals: InvokeResult[] = [];
    later.start({ ok: true, payload: body, later: slow('first') }, (whole) => arrivals.push(whole));
    await new Promise<void>((resolve) => later.start({ ok: true, payload: body, later: async () => ({ log: ['second'] }) }, (whole) => (arrivals.push(whole), resolve())));
    later.start({ ok: true, payload: body, later: slow('third') }, (whole) => arrivals.push(whole));
    assert.deepEqual([later.stop(), later.stop(), later.start({ ok: true, payload: body }, () => assert.fail())], [true, false, false]);
    await new Promise(setImmediate);
    assert.deepEqual([aborted, arrivals.map(({ log }) => log)], [['first', 'third'], [['second']]]);
  });
});

describe('a part of a result', () => {
  const ref = { provider: 'memory', scope: 'memory', name: 'hello' };
  const call: InvokeResult = { ok: true, payload: utf8('{"statusCode":200,"body":"words"}'), log: ['a', 'b'], response: response(200, 'words') };
  it('has its bytes', () => {
    assert.equal(new TextDecoder().decode(partBytes(call, 'body')), 'words');
    assert.equal(new TextDecoder().decode(partBytes(call, 'log')), 'a\nb\n');
    assert.equal(partBytes({ ok: true, payload: utf8('1') }, 'body'), undefined);
  });
  it('has a file name with a fitting ending', () => {
    assert.deepEqual((['payload', 'body', 'log'] as const).map((name) => partFile(ref, call, name)), ['hello-payload.json', 'hello-body.txt', 'hello-log.log']);
    assert.equal(partFile({ ...ref, name: '../x' }, call, 'log'), '.._x-log.log');
  });
});
