import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import * as vscode from 'vscode';
import { commandIds } from '../../src/ui/ids';
import { count, deck, deploy, invoke, local, options, until, untilShown } from './world';

describe('commands that ask', () => {
  const ref = local('hello');
  const log = 'hello (local)';

  before(async () => {
    await deploy('hello');
    await vscode.commands.executeCommand(commandIds.tail, ref);
    await vscode.commands.executeCommand(commandIds.clearLog, ref);
    await invoke(ref);
    await untilShown(log, 'REPORT');
  });
  after(() => vscode.commands.executeCommand('workbench.action.closeAllEditors'));

  it('stop the tail that is chosen', async () => {
    await choosing(0, commandIds.stopTail, undefined, () => count(log, 'Stopped tailing.') > 0);
  });

  it('show the log of the last 15 minutes in place of what is there', async () => {
    await choosing(0, commandIds.showLog, ref, () => count(log, 'This is the log since') > 0);
    assert.equal(count(log, 'Stopped tailing.'), 0);
    assert.ok(count(log, 'REPORT') >= 1);
  });

  it('delete a function only when "Delete" is chosen', async () => {
    await choosing(1, commandIds.deleteFunction, ref, async () => {
      return (await (await deck()).functions.describe(ref, options())) === undefined;
    });
  });
});

/**
 * Runs a command and chooses the row with that number, again until it had its effect: the editor does not tell when a
 * question is on view, and a choice that comes too early does nothing.
 */
async function choosing(row: number, command: string, argument: unknown, isDone: () => boolean | Promise<boolean>): Promise<void> {
  await until(`the effect of ${command}`, async () => {
    void vscode.commands.executeCommand(command, ...(argument === undefined ? [] : [argument]));
    await sleep(300);
    for (let i = 0; i < row; i += 1) await vscode.commands.executeCommand('workbench.action.quickOpenSelectNext');
    await vscode.commands.executeCommand('workbench.action.acceptSelectedQuickOpenItem');
    await sleep(700);
    await vscode.commands.executeCommand('workbench.action.closeQuickOpen');
    return isDone();
  });
}
