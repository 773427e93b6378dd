import * as path from 'node:path';
import * as vscode from 'vscode';
import { InputError, isProviderError } from '../../core/errors';
import type { FunctionConfig, FunctionRef, FunctionSettings } from '../../core/provider';
import { type Editable, editable, reverse, toChange } from '../../core/settingText';
import { chooseFunction, place } from '../args';
import type { Deck } from '../deck';
import { confirmChange } from '../functions/confirmChange';
import { commandIds } from '../ids';
import { withProgress } from '../progress';
import { askSettingValue, changeRows, settingIcon, settingLabel, settingText } from '../questions/settingQuestions';
import type { Command } from '../run';

type Needs = Pick<Deck, 'service' | 'sources' | 'view'>;

/** Changes one setting of a deployed function, without its code. */
export function changeSettings(deck: Needs): Command {
  return async (arg) => {
    const ref = await chooseFunction(deck, arg, 'config', vscode.l10n.t('Function whose settings to change'));
    if (!ref) return;
    const given = toArgument(arg);
    const config = await read(deck, ref);
    if (given) return write(deck, config, given.change, given.revision);
    const name = await pickSetting(deck, config);
    const change = name && (await askSettingValue(name, config));
    if (!change) return;
    if (JSON.stringify(change[name]) === JSON.stringify(config[name])) return sayTheSame(name);
    if (await confirm(deck, config, name, change)) await write(deck, config, change, config.revision);
  };
}

/** An earlier change that is taken back: only if nobody else changed anything since. */
function toArgument(arg: unknown): { readonly change: FunctionSettings; readonly revision?: string } | undefined {
  const { change: given, revision } = (typeof arg === 'object' && arg !== null ? arg : {}) as { readonly change?: unknown; readonly revision?: unknown };
  const change = toChange(given);
  return change && { change, revision: typeof revision === 'string' ? revision : undefined };
}

async function read(deck: Needs, ref: FunctionRef): Promise<FunctionConfig> {
  const { config } = deck.service.able(ref.provider, 'config');
  const found = await withProgress(vscode.l10n.t('Reading the settings of {0}', ref.name), ({ signal }) => config.read(ref, { signal }));
  if (!found) throw new InputError(vscode.l10n.t('{0} is not there any more; refresh the list.', ref.name));
  return found;
}

async function pickSetting(deck: Needs, config: FunctionConfig): Promise<Editable | undefined> {
  const { settings } = deck.service.provider(config.ref.provider);
  const names = editable.filter((name) => (settings ? settings.includes(name) : config[name] !== undefined));
  const items = names.map((name) => ({ name, label: `$(${settingIcon(name)}) ${settingLabel(name)}`, description: settingText(name, config) }));
  const title = vscode.l10n.t('Settings of {0} on {1}', config.ref.name, place(deck, config.ref));
  return (await vscode.window.showQuickPick(items, { title, placeHolder: vscode.l10n.t('Setting to change'), matchOnDescription: true }))?.name;
}

function sayTheSame(name: Editable): void {
  vscode.window.setStatusBarMessage(vscode.l10n.t('$(check) {0}: nothing was changed', settingLabel(name)), 5000);
}

async function confirm(deck: Needs, config: FunctionConfig, name: Editable, change: FunctionSettings): Promise<boolean> {
  const { ref } = config;
  const go = { label: vscode.l10n.t('$(check) Change it on {0}', place(deck, ref)), description: vscode.l10n.t('the code stays') };
  const changes = [...changeRows(name, config, change), ...(await manifestRow(deck, ref, name))];
  return confirmChange(deck, ref, { title: vscode.l10n.t('Settings of {0}', ref.name), go, changes });
}

/** A setting that the source folder has too is not changed for long. */
async function manifestRow(deck: Needs, ref: FunctionRef, name: Editable): Promise<vscode.QuickPickItem[]> {
  await deck.sources.ready();
  const source = deck.sources.of(ref);
  const names: Partial<Record<Editable, string>> = { memoryMb: 'memory', timeoutSeconds: 'timeout' };
  if (!source || !((names[name] ?? name) in source.manifest)) return [];
  const file = vscode.workspace.asRelativePath(path.join(source.path, 'deck.json'));
  return [{ label: vscode.l10n.t('$(info) The next deploy brings back what {0} says', file) }];
}

async function write(deck: Needs, before: FunctionConfig, change: FunctionSettings, revision: string | undefined): Promise<void> {
  const { ref } = before;
  const { config } = deck.service.able(ref.provider, 'config');
  try {
    const title = vscode.l10n.t('Changing the settings of {0}', ref.name);
    const after = await withProgress(title, ({ signal }) => config.write(ref, change, revision, { signal }));
    void offerUndo(before, change, after.revision);
  } catch (error) {
    if (!isProviderError(error) || error.kind !== 'conflict') throw error;
    void offerRefresh(ref, error.message);
  } finally {
    // After a failure too: the change may have been made.
    await deck.view.update(ref);
  }
}

async function offerUndo(before: FunctionConfig, change: FunctionSettings, revision: string | undefined): Promise<void> {
  const undo = vscode.l10n.t('Undo');
  const back = reverse(change, before);
  const rows = editable.filter((name) => change[name] !== undefined).flatMap((name) => changeRows(name, before, change));
  const text = vscode.l10n.t('{0} is changed: {1}.', before.ref.name, rows.map(({ label, description }) => `${label} ${description}`).join(', '));
  // As a command, so that what goes wrong is shown like any other error.
  if ((await vscode.window.showInformationMessage(text, ...(back ? [undo] : []))) === undo) {
    await vscode.commands.executeCommand(commandIds.changeSettings, { ref: before.ref, change: back, revision });
  }
}

async function offerRefresh(ref: FunctionRef, sentence: string): Promise<void> {
  const again = vscode.l10n.t('Refresh');
  if ((await vscode.window.showErrorMessage(sentence, again)) === again) await vscode.commands.executeCommand(commandIds.changeSettings, ref);
}
