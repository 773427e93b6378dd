import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { ServiceChange } from '../../src/core/service';
import { commandIds } from '../../src/ui/ids';
import { deck, inWorkspace, read, until, write } from './world';

const file = 'greet/index.mjs';
const code = `const top = 'loaded';
export async function handler(event) {
  const name = event.name ?? 'you';
  const text = 'Hello, ' + name + top;
  return text;
}
`;

describe('debugging a function', () => {
  let original: string;
  const sessions: vscode.DebugSession[] = [];
  const held: vscode.Disposable[] = [];

  before(async () => {
    await deck();
    original = await read(inWorkspace(file));
    await write(inWorkspace(file), code);
    held.push(vscode.debug.onDidStartDebugSession((session) => sessions.push(session)));
  });
  after(async () => {
    await vscode.debug.stopDebugging();
    vscode.debug.removeBreakpoints(vscode.debug.breakpoints);
    vscode.Disposable.from(...held).dispose();
    await write(inWorkspace(file), original);
  });

  it('stops a Node function at a breakpoint, with its variables', async () => {
    breakAt(file, 4);
    const invoked = nextInvoked();
    await vscode.commands.executeCommand(commandIds.debug, { path: inWorkspace('greet') });
    const frame = await stopped();
    assert.equal(await valueOf(frame, 'top'), "'loaded'");
    await vscode.commands.executeCommand('workbench.action.debug.continue');
    const { result } = await invoked;
    assert.ok(result.ok, JSON.stringify(result));
  });
});

function breakAt(name: string, line: number): void {
  const place = new vscode.Location(vscode.Uri.file(inWorkspace(name)), new vscode.Position(line - 1, 0));
  vscode.debug.addBreakpoints([new vscode.SourceBreakpoint(place)]);
}

function stopped(): Promise<vscode.DebugStackFrame> {
  return until('a breakpoint', () => (vscode.debug.activeStackItem instanceof vscode.DebugStackFrame ? vscode.debug.activeStackItem : undefined));
}

async function valueOf({ session, frameId }: vscode.DebugStackFrame, expression: string): Promise<string> {
  const { result } = (await session.customRequest('evaluate', { expression, frameId, context: 'watch' })) as { result: string };
  return result;
}

type Invoked = ServiceChange & { kind: 'invoked' };

async function nextInvoked(): Promise<Invoked> {
  const { functions } = await deck();
  return new Promise((resolve) => {
    const held = functions.onDidChange((news) => {
      if (news.kind !== 'invoked') return;
      held.dispose();
      resolve(news);
    });
  });
}
