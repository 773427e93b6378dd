import * as vscode from 'vscode';
import type { FunctionProvider, RolesFacet } from '../core/provider';
import type { ChosenTarget } from './deployTarget';
import { withProgress } from './progress';

/** The role for a new function: the target's, or one that the user picks or has made; `undefined` when the user gave up. */
export async function chooseRole(provider: FunctionProvider, chosen: ChosenTarget): Promise<string | undefined> {
  if (!provider.roles || chosen.target.role) return chosen.target.role ?? '';
  return pickRole(provider.roles, chosen);
}

async function pickRole(roles: RolesFacet, { ref }: ChosenTarget): Promise<string | undefined> {
  const title = vscode.l10n.t('Looking for roles that {0} may run as', ref.name);
  const found = await withProgress(title, ({ signal }) => roles.list(ref.scope, { signal }));
  const make = {
    label: vscode.l10n.t('$(add) Create a basic execution role'),
    detail: vscode.l10n.t('It lets the function write its log and nothing else'),
    id: undefined,
  };
  const items = [make, ...found.map(({ id, label }) => ({ label, detail: id, id }))];
  const placeHolder = vscode.l10n.t('A new function needs a role to run as');
  const picked = await vscode.window.showQuickPick(items, { placeHolder, matchOnDetail: true });
  if (!picked) return undefined;
  if (picked.id) return picked.id;
  return (await withProgress(vscode.l10n.t('Creating a role'), ({ signal }) => roles.create(ref.scope, ref.name, { signal }))).id;
}
