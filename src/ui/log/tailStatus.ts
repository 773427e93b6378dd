import * as vscode from 'vscode';
import type { FunctionRef } from '../../core/provider';
import { commandIds } from '../ids';
import type { Logs } from '../logs';

/** Says in the status bar which logs are tailed, or that a tail ended; a click stops or shows them. */
export class TailStatus implements vscode.Disposable {
  readonly #logs: Logs;
  readonly #item = vscode.window.createStatusBarItem('functionDeck.tail', vscode.StatusBarAlignment.Left);
  readonly #held: vscode.Disposable;

  constructor(logs: Logs) {
    this.#logs = logs;
    this.#item.name = vscode.l10n.t('Tailed Logs');
    this.#item.command = commandIds.stopTail;
    this.#held = logs.onDidChange(() => this.#update());
  }

  dispose(): void {
    this.#held.dispose();
    this.#item.dispose();
  }

  #update(): void {
    const { tailing, failed } = this.#logs;
    if (tailing.length + failed.length === 0) return this.#item.hide();
    const [icon, refs] = failed.length > 0 ? ['$(warning)', failed] : ['$(output)', tailing];
    this.#item.text = `${icon} ${summary(refs)}`;
    this.#item.backgroundColor = failed.length > 0 ? new vscode.ThemeColor('statusBarItem.warningBackground') : undefined;
    this.#item.tooltip = [...this.#lines(failed, vscode.l10n.t('Tail ended:')), ...this.#lines(tailing, vscode.l10n.t('Tailing:'))].join('\n');
    this.#item.accessibilityInformation = { label: this.#item.tooltip.replaceAll('\n', ' ') };
    this.#item.show();
  }

  #lines(refs: readonly FunctionRef[], heading: string): string[] {
    return refs.length === 0 ? [] : [heading, ...refs.map((ref) => this.#logs.name(ref))];
  }
}

function summary(refs: readonly FunctionRef[]): string {
  // A name may hold what the status bar takes for an icon.
  const [only] = refs;
  return refs.length === 1 && only ? only.name.replaceAll('$(', '$ (') : vscode.l10n.t('{0} logs', refs.length);
}
