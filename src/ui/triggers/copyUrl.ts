import * as vscode from 'vscode';
import type { Command } from '../run';
import { toTrigger } from './row';

/** Copies the address at which a trigger can be reached. */
export function copyTriggerUrl(): Command {
  return async (arg) => {
    const url = toTrigger(arg)?.trigger.url;
    if (!url) return;
    await vscode.env.clipboard.writeText(url);
    vscode.window.setStatusBarMessage(vscode.l10n.t('$(check) {0} is copied', url), 5000);
  };
}
