import * as vscode from 'vscode';
import { openEvent } from '../invoke/open';
import { chooseInvokeTarget } from '../invoke/target';
import type { Command } from '../run';
import { sendEvent, type SendNeeds } from '../invoke/send';

/** Lets the user pick the event: a saved one is sent, a new one is opened first. */
export function invokeWith(deck: SendNeeds): Command {
  return async (arg) => {
    const target = await chooseInvokeTarget(deck, arg);
    const { pickEvent } = await import('../invoke/pick');
    const picked = target && (await pickEvent(deck, target.ref, vscode.l10n.t('Invoke {0} with', target.ref.name)));
    if (!picked) return;
    if (picked.action === 'use') return sendEvent(deck, target.ref, picked.file, picked.mode);
    await deck.events.use(target.ref, picked.file);
    await openEvent(picked.file);
  };
}
