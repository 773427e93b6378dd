import * as vscode from 'vscode';
import type { Deck } from '../deck';
import type { Command } from '../run';

const typingPauseMs = 100;

/** Filters the functions while the user types; Escape brings the old filter back. */
export function filter(deck: Pick<Deck, 'view'>): Command {
  return () => {
    const before = deck.view.filter;
    const input = vscode.window.createInputBox();
    input.value = before;
    input.placeholder = vscode.l10n.t('Words in the name or runtime');
    input.prompt = vscode.l10n.t('Enter keeps the filter, Escape brings the old one back.');
    let timer: NodeJS.Timeout | undefined;
    let wanted = before;
    input.onDidChangeValue((text) => {
      clearTimeout(timer);
      timer = setTimeout(() => deck.view.setFilter(text), typingPauseMs);
    });
    input.onDidAccept(() => {
      wanted = input.value;
      input.hide();
    });
    input.onDidHide(() => {
      clearTimeout(timer);
      if (deck.view.filter !== wanted.trim()) deck.view.setFilter(wanted);
      input.dispose();
    });
    input.show();
  };
}
