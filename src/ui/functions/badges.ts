import * as vscode from 'vscode';
import { type CloudFunction, refKey } from '../../core/provider';

const scheme = 'function-deck';

/** The address under which a function's state shows as a badge; `undefined` while all is well. */
export function badgeUri({ ref, state }: CloudFunction): vscode.Uri | undefined {
  if (!state || state === 'active') return undefined;
  return vscode.Uri.from({ scheme, path: `/${refKey(ref)}`, query: state });
}

/** Shows badges; the state is in the address, so there is nothing to keep up to date. */
export function registerBadges(): vscode.Disposable {
  return vscode.window.registerFileDecorationProvider({
    provideFileDecoration: (uri) => (uri.scheme === scheme ? decoration(uri.query) : undefined),
  });
}

function decoration(state: string): vscode.FileDecoration | undefined {
  switch (state) {
    case 'pending':
      return new vscode.FileDecoration('…', vscode.l10n.t('Pending'), new vscode.ThemeColor('list.deemphasizedForeground'));
    case 'failed':
      return new vscode.FileDecoration('!', vscode.l10n.t('Failed'), new vscode.ThemeColor('list.errorForeground'));
    case 'inactive':
      return new vscode.FileDecoration('○', vscode.l10n.t('Inactive'), new vscode.ThemeColor('list.deemphasizedForeground'));
    default:
      return undefined;
  }
}
