import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import * as vscode from 'vscode';
import type { FunctionProvider, FunctionRef, FunctionSettings, FunctionVersion, LogEvent } from '../../src/core/provider';
import { commandIds, viewIds } from '../../src/ui/ids';
import { MemoryProvider } from '../fakes/memory';
import { zip } from '../fakes/zip';
import { count, deck, inWorkspace, options, ownLog, tailed, unanswered, until, untilShown, write } from './world';

const ref = { provider: 'memory', scope: 'here', name: 'shop' };
const report = (): void => undefined;

/** A provider whose functions have two versions. */
class VersionedProvider extends MemoryProvider {
  shares: Readonly<Record<string, number>> = { 'shop-2': 100 };

  readonly versions = {
    list: (): AsyncIterable<readonly FunctionVersion[]> => this.#list(),
    route: async (_ref: FunctionRef, shares: Readonly<Record<string, number>>): Promise<void> => {
      this.shares = shares;
    },
  };

  async *#list(): AsyncGenerator<readonly FunctionVersion[]> {
    yield ['shop-2', 'shop-1'].map((version) => ({ version, share: this.shares[version] ?? 0 }));
  }
}

describe('commands for what is deployed', () => {
  const memory = new VersionedProvider();
  let registration: { dispose(): void };

  before(async () => {
    registration = (await deck()).registerProvider(memory);
    await memory.deploy({ ref, settings: { memoryMb: 128, environment: { LOG_LEVEL: 'info' } }, package: zip({ 'index.mjs': 'export const handler = 1;\n', 'lib/a.txt': 'a' }) }, { ...options(), report });
  });
  after(async () => {
    registration.dispose();
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
  });

  const settings = async (): Promise<FunctionSettings | undefined> => memory.config.read(ref, options());

  it('send all calls to an older version, when the user picks it and says yes', async () => {
    await picking([1, 0, 0], commandIds.versions, ref, () => memory.shares['shop-1'] === 100);
    assert.deepEqual(memory.shares, { 'shop-1': 100 });
  });

  it('take that back, as the button in the message does', async () => {
    await unanswered(commandIds.versions, { ref, shares: { 'shop-2': 100 } });
    assert.deepEqual(memory.shares, { 'shop-2': 100 });
  });

  it('share calls in percent', async () => {
    await picking([1, 1, 0, 0], commandIds.versions, ref, () => memory.shares['shop-1'] === 10);
    assert.deepEqual(memory.shares, { 'shop-1': 10, 'shop-2': 90 });
  });

  it('remove a variable, and leave all else as it is', async () => {
    await picking([1, 1, 1, 0], commandIds.changeSettings, ref, async () => Object.keys((await settings())?.environment ?? { none: '' }).length === 0);
    assert.equal((await settings())?.memoryMb, 128);
  });

  it('take a change back only while nobody else made one', async () => {
    await unanswered(commandIds.changeSettings, { ref, change: { memoryMb: 256 }, revision: 'old' });
    assert.equal((await settings())?.memoryMb, 128);
    const { revision } = (await memory.config.read(ref, options())) ?? {};
    await unanswered(commandIds.changeSettings, { ref, change: { memoryMb: 256 }, revision });
    assert.equal((await settings())?.memoryMb, 256);
  });

  it('change nothing when nobody answers', async () => {
    const before = [await settings(), memory.shares];
    for (const id of [commandIds.versions, commandIds.changeSettings, commandIds.downloadCode]) await unanswered(id, ref);
    assert.deepEqual([await settings(), memory.shares], before);
  });

  it('download code into a new folder', async () => {
    const folder = inWorkspace('shop-code');
    const exists = (file: string): Thenable<boolean> => vscode.workspace.fs.stat(vscode.Uri.file(file)).then(() => true, () => false);
    await picking([0], commandIds.downloadCode, ref, () => exists(`${folder}/lib/a.txt`));
    assert.equal(await exists(`${folder}/index.mjs`), true);
    await vscode.workspace.fs.delete(vscode.Uri.file(folder), { recursive: true });
  });

});

describe('a function that cannot do what its provider can', () => {
  const old = { provider: 'old', scope: 'here', name: 'old' };
  const hint = 'old is of the first generation; deploy it again to tail it.';
  let tails = 0;
  let registration: { dispose(): void };

  before(async () => {
    const provider = tailed('Old', old, async function* () {
      tails += 1;
      yield [];
    });
    const list: FunctionProvider['list'] = async function* () {
      yield { functions: [{ ref: old, cannot: ['tail'], hint }] };
    };
    registration = (await deck()).registerProvider({ ...provider, list });
    await vscode.commands.executeCommand(`${viewIds.functions}.focus`);
  });
  after(() => registration.dispose());

  it('says why, and what to do about it', async () => {
    await until('the hint', async () => {
      await unanswered(commandIds.tail, old);
      return (await ownLog()).includes(hint);
    });
    const before = tails;
    await unanswered(commandIds.tail, old);
    assert.equal(tails, before);
  });
});

