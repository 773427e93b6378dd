import * as vscode from 'vscode';
import { InputError } from '../../core/errors';
import { toRef } from '../args';
import type { Deck } from '../deck';
import { findFunction } from '../functions/findFunction';
import type { Command } from '../run';

/** Copies the provider's own full name of a function, for example its ARN. */
export function copyResourceName(deck: Pick<Deck, 'view' | 'service'>): Command {
  return async (arg) => {
    const ref = toRef(arg);
    if (!ref) return;
    const found = await findFunction(deck, ref, (fn) => fn.resourceName !== undefined);
    if (!found?.resourceName) throw new InputError(vscode.l10n.t('{0} has no full name beside its name; use "Copy Name".', ref.name));
    await vscode.env.clipboard.writeText(found.resourceName);
  };
}
