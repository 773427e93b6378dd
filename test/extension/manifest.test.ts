import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { commandIds } from '../../src/ui/ids';
import { deck, inWorkspace, options, ownLog, local, read, unanswered, until, write } from './world';

describe('a deck.json with a mistake', () => {
  const folder = inWorkspace('mistaken');
  const file = inWorkspace('mistaken', 'deck.json');
  const uri = vscode.Uri.file(file);

  before(async () => {
    const sample = JSON.parse(await read(inWorkspace('greet', 'deck.json'))) as object;
    await write(inWorkspace('mistaken', 'index.mjs'), 'export const handler = async () => 1;\n');
    await write(file, JSON.stringify({ ...sample, name: 'mistaken', memory: 'lots' }, undefined, 2));
  });
  after(async () => {
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    await vscode.workspace.fs.delete(vscode.Uri.file(folder), { recursive: true });
  });

  it('is underlined by the editor, in our own words', async () => {
    await vscode.window.showTextDocument(uri);
    const [first] = await until('a diagnostic', () => {
      const found = vscode.languages.getDiagnostics(uri);
      return found.length > 0 ? found : undefined;
    });
    assert.match(first?.message ?? '', /"memory"/);
    assert.match((await vscode.workspace.openTextDocument(uri)).lineAt(first?.range.start.line ?? 0).text, /"memory": "lots"/);
  });

  it('has completions', async () => {
    const document = await vscode.workspace.openTextDocument(uri);
    const at = document.positionAt(document.getText().indexOf('"lots"'));
    const list = await vscode.commands.executeCommand<vscode.CompletionList>('vscode.executeCompletionItemProvider', uri, at.translate(-1, -9));
    assert.ok(list.items.length > 0);
  });

  for (const [what, text, words] of [
    ['a wrong value', undefined, /memory/],
    ['text that is no JSON', '{ "name": ', /deck\.json/],
    ['nothing in it', '', /deck\.json/],
  ] as const) {
    it(`is not deployed with ${what}, and one sentence says why`, async () => {
      await vscode.commands.executeCommand('workbench.action.closeAllEditors');
      if (text !== undefined) await write(file, text);
      const before = (await ownLog()).length;
      await unanswered(commandIds.deploy, vscode.Uri.file(folder));
      // The log's document may be a little behind the log.
      const sentence = new RegExp(`${commandIds.deploy}: InputError: .*${words.source}`);
      await until(`${sentence.source} in the log`, async () => sentence.test((await ownLog()).slice(before)));
      assert.equal(await (await deck()).functions.describe(local('mistaken'), options()), undefined);
    });
  }
});
