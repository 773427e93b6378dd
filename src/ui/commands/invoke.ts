import * as vscode from 'vscode';
import { openEvent } from '../invoke/open';
import { chooseInvokeTarget } from '../invoke/target';
import type { Command } from '../run';
import { sendEvent, type SendNeeds } from '../invoke/send';

/** Sends the event at hand; the first time, when there is none, makes one and opens it. */
export function invoke(deck: SendNeeds): Command {
  return async (arg) => {
    const target = await chooseInvokeTarget(deck, arg);
    if (!target) return;
    const { ref } = target;
    const event = target.event ?? (await deck.events.current(ref));
    if (event) return sendEvent(deck, ref, event);
    const { pickEvent } = await import('../invoke/pick');
    const picked = await pickEvent(deck, ref, vscode.l10n.t('Invoke {0}', ref.name));
    if (!picked) return;
    if (picked.action === 'use') return sendEvent(deck, ref, picked.file, picked.mode);
    await deck.events.use(ref, picked.file);
    await openEvent(picked.file);
  };
}
