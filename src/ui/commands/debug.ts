import * as vscode from 'vscode';
import type { Deck } from '../deck';
import { configurationOf } from '../debug/configuration';
import { chooseDebugTarget } from '../debug/target';
import { sendEvent } from '../invoke/send';
import type { Command } from '../run';
import { requireTrust } from '../tools';

/** Starts a debug session that sends the event at hand; where one runs already, sends it into that. */
export function debug(deck: Deck): Command {
  return async (arg) => {
    requireTrust();
    const target = await chooseDebugTarget(deck, arg);
    if (!target) return;
    const event = target.event ?? (await deck.events.current(target.ref));
    if (event && deck.debugging.session(target.ref)) return sendEvent(deck, target.ref, event);
    const folder = target.source && vscode.workspace.getWorkspaceFolder(vscode.Uri.file(target.source.path));
    await vscode.debug.startDebugging(folder, configurationOf(target));
  };
}
