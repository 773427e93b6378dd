import * as vscode from 'vscode';
import { formatBytes } from '../../core/bytes';
import type { DeployPlan } from '../../core/deployPlan';
import type { FunctionProvider } from '../../core/provider';
import type { ChosenTarget } from './target';
import { setting } from '../settings';

/** Shows what a deploy will do and asks, as far as the target and the settings want it. Whether to go on. */
export async function confirmDeploy(plan: DeployPlan, chosen: ChosenTarget, provider: FunctionProvider): Promise<boolean> {
  if (chosen.target.protected) return confirmProtected(plan, chosen, provider);
  const when = setting<string>('deploy.confirm');
  if (when === 'never' || (when !== 'always' && !provider.remote)) return true;
  const go = { label: `$(cloud-upload) ${headline(plan, chosen, provider)}`, detail: codeLine(plan), go: true };
  const items = [go, ...plan.settingChanges.map((change) => ({ label: change.name, description: `${change.before} → ${change.after}`, go: false }))];
  const options = { title: vscode.l10n.t('Press Enter to deploy, Escape to leave everything as it is'), placeHolder: lines(plan) };
  for (;;) {
    const picked = await vscode.window.showQuickPick(items, options);
    // The other rows only tell; a click on one of them is no yes.
    if (!picked || picked.go) return picked !== undefined;
  }
}

/** The plan as one line, for the progress and the log. */
export function headline(plan: DeployPlan, { ref, key }: ChosenTarget, provider: FunctionProvider): string {
  const place = `${provider.label}${provider.remote ? ` ${ref.scope}` : ''}${key && key !== provider.id ? ` (${key})` : ''}`;
  if (plan.action === 'create') return vscode.l10n.t('Create {0} on {1}', ref.name, place);
  return vscode.l10n.t('Update {0} on {1}', ref.name, place);
}

async function confirmProtected(plan: DeployPlan, chosen: ChosenTarget, provider: FunctionProvider): Promise<boolean> {
  const { name } = chosen.ref;
  const typed = await vscode.window.showInputBox({
    title: `${headline(plan, chosen, provider)} · ${codeLine(plan)}`,
    prompt: vscode.l10n.t('This target is protected. Type {0} to deploy. {1}', name, lines(plan)),
    ignoreFocusOut: true,
    validateInput: (text) => (text === name ? undefined : vscode.l10n.t('Type the name of the function: {0}', name)),
  });
  return typed === name;
}

function codeLine(plan: DeployPlan): string {
  return plan.codeChanges
    ? vscode.l10n.t('Uploads a package of {0}', formatBytes(plan.bytes))
    : vscode.l10n.t('The code is the same ({0}) and is not uploaded again', formatBytes(plan.bytes));
}

function lines(plan: DeployPlan): string {
  if (plan.action === 'create') return vscode.l10n.t('The function does not exist there yet');
  const changes = plan.settingChanges.map(({ name, before, after }) => `${name}: ${before} → ${after}`);
  return changes.length > 0 ? changes.join(', ') : vscode.l10n.t('No change of configuration');
}
