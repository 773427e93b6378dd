import * as vscode from 'vscode';
import type { FunctionRef } from '../../core/provider';
import { chooseFunction, place } from '../args';
import type { Deck } from '../deck';
import type { Command } from '../run';
import { withProgress } from '../progress';

type Needs = Pick<Deck, 'service' | 'sources' | 'view' | 'logs'>;

/** Deletes a function after asking; a protected target asks for its name to be typed. */
export function deleteFunction(deck: Needs): Command {
  return async (arg) => {
    const ref = await chooseFunction(deck, arg, 'remove', vscode.l10n.t('Function to delete'));
    if (!ref || !(await confirm(deck, ref))) return;
    const title = vscode.l10n.t('Deleting {0} from {1}', ref.name, place(deck, ref));
    await withProgress(title, ({ signal }) => deck.service.remove(ref, { signal }));
    deck.logs.stop(ref);
    await deck.view.unpin(ref);
  };
}

async function confirm(deck: Needs, ref: FunctionRef): Promise<boolean> {
  await deck.sources.ready();
  const source = deck.sources.of(ref);
  const isProtected = source !== undefined && deck.sources.target(source, ref)?.protected === true;
  const question = vscode.l10n.t('Delete the function {0} from {1}?', ref.name, place(deck, ref));
  return isProtected ? typeName(ref, question) : clickDelete(ref, question, source?.path);
}

// A list, not a modal box: it works in every editor that drives this one, and Enter alone deletes nothing.
async function clickDelete({ name }: FunctionRef, question: string, source: string | undefined): Promise<boolean> {
  const remains = source ? vscode.l10n.t('the source folder {0} stays', vscode.workspace.asRelativePath(source)) : '';
  const keep = { label: vscode.l10n.t('$(circle-slash) Keep it'), description: '' };
  const remove = { label: vscode.l10n.t('$(trash) Delete {0}', name), description: [vscode.l10n.t('cannot be undone'), remains].filter(Boolean).join('; ') };
  const placeHolder = vscode.l10n.t('Nothing has been deleted yet');
  return (await vscode.window.showQuickPick([keep, remove], { title: question, placeHolder, ignoreFocusOut: true })) === remove;
}

async function typeName({ name }: FunctionRef, question: string): Promise<boolean> {
  const typed = await vscode.window.showInputBox({
    title: question,
    prompt: vscode.l10n.t('The target is protected. Type the name {0} to delete it; this cannot be undone.', name),
    ignoreFocusOut: true,
    validateInput: (text) => (text === '' || text === name ? undefined : vscode.l10n.t('This is not {0}.', name)),
  });
  return typed === name;
}
