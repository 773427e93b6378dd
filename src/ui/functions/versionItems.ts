import * as vscode from 'vscode';
import { plainText } from '../../core/log/plainText';
import type { FunctionVersion } from '../../core/provider';
import { stateText } from './text';

export interface VersionItem extends vscode.QuickPickItem {
  readonly found: FunctionVersion;
}

/** A row for a version: who gets calls stands out. */
export function versionItem(found: FunctionVersion): VersionItem {
  const { version, share, at, description, state, stateReason } = found;
  const icon = state === 'failed' ? 'error' : share ? 'circle-filled' : 'circle-outline';
  const facts = [at?.toLocaleString(), description, stateReason].map((text) => plainText(text ?? ''));
  return {
    found,
    // A name may hold what the list takes for an icon.
    label: `$(${icon}) ${plainText(version).replaceAll('$(', '$ (')}`,
    description: [share ? vscode.l10n.t('{0} % of the calls', share) : '', state && state !== 'active' ? stateText(state) : ''].filter(Boolean).join(' · '),
    detail: facts.filter(Boolean).join(' · ') || undefined,
  };
}

export type VersionAction = 'all' | 'share' | 'copy';

/** What can be done with a version. */
export function actionItems({ version, share = 0, state }: FunctionVersion, isAlone: boolean, canRoute: boolean): (vscode.QuickPickItem & { readonly action: VersionAction })[] {
  const canServe = canRoute && state !== 'failed';
  const all = { action: 'all' as const, label: vscode.l10n.t('$(arrow-right) Send all calls here'), description: vscode.l10n.t('{0} gets 100 %', version) };
  const part = { action: 'share' as const, label: vscode.l10n.t('$(split-horizontal) Share calls with the current one…'), description: vscode.l10n.t('a part of the calls comes here') };
  const copy = { action: 'copy' as const, label: vscode.l10n.t('$(copy) Copy name') };
  return [...(canServe && share < 100 ? [all] : []), ...(canServe && !isAlone ? [part] : []), copy];
}