describe('what becomes known of a call after its answer', () => {
  const slow = { provider: 'slow', scope: 'here', name: 'slow' };
  const event = inWorkspace('slow', 'events', 'a.json');
  const main = vscode.Uri.file(inWorkspace('slow', 'main.py'));
  const frame = '  File "/workspace/main.py", line 2, in handler';
  const waits: AbortSignal[] = [];
  let registration: { dispose(): void };

  const invokeSlow: FunctionProvider['invoke'] = async () => ({
    ok: true,
    payload: Buffer.from('Internal Server Error'),
    response: { status: 500, headers: [], body: Buffer.from('Internal Server Error') },
    later: async ({ signal }) => {
      waits.push(signal);
      if (waits.length === 1) return { log: ['boom'], error: { type: 'ValueError', message: 'no', stack: [frame] } };
      return new Promise((resolve) => signal.addEventListener('abort', () => resolve({ log: ['late'] }), { once: true }));
    },
  });
  const call = (): Promise<void> => unanswered(commandIds.invoke, { ref: slow, event });

  before(async () => {
    await write(main.fsPath, 'def handler(request):\n    raise ValueError("no")\n');
    await write(event, '{}');
    await write(inWorkspace('slow', 'deck.json'), JSON.stringify({ name: 'slow', targets: { slow: { provider: 'slow', scope: 'here' } } }));
    const list: FunctionProvider['list'] = async function* () {
      yield { functions: [{ ref: slow, takes: 'http' }] };
    };
    registration = (await deck()).registerProvider({ ...tailed('Slow', slow, undefined), list, invoke: invokeSlow });
    // The editor tells of new files only a while later.
    await vscode.commands.executeCommand(commandIds.refresh);
  });
  after(async () => {
    registration.dispose();
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    await vscode.workspace.fs.delete(vscode.Uri.file(inWorkspace('slow')), { recursive: true });
  });

  it('marks the line where it failed', async () => {
    await call();
    const [problem] = await until('the problem', () => {
      const found = vscode.languages.getDiagnostics(main);
      return found.length > 0 && found;
    });
    assert.deepEqual([problem?.message, problem?.range.start.line], ['ValueError: no', 1]);
  });

  it('comes to an event whose members are proposed as its function takes them', async () => {
    const uri = vscode.Uri.file(event);
    const members = await until('the proposals', async () => {
      const { items } = await vscode.commands.executeCommand<vscode.CompletionList>('vscode.executeCompletionItemProvider', uri, new vscode.Position(0, 1));
      const labels = items.map(({ label }) => label);
      return labels.includes('"method"') && labels;
    });
    assert.deepEqual(['"path"', '"query"', '"headers"', '"body"'].filter((name) => !members.includes(name)), []);
  });

  it('is not waited for any more once there is a newer call, or nobody looks', async () => {
    await call();
    await call();
    await until('both waits', () => waits.length === 3);
    assert.deepEqual(waits.map(({ aborted }) => aborted), [false, true, false]);
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    await until('the end of the last wait', () => waits[2]?.aborted);
  });
});

describe('the lines of a log', () => {
  const own = { provider: 'lines', scope: 'here', name: 'lines' };
  const log = 'lines (here)';
  const at = new Date();
  const all: readonly LogEvent[] = [
    { id: '1', at, message: 'START of it', origin: 'platform' },
    { id: '2', at, message: 'GET / 200', origin: 'request' },
    { id: '3', at, message: 'a line of its own' },
  ];
  let registration: { dispose(): void };
  const show = (value: unknown): Thenable<void> => vscode.workspace.getConfiguration('functionDeck').update('log.show', value, vscode.ConfigurationTarget.Global);

  before(async () => {
    const tail: FunctionProvider['tail'] = async function* (_ref, _since, { signal }) {
      yield all;
      await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
    };
    registration = (await deck()).registerProvider(tailed('Lines', own, tail));
    await vscode.commands.executeCommand(commandIds.tail, own);
    await untilShown(log, 'a line of its own');
  });
  after(async () => {
    await show(undefined);
    await vscode.commands.executeCommand(commandIds.stopTail, own);
    registration.dispose();
  });

  it('are all shown at first', () => assert.deepEqual([count(log, 'START'), count(log, 'GET /')], [1, 1]));

  it('go when they are hidden, and come back once when they are shown again', async () => {
    await show(['function']);
    await until('hidden lines', () => count(log, 'START') === 0 && count(log, 'a line of its own') === 1);
    assert.equal(count(log, 'GET /'), 0);
    await show(['function', 'request', 'platform']);
    await until('all lines', () => count(log, 'START') === 1 && count(log, 'GET /') === 1 && count(log, 'a line of its own') === 1);
    assert.equal(count(log, 'Tailing lines'), 1);
  });
});

/**
 * Runs a command and chooses a row in each of its questions, or takes what an input box proposes; again until it had its
 * effect, since the editor does not tell when a question is on view.
 */
async function picking(rows: readonly number[], command: string, argument: unknown, isDone: () => boolean | Promise<boolean> | Thenable<boolean>): Promise<void> {
  await until(`the effect of ${command}`, async () => {
    void vscode.commands.executeCommand(command, argument);
    for (const row of rows) {
      await sleep(400);
      for (let i = 0; i < row; i += 1) await vscode.commands.executeCommand('workbench.action.quickOpenSelectNext');
      await vscode.commands.executeCommand('workbench.action.acceptSelectedQuickOpenItem');
    }
    await sleep(500);
    await vscode.commands.executeCommand('workbench.action.closeQuickOpen');
    return await isDone();
  });
}
