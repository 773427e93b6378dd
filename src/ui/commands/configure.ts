import * as vscode from 'vscode';
import { providerOf } from '../../core/functionNodes';
import type { Deck } from '../deck';
import type { Command } from '../run';
import { isConfigurable } from '../configurable';
import { toNode } from '../treeNodes';

/** Opens the settings that say where a provider looks. */
export function configure(deck: Pick<Deck, 'service'>): Command {
  return async (arg) => {
    const node = toNode(arg);
    const provider = node ? providerOf(node) : await pickProvider(deck);
    if (provider) await vscode.commands.executeCommand('workbench.action.openSettings', `functionDeck.${provider}`);
  };
}

async function pickProvider(deck: Pick<Deck, 'service'>): Promise<string | undefined> {
  const items = deck.service.providers.filter(({ id }) => isConfigurable(id)).map(({ id, label }) => ({ label, id }));
  if (items.length <= 1) return items[0]?.id;
  return (await vscode.window.showQuickPick(items, { placeHolder: vscode.l10n.t('Provider to configure') }))?.id;
}
