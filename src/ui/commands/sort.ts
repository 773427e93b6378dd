import * as vscode from 'vscode';
import type { Order } from '../../core/tree/functionOrder';
import type { Deck } from '../deck';
import type { Command } from '../run';

/** Chooses the order of the functions; remembered. */
export function sort(deck: Pick<Deck, 'view'>): Command {
  return async () => {
    const choices: readonly { readonly label: string; readonly order: Order }[] = [
      { label: vscode.l10n.t('By name'), order: 'name' },
      { label: vscode.l10n.t('By last change, newest first'), order: 'changed' },
      { label: vscode.l10n.t('By runtime'), order: 'runtime' },
    ];
    const items = choices.map((choice) => ({ ...choice, description: choice.order === deck.view.order ? vscode.l10n.t('now') : '' }));
    const picked = await vscode.window.showQuickPick(items, { placeHolder: vscode.l10n.t('Sort functions') });
    if (picked) await deck.view.setOrder(picked.order);
  };
}
