import * as vscode from 'vscode';
import { InputError } from '../../core/errors';
import { toRef } from '../args';
import type { Deck } from '../deck';
import { findFunction } from '../functions/findFunction';
import type { Command } from '../run';

/** Opens a function's page in its provider's console. */
export function openConsole(deck: Pick<Deck, 'view' | 'service'>): Command {
  return async (arg) => {
    const ref = toRef(arg);
    if (!ref) return;
    const found = await findFunction(deck, ref, (fn) => fn.consoleUrl !== undefined);
    // The address may come from a server; nothing but a web page is opened for it.
    if (!found?.consoleUrl?.startsWith('https://')) {
      throw new InputError(vscode.l10n.t('{0} has no page in a console; its details are below its row.', ref.name));
    }
    await vscode.env.openExternal(vscode.Uri.parse(found.consoleUrl, true));
  };
}
