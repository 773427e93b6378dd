import * as vscode from 'vscode';
import type { Icon } from '../../core/provider';

/** What stands before a provider's name. */
export function providerIcon(icon: Icon = 'server-environment'): vscode.ThemeIcon | { readonly light: vscode.Uri; readonly dark: vscode.Uri } {
  return typeof icon === 'string' ? new vscode.ThemeIcon(icon) : { light: vscode.Uri.file(icon.light), dark: vscode.Uri.file(icon.dark) };
}
