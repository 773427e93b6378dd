import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { commandIds } from '../../src/ui/ids';
import { MemoryProvider } from '../fakes/memory';
import { deck, inWorkspace, options, unanswered } from './world';

/** Commands whose work does not depend on what they are called with, and which change only what is on view. */
const harmless = new Set<string>([commandIds.refresh, commandIds.showOutput, commandIds.clearFilter]);

function hostile(): readonly unknown[] {
  const endless: Record<string, unknown> = {};
  endless['ref'] = endless;
  const deep = Array.from({ length: 50_000 }).reduce<object>((inner) => ({ ref: inner }), {});
  const pollution = JSON.parse('{"__proto__": {"polluted": true}, "provider": "memory", "scope": "here", "name": "__proto__"}') as unknown;
  const trap = {
    get ref(): never {
      throw new Error('a trap');
    },
  };
  return [
    ...[null, 42, -0, true, '', 'hello', '../../etc/passwd', Symbol.iterator.toString(), [], [[]], {}, () => 'x', new Date(), /x/],
    ...[endless, deep, pollution, trap, { length: 1e9 }, 'x'.repeat(10_000_000)],
    ...[{ provider: 'memory' }, { provider: {}, scope: [], name: 1 }, { provider: 'constructor', scope: '', name: 'toString' }],
    ...[{ provider: 'memory', scope: '../../..', name: '../../../../evil' }, { provider: 'memory', scope: 'here', name: '\0\u202e\n' }],
    ...[{ path: '/nowhere/at/all' }, { path: 'relative' }, { source: { path: 7 } }, { event: '/etc/passwd' }, { event: 'x' }],
    ...[vscode.Uri.file('/nowhere/at/all'), vscode.Uri.parse('https://example.invalid/x'), vscode.Uri.parse('command:workbench.action.quit')],
  ];
}

describe('commands called with what they do not expect', () => {
  const memory = new MemoryProvider();
  const failures: unknown[] = [];
  const note = (reason: unknown): number => failures.push(reason);
  let registration: { dispose(): void };
  let found: readonly string[];

  before(async () => {
    registration = (await deck()).registerProvider(memory);
    process.on('unhandledRejection', note);
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    found = await files();
  });
  after(async () => {
    process.off('unhandledRejection', note);
    // A function that is not there may be tailed: it may come.
    for (const argument of hostile()) if (isRef(argument)) await vscode.commands.executeCommand(commandIds.stopTail, argument);
    registration.dispose();
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
  });

  for (const command of Object.values(commandIds).filter((id) => !harmless.has(id))) {
    it(`${command} does nothing`, async () => {
      await Promise.all(hostile().map((argument) => unanswered(command, argument)));
    });
  }

  it('left everything as it was', async () => {
    assert.deepEqual(failures, []);
    assert.equal(memory.invocations, 0);
    assert.equal(({} as { polluted?: boolean }).polluted, undefined);
    assert.deepEqual(await files(), found);
    for await (const page of memory.list({ id: 'here', label: 'Here' }, options())) assert.deepEqual(page.functions, []);
  });
});

function isRef(argument: unknown): boolean {
  return typeof argument === 'object' && argument !== null && 'provider' in argument && 'name' in argument && typeof argument.name === 'string';
}

async function files(): Promise<readonly string[]> {
  const uris = await vscode.workspace.findFiles(new vscode.RelativePattern(inWorkspace(), '**/*'), null);
  const stats = uris.map(async (uri) => `${uri.fsPath} ${(await vscode.workspace.fs.stat(uri)).mtime}`);
  return (await Promise.all(stats)).sort();
}
