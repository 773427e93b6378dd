import * as vscode from 'vscode';
import { formatBytes } from '../../core/bytes';
import type { DeployPlan } from '../../core/deployPlan';
import type { FunctionProvider } from '../../core/provider';
import type { Prepared } from './prepare';
import type { ChosenTarget } from './target';
import { setting } from '../settings';

/** Shows what a deploy will do and asks, as far as the target and the settings want it. Whether to go on. */
export async function confirmDeploy(plan: DeployPlan, prepared: Prepared): Promise<boolean> {
  if (prepared.chosen.target.protected) return typeName(plan, prepared);
  return isWanted(plan, prepared.provider) ? pressEnter(plan, prepared) : true;
}

/** The plan as one line, for the progress and the log. */
export function headline(plan: DeployPlan, { ref, key }: ChosenTarget, provider: FunctionProvider): string {
  const place = `${provider.label}${provider.remote ? ` ${ref.scope}` : ''}${key && key !== provider.id ? ` (${key})` : ''}`;
  if (plan.action === 'create') return vscode.l10n.t('Create {0} on {1}', ref.name, place);
  return vscode.l10n.t('Update {0} on {1}', ref.name, place);
}

function isWanted({ opens }: DeployPlan, { remote }: FunctionProvider): boolean {
  const when = setting<string>('deploy.confirm');
  // Nobody opens a function to everyone by a setting that is about deploys of all kinds.
  return opens || when === 'always' || (when !== 'never' && remote === true);
}

async function pressEnter(plan: DeployPlan, { chosen, provider, ignored }: Prepared): Promise<boolean> {
  const go = { label: `$(cloud-upload) ${headline(plan, chosen, provider)}`, detail: codeLine(plan) };
  const items = [go, ...settingRows(plan), ...otherRows(plan, provider, ignored)];
  const title = vscode.l10n.t('Press Enter to deploy, Escape to leave everything as it is');
  const placeHolder = summary(plan);
  for (;;) {
    const picked = await vscode.window.showQuickPick<vscode.QuickPickItem>(items, { title, placeHolder });
    // The other rows only tell; a click on one of them is no yes.
    if (!picked || picked === go) return picked === go;
  }
}

async function typeName(plan: DeployPlan, { chosen, provider, ignored }: Prepared): Promise<boolean> {
  const { name } = chosen.ref;
  const rows = [...settingRows(plan), ...otherRows(plan, provider, ignored)];
  const texts = rows.map(({ label, description }) => [label.replace(/^\$\([\w-]+\) /, ''), description].filter(Boolean).join(': '));
  const told = plan.action === 'update' && texts.length > 0 ? texts : [summary(plan), ...texts];
  const typed = await vscode.window.showInputBox({
    title: `${headline(plan, chosen, provider)} · ${codeLine(plan)}`,
    prompt: vscode.l10n.t('This target is protected. Type {0} to deploy. {1}', name, told.join('; ')),
    ignoreFocusOut: true,
    validateInput: (text) => (text === name ? undefined : vscode.l10n.t('Type the name of the function: {0}', name)),
  });
  return typed === name;
}

function settingRows({ action, settingChanges }: DeployPlan): vscode.QuickPickItem[] {
  const text = (before: string, after: string): string => (action === 'create' ? after : `${before} → ${after}`);
  return settingChanges.map(({ name, before, after }) => ({ label: name, description: text(before, after) }));
}

/** What is easily overlooked: consequences beside the function, and what of the manifest has none. */
function otherRows({ opens, alsoChanges }: DeployPlan, { label }: FunctionProvider, ignored: readonly string[]): vscode.QuickPickItem[] {
  const open = { label: vscode.l10n.t('$(globe) Everyone may call it from then on, without signing in') };
  return [
    ...(opens ? [open] : []),
    ...alsoChanges.map(consequence),
    ...ignored.map((name) => ({ label: vscode.l10n.t('$(circle-slash) Left out: {0}', name), description: vscode.l10n.t('{0} has no such setting', label) })),
  ];
}

/** A sentence is longer than a row: what it begins with on top, what follows below. */
function consequence(sentence: string): vscode.QuickPickItem {
  const [, start = sentence, rest] = /^(.+?)[:;] (.+)$/s.exec(sentence) ?? [];
  return { label: `$(info) ${start}`, detail: rest };
}

function codeLine(plan: DeployPlan): string {
  if (plan.folder !== undefined) return plan.codeChanges ? vscode.l10n.t('Runs from its folder: what is saved there runs on the next call') : vscode.l10n.t('Runs from its folder as before');
  return plan.codeChanges
    ? vscode.l10n.t('Uploads a package of {0}', formatBytes(plan.bytes))
    : vscode.l10n.t('The code is the same ({0}) and is not uploaded again', formatBytes(plan.bytes));
}

function summary({ action, settingChanges }: DeployPlan): string {
  if (action === 'create') return vscode.l10n.t('The function does not exist there yet');
  return settingChanges.length > 0 ? vscode.l10n.t('What changes is below') : vscode.l10n.t('No change of configuration');
}
