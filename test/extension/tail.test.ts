import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import * as vscode from 'vscode';
import type { ServiceChange } from '../../src/core/service';
import { commandIds } from '../../src/ui/ids';
import { count, deck, deploy, invoke, inWorkspace, local, options, outputLines, read, untilShown, write } from './world';

const file = 'greet/index.mjs';
const code = "let n = 0;\nexport async function handler() {\n  console.log('call', process.pid, (n += 1));\n  return process.ppid;\n}\n";

describe('a tail while the world changes', () => {
  const ref = local('greet');
  const log = 'greet (local)';
  let original: string;

  before(async () => {
    original = await read(inWorkspace(file));
    await write(inWorkspace(file), code);
    await deploy('greet');
    await vscode.commands.executeCommand(commandIds.tail, ref);
    await vscode.commands.executeCommand(commandIds.clearLog, ref);
  });
  after(async () => {
    await write(inWorkspace(file), original);
    await vscode.commands.executeCommand(commandIds.stopTail, ref);
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
  });

  it('goes on after the local runtime was killed', async () => {
    const runtime = await callForParent();
    await untilShown(log, 'REPORT RequestId:');
    process.kill(runtime, 'SIGKILL');
    await sleep(300);
    await invoke(ref);
    await untilShown(log, 'REPORT RequestId:', 2);
    await sleep(1_500);
    assert.deepEqual([count(log, '\tcall '), count(log, 'REPORT RequestId:')], [2, 2], outputLines(log).join('\n'));
    assert.ok(marks().length <= 1, marks().join('\n'));
  });

  it('goes on when the function was deleted elsewhere and is deployed again', async () => {
    const { functions } = await deck();
    await functions.providers.find(({ id }) => id === 'local')?.remove?.(ref, options());
    await sleep(1_500);
    const before = count(log, 'REPORT RequestId:');
    await deploy('greet');
    await invoke(ref);
    await untilShown(log, 'REPORT RequestId:', before + 1);
    await sleep(1_500);
    assert.deepEqual([count(log, '\tcall '), count(log, 'REPORT RequestId:')], [before + 1, before + 1], outputLines(log).join('\n'));
    assert.ok(marks().length <= 2, marks().join('\n'));
  });

  function marks(): readonly string[] {
    return outputLines(log).filter((line) => /^[\d:.]{12} (──|━━) /.test(line) && !line.includes('Tailing'));
  }

  /** The number of the local runtime's process, as the function sees it. */
  async function callForParent(): Promise<number> {
    const { functions } = await deck();
    const change = new Promise<ServiceChange>((resolve) => {
      const held = functions.onDidChange((news) => {
        if (news.kind !== 'invoked') return;
        held.dispose();
        resolve(news);
      });
    });
    await invoke(ref);
    const invoked = await change;
    assert.ok(invoked.kind === 'invoked' && invoked.result.ok);
    return Number(Buffer.from(invoked.result.payload).toString('utf8'));
  }
});
