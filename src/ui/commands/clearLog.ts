import * as vscode from 'vscode';
import { toRef } from '../args';
import type { Deck } from '../deck';
import type { Command } from '../run';

/** Empties the channel of a function's log; the log itself stays. */
export function clearLog({ logs }: Pick<Deck, 'logs'>): Command {
  return async (arg) => {
    const given = toRef(arg);
    if (given) return logs.clear(given);
    const items = logs.shown.map((ref) => ({ label: logs.name(ref), ref }));
    const placeHolder = items.length === 0 ? vscode.l10n.t('No log is shown yet; tail one first') : vscode.l10n.t('Log to clear');
    const chosen = items.length === 1 ? items[0] : await vscode.window.showQuickPick(items, { placeHolder });
    if (chosen) logs.clear(chosen.ref);
  };
}
