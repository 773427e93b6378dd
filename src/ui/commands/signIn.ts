import { homedir } from 'node:os';
import * as vscode from 'vscode';
import { isProviderError } from '../../core/errors';
import type { Deck } from '../deck';
import type { Command } from '../run';
import { toNode } from '../functions/nodes';

/** Runs the program that an error names for signing in, in a terminal of its own, and reads again once it has ended. */
export function signIn(deck: Pick<Deck, 'view'>): Command {
  return (arg) => {
    const node = toNode(arg);
    const error = node?.kind === 'action' && node.parent.kind === 'error' ? node.parent.error : undefined;
    const [program, ...args] = isProviderError(error) ? (error.signIn ?? []) : [];
    if (!node || !program) return;
    const name = vscode.l10n.t('Sign In');
    // Not in the workspace, where a program of the same name may lie.
    const terminal = vscode.window.createTerminal({ name, shellPath: program, shellArgs: args, cwd: homedir(), isTransient: true });
    terminal.show();
    const closing = vscode.window.onDidCloseTerminal((closed) => {
      if (closed !== terminal) return;
      closing.dispose();
      void deck.view.refresh(node);
    });
  };
}
