import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import * as vscode from 'vscode';
import { commandIds } from '../../src/ui/ids';
import { count, deck, deploy, invoke, inWorkspace, local, options, outputDocument, read, untilShown, until, write } from './world';

interface Sample {
  readonly language: string;
  readonly name: string;
  readonly file: string;
  readonly event: string;
  /** What a healthy call prints. */
  readonly printed: string;
  readonly broken: string;
  /** The line of `broken` that fails, counted from 1. */
  readonly failing: number;
  readonly error: string;
}

const samples: readonly Sample[] = [
  {
    language: 'Node',
    name: 'greet',
    file: 'greet/index.mjs',
    event: 'greet/events/greet.json',
    printed: 'greeting',
    broken: "function fail() {\n  throw new RangeError('broken on purpose');\n}\nexport async function handler() {\n  return fail();\n}\n",
    failing: 2,
    error: 'RangeError: broken on purpose',
  },
  {
    language: 'Python',
    name: 'hello',
    file: 'hello/lambda_function.py',
    event: 'hello/events/hello.json',
    printed: 'greeting',
    broken: 'def lambda_handler(event, context):\n    number = 1\n    return number / 0\n',
    failing: 3,
    error: 'ZeroDivisionError: division by zero',
  },
];

for (const { language, name, file, event, printed, broken, failing, error } of samples) {
  describe(`the loop of a function in ${language}`, () => {
    const ref = local(name);
    const log = `${name} (local)`;
    let original: string;

    const ownDiagnostics = (): vscode.Diagnostic[] =>
      vscode.languages.getDiagnostics(vscode.Uri.file(inWorkspace(file))).filter(({ source }) => source?.startsWith('Function Deck'));

    before(async () => {
      original = await read(inWorkspace(file));
    });
    after(async () => {
      await write(inWorkspace(file), original);
      await vscode.commands.executeCommand(commandIds.stopTail, ref);
      await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    });

    it('is deployed, which has it run from its folder', async () => {
      await deploy(name);
      const found = await (await deck()).functions.describe(ref, options());
      assert.deepEqual([found?.ref.name, found?.state, found?.liveFrom], [name, 'active', inWorkspace(name)]);
    });

    it('has a lens above its saved event', async () => {
      const uri = vscode.Uri.file(inWorkspace(event));
      await vscode.window.showTextDocument(uri);
      const lenses = await vscode.commands.executeCommand<vscode.CodeLens[]>('vscode.executeCodeLensProvider', uri, 10);
      assert.ok(lenses.some(({ command }) => command?.title.includes(`Invoke ${name}`)), JSON.stringify(lenses));
    });

    it('is tailed into a channel of its own', async () => {
      await vscode.commands.executeCommand(commandIds.tail, ref);
      await untilShown(log, `Tailing ${log}`);
      assert.equal(outputDocument(log)?.languageId, 'function-deck-log');
    });

    it('is invoked with its saved event; the result opens, and the log says each line once', async () => {
      await invoke(ref);
      await until('the result', resultTab);
      await untilShown(log, 'REPORT RequestId:');
      await sleep(1_500);
      assert.deepEqual([count(log, printed), count(log, 'START RequestId:'), count(log, 'REPORT RequestId:')], [1, 1, 1]);
    });

    it('runs what is saved, and points at the line where it breaks', async () => {
      await write(inWorkspace(file), broken);
      await invoke(ref);
      const diagnostics = await until('the diagnostic', () => (ownDiagnostics().length > 0 ? ownDiagnostics() : undefined));
      assert.deepEqual(diagnostics.map(({ message, range }) => [message, range.start.line + 1]), [[error, failing]]);
    });

    it('links the stack in the log to the file', async () => {
      await untilShown(log, 'REPORT RequestId:', 2);
      const shown = outputDocument(log);
      assert.ok(shown);
      const links = await vscode.commands.executeCommand<vscode.DocumentLink[]>('vscode.executeLinkProvider', shown.uri);
      const own = links.filter(({ target }) => target?.scheme === 'file').map(({ target }) => [target?.fsPath, target?.fragment.split(',')[0]]);
      assert.ok(own.some(([path, line]) => path === inWorkspace(file) && line === `L${failing}`), JSON.stringify(own));
      assert.deepEqual(own.filter(([path]) => path !== inWorkspace(file)), []);
    });

    it('has no diagnostic any more once it is repaired', async () => {
      await write(inWorkspace(file), original);
      await invoke(ref);
      await until('the diagnostic to go', () => ownDiagnostics().length === 0);
      await untilShown(log, 'REPORT RequestId:', 3);
    });

    it('repeats nothing when the tail is stopped and started again', async () => {
      await vscode.commands.executeCommand(commandIds.stopTail, ref);
      await untilShown(log, 'Stopped tailing.');
      await invoke(ref);
      await vscode.commands.executeCommand(commandIds.tail, ref);
      await untilShown(log, 'REPORT RequestId:', 4);
      await sleep(1_500);
      assert.deepEqual([count(log, printed), count(log, 'START RequestId:'), count(log, 'REPORT RequestId:')], [3, 4, 4]);
    });

    it('is deployed as a package where that is wanted', async () => {
      const settings = vscode.workspace.getConfiguration('functionDeck');
      const facts = async (): Promise<unknown> => {
        await deploy(name);
        const found = await (await deck()).functions.describe(ref, options());
        return [found?.liveFrom, found?.codeBytes !== undefined];
      };
      await settings.update('local.live', false, vscode.ConfigurationTarget.Global);
      assert.deepEqual(await facts(), [undefined, true]);
      await settings.update('local.live', undefined, vscode.ConfigurationTarget.Global);
      assert.deepEqual(await facts(), [inWorkspace(name), false]);
    });

    it('is cleared, and goes on with what is new', async () => {
      await vscode.commands.executeCommand(commandIds.clearLog, ref);
      await until('the channel to be empty', () => count(log, 'REPORT') === 0);
      await invoke(ref);
      await untilShown(log, 'REPORT RequestId:');
      await sleep(1_000);
      assert.deepEqual([count(log, printed), count(log, 'REPORT RequestId:')], [1, 1]);
    });
  });
}

function resultTab(): vscode.Tab | undefined {
  const tabs = vscode.window.tabGroups.all.flatMap((group) => group.tabs);
  return tabs.find(({ input }) => input instanceof vscode.TabInputWebview && input.viewType.includes('functionDeck.result'));
}
