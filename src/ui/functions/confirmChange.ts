import * as vscode from 'vscode';
import type { FunctionRef } from '../../core/provider';
import type { Deck } from '../deck';

export interface ChangeQuestion {
  readonly title: string;
  /** What Enter does, with what that means. */
  readonly go: vscode.QuickPickItem;
  /** What will be different, one row each. */
  readonly changes: readonly vscode.QuickPickItem[];
}

/** Shows what a change of a deployed function will do and asks; a protected target asks for its name to be typed. */
export async function confirmChange(deck: Pick<Deck, 'sources'>, ref: FunctionRef, question: ChangeQuestion): Promise<boolean> {
  await deck.sources.ready();
  const source = deck.sources.of(ref);
  const isProtected = source !== undefined && deck.sources.target(source, ref)?.protected === true;
  return isProtected ? typeName(ref, question) : pressEnter(question);
}

async function pressEnter({ title, go, changes }: ChangeQuestion): Promise<boolean> {
  const placeHolder = vscode.l10n.t('Press Enter to do this, Escape to leave everything as it is');
  for (;;) {
    const picked = await vscode.window.showQuickPick([go, ...changes], { title, placeHolder });
    // The other rows only tell; a click on one of them is no yes.
    if (!picked || picked === go) return picked === go;
  }
}

async function typeName({ name }: FunctionRef, { title, changes }: ChangeQuestion): Promise<boolean> {
  const told = changes.map(({ label, description }) => [label, description].filter(Boolean).join(' ')).join('; ');
  const typed = await vscode.window.showInputBox({
    title,
    prompt: vscode.l10n.t('This target is protected. Type {0} to go on. {1}', name, told),
    ignoreFocusOut: true,
    validateInput: (text) => (text === '' || text === name ? undefined : vscode.l10n.t('This is not {0}.', name)),
  });
  return typed === name;
}
