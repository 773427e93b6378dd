import * as vscode from 'vscode';
import { pastTime } from '../../core/log/pastTime';
import { chooseFunction } from '../args';
import type { Deck } from '../deck';
import type { Command } from '../run';

/** Shows the log of a function since a time that the user chooses. */
export function showLog(deck: Pick<Deck, 'service' | 'sources' | 'logs' | 'view'>): Command {
  return async (arg) => {
    const ref = await chooseFunction(deck, arg, 'tail', vscode.l10n.t('Function whose log to show'));
    const since = ref && (await chooseSince(ref.name));
    if (ref && since) await deck.logs.showSince(ref, since);
  };
}

async function chooseSince(name: string): Promise<Date | undefined> {
  const items = [
    { label: vscode.l10n.t('Last 15 minutes'), span: '15m' },
    { label: vscode.l10n.t('Last hour'), span: '1h' },
    { label: vscode.l10n.t('Last 6 hours'), span: '6h' },
    { label: vscode.l10n.t('Last 24 hours'), span: '24h' },
    { label: vscode.l10n.t('Other…'), span: undefined },
  ];
  const chosen = await vscode.window.showQuickPick(items, { placeHolder: vscode.l10n.t('Show the log of {0} since when?', name) });
  const typed = chosen && (chosen.span ?? (await typeSince()));
  return typed === undefined ? undefined : pastTime(typed, new Date());
}

function typeSince(): Thenable<string | undefined> {
  return vscode.window.showInputBox({
    prompt: vscode.l10n.t('How far back, such as 30m, 2h or 3d, or since when, such as 2026-01-31 14:00 (local time)'),
    placeHolder: '30m',
    validateInput: (text) => (pastTime(text, new Date()) ? undefined : vscode.l10n.t('Type a time in the past, such as 30m, 2h or 2026-01-31 14:00.')),
  });
}
