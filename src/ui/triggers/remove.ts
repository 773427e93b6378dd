import * as vscode from 'vscode';
import type { FunctionRef, Trigger } from '../../core/provider';
import type { Deck } from '../deck';
import { commandIds } from '../ids';
import { withProgress } from '../progress';
import type { Command } from '../run';
import { toTrigger } from './row';

/** Removes the trigger of a row; it can be had back for as long as the message is there. */
export function removeTrigger(deck: Pick<Deck, 'service'>): Command {
  return async (arg) => {
    const row = toTrigger(arg);
    if (!row) return;
    const { ref, trigger } = row;
    const title = vscode.l10n.t('Removing “{0}” from {1}', trigger.label, ref.name);
    await withProgress(title, ({ signal }) => deck.service.changeTriggers(ref, (triggers) => triggers.remove(ref, trigger.id, { signal })));
    void offerUndo(ref, trigger);
  };
}

async function offerUndo(ref: FunctionRef, { label, setting, enabled }: Trigger): Promise<void> {
  const undo = vscode.l10n.t('Undo');
  const text = vscode.l10n.t('“{0}” does not call {1} any more.', label, ref.name);
  if ((await vscode.window.showInformationMessage(text, ...(setting ? [undo] : []))) !== undo || !setting) return;
  // As a command, so that what goes wrong is shown like any other error.
  await vscode.commands.executeCommand(commandIds.addTrigger, { ref, trigger: setting, enabled });
}
