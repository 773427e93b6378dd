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
    // These settings belong to the machine that runs the extension; in a remote window that is not the user's own.
    const command = vscode.env.remoteName ? 'workbench.action.openRemoteSettings' : 'workbench.action.openSettings';
    if (provider) await vscode.commands.executeCommand(command, { query: `functionDeck.${provider}` });
  };
}

async function pickProvider(deck: Pick<Deck, 'service'>): Promise<string | undefined> {
  const items = deck.service.providers.filter(({ id }) => isConfigurable(id)).map(({ id, label }) => ({ label, id }));
  if (items.length <= 1) return items[0]?.id;
  return (await vscode.window.showQuickPick(items, { placeHolder: vscode.l10n.t('Provider to configure') }))?.id;
}
