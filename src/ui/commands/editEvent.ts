import * as vscode from 'vscode';
import type { FunctionRef } from '../../core/provider';
import type { Deck } from '../deck';
import { openEvent } from '../invoke/open';
import { chooseInvokeTarget } from '../invoke/target';
import type { Command } from '../run';

type Needs = Pick<Deck, 'service' | 'sources' | 'events' | 'view'>;

/** Opens a saved event: the named one, the only one, else the one that the user picks or makes. */
export function editEvent(deck: Needs): Command {
  return async (arg) => {
    const target = await chooseInvokeTarget(deck, arg);
    if (!target) return;
    const saved = await deck.events.list(target.ref);
    const known = target.event ?? (saved.length === 1 ? saved[0] : undefined);
    const file = known ?? (await pick(deck, target.ref));
    if (!file) return;
    await deck.events.use(target.ref, file);
    await openEvent(file);
  };
}

// What asks is loaded only when there is something to ask.
async function pick(deck: Needs, ref: FunctionRef): Promise<string | undefined> {
  const { pickEvent } = await import('../invoke/pick');
  return (await pickEvent(deck, ref, vscode.l10n.t('Edit an event of {0}', ref.name)))?.file;
}
