import * as vscode from 'vscode';
import type { CloudFunction, FunctionRef } from '../../core/provider';
import type { Deck } from '../deck';
import { withProgress } from '../progress';

/** A function as the view knows it if that is enough, else as its provider does. */
export async function findFunction(
  deck: Pick<Deck, 'view' | 'service'>,
  ref: FunctionRef,
  isEnough: (fn: CloudFunction) => boolean,
): Promise<CloudFunction | undefined> {
  const known = deck.view.find(ref);
  if (known && isEnough(known)) return known;
  return withProgress(vscode.l10n.t('Looking up {0}', ref.name), ({ signal }) => deck.service.describe(ref, { signal }));
}
