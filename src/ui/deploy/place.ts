import * as vscode from 'vscode';
import { InputError } from '../../core/errors';
import type { FunctionProvider, Scope } from '../../core/provider';
import type { Deck } from '../deck';
import { withProgress } from '../progress';

type Needs = Pick<Deck, 'service' | 'memory'>;

/** The id of the scope that the user picks for a new target; of several smaller ones the one within. */
export async function pickScope(deck: Needs, provider: FunctionProvider): Promise<string | undefined> {
  const title = vscode.l10n.t('Reading the scopes of {0}', provider.label);
  const scopes = await withProgress(title, ({ signal }) => deck.service.scopes(provider.id, { signal }));
  const scope = scopes.length > 1 ? await pick(scopes, vscode.l10n.t('Where in {0}', provider.label)) : scopes[0];
  if (scopes.length === 0) throw new InputError(vscode.l10n.t('{0} has no scope to deploy to; configure it in the Function Deck view.', provider.label));
  return scope && pickPlace(deck, provider, scope);
}

/** The scope itself, or the smaller one that the user picks where it is made of some; the last pick comes first. */
export async function pickPlace({ memory }: Needs, { id, label, places }: FunctionProvider, scope: Scope): Promise<string | undefined> {
  if (scope.prefix === undefined || !places) return scope.id;
  const found = await withProgress(vscode.l10n.t('Reading the places of {0}', scope.label), ({ signal }) => places.list(scope.id, { signal }));
  const last = memory.get<string>(memoryKey(id));
  // By what the user reads: the same place in another scope has another id.
  const sorted = [...found].sort((a, b) => Number(b.label === last) - Number(a.label === last));
  const place = sorted.length > 1 ? await pick(sorted, vscode.l10n.t('Where in {0} {1}', label, scope.label)) : sorted[0];
  if (place) await memory.update(memoryKey(id), place.label);
  return place?.id;
}

const memoryKey = (provider: string): string => `place:${provider}`;

async function pick(scopes: readonly Scope[], placeHolder: string): Promise<Scope | undefined> {
  const items = scopes.map((scope) => ({ label: scope.label, description: scope.description, scope }));
  return (await vscode.window.showQuickPick(items, { placeHolder, matchOnDescription: true }))?.scope;
}
