import * as vscode from 'vscode';
import type { FunctionRef, FunctionVersion } from '../../core/provider';
import { type Shares, sharesOf, sharesText, shareWith, toShares } from '../../core/versionShares';
import { chooseFunction } from '../args';
import type { Deck } from '../deck';
import { confirmChange } from '../functions/confirmChange';
import { actionItems, versionItem } from '../functions/versionItems';
import { commandIds } from '../ids';
import { withProgress } from '../progress';
import type { Command } from '../run';

type Needs = Pick<Deck, 'service' | 'sources' | 'view'>;

const most = 200;

/** Shows the versions of a function and who gets its calls; another one can be given all of them, or a part. */
export function versions(deck: Needs): Command {
  return async (arg) => {
    const ref = await chooseFunction(deck, arg, 'versions', vscode.l10n.t('Function whose versions to show'));
    if (!ref) return;
    const wanted = toShares(typeof arg === 'object' && arg !== null && 'shares' in arg ? arg.shares : undefined);
    const found = await withProgress(vscode.l10n.t('Reading the versions of {0}', ref.name), ({ signal }) => read(deck, ref, signal));
    if (wanted) return route(deck, ref, sharesOf(found), wanted);
    const version = await pickVersion(ref, found);
    if (version) await act(deck, ref, version, sharesOf(found));
  };
}

/** Newest first; the very old ones are left out. */
async function read(deck: Needs, ref: FunctionRef, signal: AbortSignal): Promise<readonly FunctionVersion[]> {
  const found: FunctionVersion[] = [];
  for await (const page of deck.service.able(ref.provider, 'versions').versions.list(ref, { signal })) {
    found.push(...page);
    if (found.length >= most && sum(sharesOf(found)) >= 100) break;
  }
  return found;
}

function sum(shares: Shares): number {
  return Object.values(shares).reduce((total, share) => total + share, 0);
}

async function pickVersion({ name }: FunctionRef, found: readonly FunctionVersion[]): Promise<FunctionVersion | undefined> {
  const title = vscode.l10n.t('Versions of {0}', name);
  const placeHolder = found.length === 0 ? vscode.l10n.t('There is no version yet') : vscode.l10n.t('Version to roll back to, to share calls with, or to copy the name of');
  return (await vscode.window.showQuickPick(found.map(versionItem), { title, placeHolder, matchOnDescription: true, matchOnDetail: true }))?.found;
}

async function act(deck: Needs, ref: FunctionRef, version: FunctionVersion, before: Shares): Promise<void> {
  const { versions: facet } = deck.service.able(ref.provider, 'versions');
  const isAlone = Object.keys(before).every((name) => name === version.version);
  const title = vscode.l10n.t('{0} of {1}', version.version, ref.name);
  const action = (await vscode.window.showQuickPick(actionItems(version, isAlone, facet.route !== undefined), { title }))?.action;
  if (action === 'copy') return vscode.env.clipboard.writeText(version.version);
  const percent = action === 'all' ? 100 : action === 'share' ? await askPercent(title) : undefined;
  if (percent === undefined) return;
  const after = percent === 100 ? { [version.version]: 100 } : shareWith(before, version.version, percent);
  if (await confirmRoute(deck, ref, before, after)) await route(deck, ref, before, after);
}

async function askPercent(title: string): Promise<number | undefined> {
  const typed = await vscode.window.showInputBox({
    title,
    prompt: vscode.l10n.t('Percent of the calls that come here, 1 to 99; the rest stays where it is'),
    value: '10',
    validateInput: (text) => (/^[1-9]\d?$/.test(text.trim()) ? undefined : vscode.l10n.t('Type a whole number from 1 to 99.')),
  });
  return typed === undefined ? undefined : Number(typed);
}

function confirmRoute(deck: Needs, ref: FunctionRef, before: Shares, after: Shares): Promise<boolean> {
  const names = [...new Set([...Object.keys(after), ...Object.keys(before)])];
  return confirmChange(deck, ref, {
    title: vscode.l10n.t('Calls of {0}', ref.name),
    go: { label: vscode.l10n.t('$(arrow-right) Share the calls out like this'), description: sharesText(after) },
    changes: names.map((name) => ({ label: name, description: `${before[name] ?? 0} % → ${after[name] ?? 0} %` })),
  });
}

async function route(deck: Needs, ref: FunctionRef, before: Shares, after: Shares): Promise<void> {
  const { versions: facet } = deck.service.able(ref.provider, 'versions');
  const title = vscode.l10n.t('Sharing out the calls of {0}', ref.name);
  try {
    await withProgress(title, async ({ signal }) => facet.route?.(ref, after, { signal }));
  } finally {
    // After a failure too: some of it may have been done.
    await deck.view.update(ref);
  }
  void offerUndo(ref, before, after);
}

async function offerUndo(ref: FunctionRef, before: Shares, after: Shares): Promise<void> {
  const undo = vscode.l10n.t('Undo');
  const text = vscode.l10n.t('The calls of {0} go to: {1}.', ref.name, sharesText(after));
  const canUndo = toShares(before) !== undefined;
  // As a command, so that what goes wrong is shown like any other error.
  if ((await vscode.window.showInformationMessage(text, ...(canUndo ? [undo] : []))) === undo) {
    await vscode.commands.executeCommand(commandIds.versions, { ref, shares: before });
  }
}
