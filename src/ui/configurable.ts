import * as vscode from 'vscode';

/** Whether the user can change where a provider looks: there are settings below `functionDeck.<provider id>`. */
export function isConfigurable(provider: string): boolean {
  return vscode.workspace.getConfiguration('functionDeck').has(provider);
}
