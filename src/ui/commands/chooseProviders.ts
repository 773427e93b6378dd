import * as vscode from 'vscode';
import type { Deck } from '../deck';
import { providerIcon } from '../functions/providerIcon';
import type { Command } from '../run';
import { setting, updateSetting } from '../settings';

/** Chooses which providers are shown; with a provider's id as argument, shows that one too without asking. */
export function chooseProviders(deck: Pick<Deck, 'service'>): Command {
  return async (arg) => {
    const hidden = setting<string[]>('hiddenProviders') ?? [];
    const ids = deck.service.providers.map(({ id }) => id);
    const shown = typeof arg === 'string' && ids.includes(arg) ? [...ids.filter((id) => !hidden.includes(id)), arg] : await pick(deck, hidden);
    // Providers that are not installed just now keep what was chosen for them.
    if (shown) await updateSetting('hiddenProviders', [...hidden.filter((id) => !ids.includes(id)), ...ids.filter((id) => !shown.includes(id))]);
  };
}

async function pick(deck: Pick<Deck, 'service'>, hidden: readonly string[]): Promise<readonly string[] | undefined> {
  const items = deck.service.providers.map(({ id, label, icon, remote }) => ({
    id,
    label,
    iconPath: providerIcon(icon),
    description: remote ? '' : vscode.l10n.t('on this machine; no account'),
    picked: !hidden.includes(id),
  }));
  const placeHolder = vscode.l10n.t('Providers to show; a hidden one is never asked');
  const picked = await vscode.window.showQuickPick(items, { canPickMany: true, placeHolder });
  return picked?.map(({ id }) => id);
}
