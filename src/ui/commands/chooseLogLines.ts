import * as vscode from 'vscode';
import { type Origin, toOrigins } from '../../core/log/origins';
import type { Command } from '../run';
import { setting, updateSetting } from '../settings';

/** Chooses which lines the logs show; those that are hidden come back when they are chosen again. */
export function chooseLogLines(): Command {
  return async () => {
    const shown = toOrigins(setting('log.show'));
    const choices: readonly { readonly origin: Origin; readonly label: string; readonly description: string }[] = [
      { origin: 'function', label: vscode.l10n.t('Function'), description: vscode.l10n.t('what the function itself writes') },
      { origin: 'request', label: vscode.l10n.t('Requests'), description: vscode.l10n.t('one line for each call over HTTP') },
      { origin: 'platform', label: vscode.l10n.t('Platform'), description: vscode.l10n.t('starts, ends and reports around each call') },
    ];
    const items = choices.map((choice) => ({ ...choice, picked: shown.has(choice.origin) }));
    const placeHolder = vscode.l10n.t('Lines that the logs show; with none checked: all of them');
    const picked = await vscode.window.showQuickPick(items, { canPickMany: true, placeHolder });
    if (picked) await updateSetting('log.show', [...toOrigins(picked.map(({ origin }) => origin))]);
  };
}
