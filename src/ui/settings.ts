import * as vscode from 'vscode';

const section = 'functionDeck';

/**
 * A setting below `functionDeck.`. Settings that name a program, an endpoint or a profile are of scope `machine`; should a
 * workspace carry one all the same, in whichever spelling, its value is not read here.
 */
export function setting<T>(key: string): T | undefined {
  const found = vscode.workspace.getConfiguration(section).inspect<T>(key);
  if (!found) return undefined;
  const fromUser = found.globalValue ?? found.defaultValue;
  if (isMachineSetting(key) || !vscode.workspace.isTrusted) return fromUser;
  return found.workspaceFolderValue ?? found.workspaceValue ?? fromUser;
}

export function updateSetting(key: string, value: unknown): Thenable<void> {
  return vscode.workspace.getConfiguration(section).update(key, value, vscode.ConfigurationTarget.Global);
}

/** Fires with the keys that changed among those given. */
export function onSettingsChange(keys: readonly string[], listener: () => void): vscode.Disposable {
  return vscode.workspace.onDidChangeConfiguration((event) => {
    if (keys.some((key) => event.affectsConfiguration(`${section}.${key}`))) listener();
  });
}

function isMachineSetting(key: string): boolean {
  return key.startsWith('aws.') || key.startsWith('local.') || key === 'hiddenProviders';
}
