import * as vscode from 'vscode';
import { toRef } from '../args';
import type { Deck } from '../deck';
import { commandIds } from '../ids';
import type { Command } from '../run';

type Needs = Pick<Deck, 'logs'>;
type Choice = vscode.QuickPickItem & { readonly run: () => unknown };

/** Stops the tail of the given function; without one, shows what is tailed and lets the user stop or show it. */
export function stopTail(deck: Needs): Command {
  return async (arg) => {
    const given = toRef(arg);
    if (given) return deck.logs.stop(given);
    const found = choices(deck);
    if (found.length === 0) return undefined;
    const chosen = await vscode.window.showQuickPick(found, { placeHolder: vscode.l10n.t('Tailed logs') });
    return chosen?.run();
  };
}

function choices({ logs }: Needs): Choice[] {
  const stop = logs.tailing.map((ref) => ({ label: vscode.l10n.t('$(debug-stop) Stop {0}', logs.name(ref)), run: () => logs.stop(ref) }));
  const again = logs.failed.map((ref) => ({ label: vscode.l10n.t('$(refresh) Tail {0} again', logs.name(ref)), run: () => logs.tail(ref) }));
  const show = [...logs.failed, ...logs.tailing].map((ref) => ({ label: vscode.l10n.t('$(output) Show {0}', logs.name(ref)), run: () => logs.show(ref) }));
  const all = { label: vscode.l10n.t('$(debug-stop) Stop all'), run: () => logs.stopAll() };
  const lines = { label: vscode.l10n.t('$(list-filter) Choose Log Lines…'), run: () => vscode.commands.executeCommand(commandIds.chooseLogLines) };
  const found = [...again, ...stop, ...(logs.tailing.length > 1 ? [all] : []), ...show];
  return found.length === 0 ? [] : [...found, lines];
}
