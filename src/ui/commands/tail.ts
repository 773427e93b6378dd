import * as vscode from 'vscode';
import { chooseFunction } from '../args';
import type { Deck } from '../deck';
import type { Command } from '../run';

/** Starts to tail the log of a function, and shows it. */
export function tail(deck: Pick<Deck, 'service' | 'sources' | 'logs' | 'view'>): Command {
  return async (arg) => {
    const ref = await chooseFunction(deck, arg, 'tail', vscode.l10n.t('Function whose log to tail'));
    if (ref) await deck.logs.tail(ref);
  };
}
