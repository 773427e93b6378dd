import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { commandIds } from '../../src/ui/ids';
import { count, deploy, invoke, inWorkspace, local, outputDocument, outputLines, read, until, untilShown, write } from './world';

const lines = 100_000;
const code = `export async function handler() {
  for (let i = 0; i < ${lines}; i += 1) process.stdout.write('line ' + i + ' of many\\n');
}
`;

describe('a function on this machine that prints 100,000 lines', () => {
  const ref = local('greet');
  const log = 'greet (local)';
  let original: string;

  before(async () => {
    original = await read(inWorkspace('greet', 'index.mjs'));
    await write(inWorkspace('greet', 'index.mjs'), code);
    await deploy('greet');
    await vscode.commands.executeCommand(commandIds.tail, ref);
    await untilShown(log, 'Tailing');
  });
  after(async () => {
    await vscode.commands.executeCommand(commandIds.stopTail, ref);
    await vscode.commands.executeCommand(commandIds.clearLog, ref);
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    await write(inWorkspace('greet', 'index.mjs'), original);
  });

  it('has each in its channel once', async function () {
    this.timeout(120_000);
    const before = outputDocument(log)?.lineCount ?? 0;
    await invoke(ref);
    await until('most of the log', () => (outputDocument(log)?.lineCount ?? 0) > before + lines, 90_000);
    await until('the end of the log', () => count(log, 'REPORT RequestId:') > 0);
    const counts = new Uint32Array(lines);
    for (const line of outputLines(log)) {
      const number = /^[\d:.]{12} {7}line (\d+) of many$/.exec(line)?.[1];
      if (number !== undefined) counts[Number(number)] = (counts[Number(number)] ?? 0) + 1;
    }
    assert.deepEqual([counts.findIndex((times) => times === 0), counts.findIndex((times) => times > 1)], [-1, -1]);
  });
});
