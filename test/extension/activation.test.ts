import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { FunctionDeckApi } from '../../src/ui/api';
import { commandIds, viewIds } from '../../src/ui/ids';

const id = 'function-deck.function-deck';

describe('activation', () => {
  let extension: vscode.Extension<FunctionDeckApi>;
  let api: FunctionDeckApi;
  let wasActive: boolean;

  before(async () => {
    const found = vscode.extensions.getExtension<FunctionDeckApi>(id);
    assert.ok(found, 'the extension is installed');
    extension = found;
    wasActive = extension.isActive;
    const start = performance.now();
    api = await extension.activate();
    console.log(`    activated in ${(performance.now() - start).toFixed(1)} ms, VS Code ${vscode.version}, Node ${process.version}`);
  });

  it('waits until the view is opened or a command runs', () => assert.equal(wasActive, false));

  it('returns the documented API', () => {
    assert.equal(api.version, (extension.packageJSON as { version: string }).version);
    assert.equal(typeof api.registerProvider, 'function');
    assert.deepEqual(api.functions.providers.map((provider) => provider.id), ['local', 'aws', 'gcp']);
  });

  it('registers every command that it contributes', async () => {
    const known = new Set(await vscode.commands.getCommands(true));
    assert.deepEqual(Object.values(commandIds).filter((command) => !known.has(command)), []);
  });

  it('shows its views', async () => {
    for (const view of Object.values(viewIds)) await vscode.commands.executeCommand(`${view}.focus`);
  });

  it('takes a provider of another extension, and gives it back', () => {
    const provider = { id: 'other', label: 'Other', templates: [], scopes: async () => [], list: async function* () {} };
    const registration = api.registerProvider(provider);
    assert.ok(api.functions.providers.some((each) => each.id === 'other'));
    assert.throws(() => api.registerProvider(provider), /registered already/);
    registration.dispose();
    assert.ok(!api.functions.providers.some((each) => each.id === 'other'));
  });
});
