import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import * as path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import * as vscode from 'vscode';
import type { FunctionReader, ServiceChange } from '../../src/core/service';
import { commandIds, debugTypes } from '../../src/ui/ids';
import { deck, inWorkspace, invoke, local, read, until, write } from './world';

const run = promisify(execFile);

const javascript = `const top = 'loaded';
export async function handler(event) {
  const names = event.names ?? [];
  const text = top + names.length;
  return text;
}
`;
const typescript = `interface Order { readonly items?: readonly string[] }

export const handler = async (order: Order): Promise<number> => {
  const count: number = order.items?.length ?? 0;
  return count + 1;
};
`;
const python = `import os


def handler(event, context):
    name = event.get("name", "you")
    return {"name": name, "pid": os.getpid()}
`;

describe('debugging a function', () => {
  let original: string;
  let functions: FunctionReader;
  let sessions: vscode.DebugSession[] = [];
  const held: vscode.Disposable[] = [];
  const stops: Promise<Stop>[] = [];

  before(async () => {
    ({ functions } = await deck());
    original = await read(inWorkspace('greet/index.mjs'));
    held.push(vscode.debug.onDidStartDebugSession((session) => sessions.push(session)));
    const createDebugAdapterTracker = (session: vscode.DebugSession): vscode.DebugAdapterTracker => ({
      onDidSendMessage: ({ event, body }: { event?: string; body?: { threadId: number } }) => {
        if (event === 'stopped') stops.push(Stop.read(session, body?.threadId ?? 0));
      },
    });
    held.push(vscode.debug.registerDebugAdapterTrackerFactory('*', { createDebugAdapterTracker }));
    held.push(vscode.debug.onDidTerminateDebugSession((session) => (sessions = sessions.filter((one) => one !== session))));
  });
  afterEach(async () => {
    await endAll();
    vscode.debug.removeBreakpoints(vscode.debug.breakpoints);
  });
  after(async () => {
    vscode.Disposable.from(...held).dispose();
    await write(inWorkspace('greet/index.mjs'), original);
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
  });

  it('stops a Node function at a breakpoint, at every call, until it is stopped', async () => {
    await write(inWorkspace('greet/index.mjs'), javascript);
    breakAt('greet/index.mjs', 4);
    const first = await started('greet');
    const stop = await stopped();
    assert.deepEqual([stop.line, await stop.value('top')], [4, "'loaded'"]);
    assert.deepEqual(await first.resultAfter(stop.resume()), 'loaded2');
    const second = new NextCall(functions);
    void invoke(local('greet'));
    assert.deepEqual(await second.resultAfter((await stopped()).resume()), 'loaded2');
    await editAndSave();
    const third = new NextCall(functions);
    void invoke(local('greet'));
    const moved = await stopped();
    assert.equal(moved.line, 5, 'what was saved runs, and the breakpoint went with its line');
    assert.deepEqual(await third.resultAfter(moved.resume()), 'new2');
    await endAll();
    const fourth = new NextCall(functions);
    assert.deepEqual(await fourth.resultAfter(invoke(local('greet'))), 'new2', 'nothing stops it any more');
  });

  it('stops at a line of TypeScript, for longer than the function may run', async () => {
    await folder('typed', { 'index.ts': typescript, 'events/one.json': '{ "items": ["a"] }' }, { runtime: 'nodejs22.x', handler: 'index.handler', timeout: 3 });
    breakAt('typed/index.ts', 5);
    const call = await started('typed');
    const stop = await stopped();
    assert.deepEqual([stop.line, await stop.value('count')], [5, '1']);
    await sleep(3_200);
    assert.deepEqual(await call.resultAfter(stop.resume()), 2);
  });

  it('stops a Python function at a breakpoint', async function () {
    const debugpy = process.env['FUNCTION_DECK_DEBUGPY'];
    // There is none on this machine, and none to be had.
    if (!debugpy) return this.skip();
    await folder('snake', { 'app.py': python, 'events/one.json': '{ "name": "Ada" }' }, { runtime: 'python3.13', handler: 'app.handler' });
    await run('python3', ['-m', 'venv', '--without-pip', inWorkspace('snake', '.venv')]);
    await writeFile(path.join(await packages(inWorkspace('snake', '.venv')), 'debugpy.pth'), `${debugpy}\n`);
    breakAt('snake/app.py', 6);
    const call = await started('snake');
    const stop = await stopped();
    assert.deepEqual([stop.line, await stop.value('name')], [6, "'Ada'"]);
    const { name } = (await call.resultAfter(stop.resume())) as { name: string };
    assert.equal(name, 'Ada');
  });

  it('takes an event and variables from a configuration, and runs without a debugger too', async () => {
    await folder('said', { 'index.js': 'exports.handler = async (event) => [event, process.env.MOOD ?? null];' }, { runtime: 'nodejs22.x', handler: 'index.handler' });
    const configuration = { type: debugTypes.function, request: 'launch', name: 'said', folder: inWorkspace('said'), event: { n: 1 }, env: { MOOD: 'good' } };
    const [root] = vscode.workspace.workspaceFolders ?? [];
    const debugged = new NextCall(functions);
    assert.deepEqual(await debugged.resultAfter(vscode.debug.startDebugging(root, configuration)), [{ n: 1 }, 'good']);
    await endAll();
    const plain = new NextCall(functions);
    assert.deepEqual(await plain.resultAfter(vscode.debug.startDebugging(root, configuration, { noDebug: true })), [{ n: 1 }, null]);
    await until('the end by itself', () => sessions.length === 0);
  });

  /** Starts to debug the function of a folder with its saved event. */
  async function started(name: string): Promise<NextCall> {
    const call = new NextCall(functions);
    await vscode.commands.executeCommand(commandIds.debug, { path: inWorkspace(name) });
    return call;
  }

  async function stopped(): Promise<Stop> {
    return until('a stop', () => stops.shift());
  }

  async function endAll(): Promise<void> {
    await vscode.debug.stopDebugging();
    await until('the end of all sessions', () => sessions.length === 0);
  }
});

