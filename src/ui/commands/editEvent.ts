import * as vscode from 'vscode';
import type { Deck } from '../deck';
import { openEvent } from '../invoke/open';
import { chooseInvokeTarget } from '../invoke/target';
import type { Command } from '../run';

/** Opens a saved event: the named one, the only one, else the one that the user picks or makes. */
export function editEvent(deck: Pick<Deck, 'service' | 'sources' | 'events' | 'view'>): Command {
  return async (arg) => {
    const target = await chooseInvokeTarget(deck, arg);
    if (!target) return;
    const saved = await deck.events.list(target.ref);
    const known = target.event ?? (saved.length === 1 ? saved[0] : undefined);
    const { pickEvent } = await import('../invoke/pick');
    const file = known ?? (await pickEvent(deck, target.ref, vscode.l10n.t('Edit an event of {0}', target.ref.name)))?.file;
    if (!file) return;
    await deck.events.use(target.ref, file);
    await openEvent(file);
  };
}
