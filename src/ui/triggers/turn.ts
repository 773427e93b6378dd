import * as vscode from 'vscode';
import type { Deck } from '../deck';
import { withProgress } from '../progress';
import type { Command } from '../run';
import { requireTrust } from '../tools';
import { toTrigger } from './row';

/** Turns the trigger of a row on or off. */
export function turnTrigger(deck: Pick<Deck, 'service' | 'view'>, isOn: boolean): Command {
  return async (arg) => {
    const row = toTrigger(arg);
    if (!row) return;
    const { ref, trigger } = row;
    const title = isOn ? vscode.l10n.t('Turning on “{0}” of {1}', trigger.label, ref.name) : vscode.l10n.t('Turning off “{0}” of {1}', trigger.label, ref.name);
    try {
      if (isOn) requireTrust();
      await withProgress(title, ({ signal }) => deck.service.changeTriggers(ref, (triggers) => triggers.enable(ref, trigger.id, isOn, { signal })));
    } catch (error) {
      // The box shows what was asked for until the row is drawn again.
      await deck.view.updateTriggers(ref);
      throw error;
    }
  };
}