async function folder(name: string, files: Readonly<Record<string, string>>, manifest: object): Promise<void> {
  await mkdir(inWorkspace(name, 'events'), { recursive: true });
  for (const [file, text] of Object.entries(files)) await write(inWorkspace(name, file), text);
  await write(inWorkspace(name, 'deck.json'), JSON.stringify({ name, ...manifest }));
}

async function packages(venv: string): Promise<string> {
  const [version = ''] = await readdir(path.join(venv, 'lib'));
  return path.join(venv, 'lib', version, 'site-packages');
}

/** Moves the code down by a line and changes what is at its top, as somebody would who types. */
async function editAndSave(): Promise<void> {
  const document = await vscode.workspace.openTextDocument(inWorkspace('greet/index.mjs'));
  const edit = new vscode.WorkspaceEdit();
  const start = javascript.indexOf('loaded');
  edit.replace(document.uri, new vscode.Range(document.positionAt(start), document.positionAt(start + 'loaded'.length)), 'new');
  edit.insert(document.uri, new vscode.Position(0, 0), '// moved down\n');
  await vscode.workspace.applyEdit(edit);
  await document.save();
}

function breakAt(name: string, line: number): void {
  const place = new vscode.Location(vscode.Uri.file(inWorkspace(name)), new vscode.Position(line - 1, 0));
  vscode.debug.removeBreakpoints(vscode.debug.breakpoints);
  vscode.debug.addBreakpoints([new vscode.SourceBreakpoint(place)]);
}

/** A stop of a process, as the debugger told the editor. */
class Stop {
  constructor(
    readonly session: vscode.DebugSession,
    readonly threadId: number,
    readonly frameId: number,
    readonly line: number,
  ) {}

  static async read(session: vscode.DebugSession, threadId: number): Promise<Stop> {
    const { stackFrames } = (await session.customRequest('stackTrace', { threadId, levels: 1 })) as { stackFrames: { id: number; line: number }[] };
    return new Stop(session, threadId, stackFrames[0]?.id ?? 0, stackFrames[0]?.line ?? 0);
  }

  async value(expression: string): Promise<string> {
    const { result } = (await this.session.customRequest('evaluate', { expression, frameId: this.frameId, context: 'watch' })) as { result: string };
    return result;
  }

  async resume(): Promise<void> {
    await this.session.customRequest('continue', { threadId: this.threadId });
  }
}

/** The answer of the next call that is made. */
class NextCall {
  readonly #news: Promise<ServiceChange>;

  constructor(functions: FunctionReader) {
    this.#news = new Promise((resolve) => {
      const held = functions.onDidChange((news) => {
        if (news.kind !== 'invoked') return;
        held.dispose();
        resolve(news);
      });
    });
  }

  async resultAfter(work: Thenable<unknown>): Promise<unknown> {
    await work;
    const news = await this.#news;
    assert.ok(news.kind === 'invoked' && news.result.ok, JSON.stringify(news));
    return JSON.parse(Buffer.from(news.result.payload).toString('utf8'));
  }
}
