import * as vscode from 'vscode';
import { isProviderError } from '../../core/errors';
import type { FunctionProvider, FunctionRef, Role, RolesFacet } from '../../core/provider';
import type { ChosenTarget } from './target';
import { withProgress } from '../progress';

/** The role for a new function: the target's, or one that the user picks or has made; `undefined` when the user gave up. */
export async function chooseRole(provider: FunctionProvider, chosen: ChosenTarget): Promise<string | undefined> {
  if (!provider.roles || chosen.target.role) return chosen.target.role ?? '';
  return pickRole(provider.roles, chosen);
}

interface RoleItem extends vscode.QuickPickItem {
  readonly role?: () => Promise<string | undefined>;
}

async function pickRole(roles: RolesFacet, { ref }: ChosenTarget): Promise<string | undefined> {
  const { found, problem } = await listRoles(roles, ref);
  const items: RoleItem[] = [
    {
      label: vscode.l10n.t('$(add) Create a basic execution role'),
      detail: vscode.l10n.t('It lets the function write its log and nothing else'),
      role: () => createRole(roles, ref),
    },
    { label: vscode.l10n.t('$(edit) Enter the name of a role…'), role: enterRole },
    ...(problem ? [{ label: vscode.l10n.t('$(warning) The roles there are cannot be listed'), detail: problem }] : []),
    ...found.map(({ id, label }) => ({ label, detail: id, role: () => Promise.resolve(id) })),
  ];
  const title = vscode.l10n.t('A new function needs a role to run as');
  const placeHolder = vscode.l10n.t('Role for {0}', ref.name);
  return (await vscode.window.showQuickPick(items, { title, placeHolder, matchOnDetail: true, ignoreFocusOut: true }))?.role?.();
}

/** Not everybody who may deploy may list roles, and not every server has some. */
async function listRoles(roles: RolesFacet, ref: FunctionRef): Promise<{ readonly found: readonly Role[]; readonly problem?: string }> {
  const title = vscode.l10n.t('Looking for roles that {0} may run as', ref.name);
  try {
    return { found: await withProgress(title, ({ signal }) => roles.list(ref.scope, { signal })) };
  } catch (error) {
    if (isProviderError(error)) return { found: [], problem: error.message };
    throw error;
  }
}

async function createRole(roles: RolesFacet, ref: FunctionRef): Promise<string> {
  return (await withProgress(vscode.l10n.t('Creating a role'), ({ signal }) => roles.create(ref.scope, ref.name, { signal }))).id;
}

async function enterRole(): Promise<string | undefined> {
  const prompt = vscode.l10n.t('Full name (ARN) of the role');
  return (await vscode.window.showInputBox({ prompt, ignoreFocusOut: true }))?.trim() || undefined;
}
