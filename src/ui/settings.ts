import * as vscode from 'vscode';
import { capabilities } from '../../package.json';

const section = 'functionDeck';

/** Settings that name a program, an endpoint or an account: those of scope `machine`. */
const userOnly = new Set(capabilities.untrustedWorkspaces.restrictedConfigurations);

/** A setting below `functionDeck.`. Should a workspace carry one that only the user may set, its value is not read here. */
export function setting<T>(key: string): T | undefined {
  const found = vscode.workspace.getConfiguration(section).inspect<T>(key);
  if (!found) return undefined;
  const fromUser = found.globalValue ?? found.defaultValue;
  if (userOnly.has(`${section}.${key}`) || !vscode.workspace.isTrusted) return fromUser;
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
