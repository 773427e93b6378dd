import * as vscode from 'vscode';
import { providerOf } from '../../core/tree/functionNodes';
import { type ConfigureSetting, type FunctionProvider, supports } from '../../core/provider';
import { type Answers, askSetting } from '../questions/configureQuestions';
import type { Deck } from '../deck';
import { withProgress } from '../progress';
import type { Command } from '../run';
import { updateSetting } from '../settings';
import { toNode } from '../functions/nodes';
import { askAll } from '../questions/wizard';

type Configurable = FunctionProvider & Required<Pick<FunctionProvider, 'configure'>>;

/** Lets the user choose where a provider looks, and keeps it in the user's settings. */
export function configure(deck: Pick<Deck, 'service'>): Command {
  return async (arg) => {
    const node = toNode(arg);
    const able = deck.service.providers.filter((each) => supports(each, 'configure')) as readonly Configurable[];
    const provider = node ? able.find(({ id }) => id === providerOf(node)) : await pickProvider(able);
    if (!provider) return;
    const reading = vscode.l10n.t('Reading what {0} can be asked for', provider.label);
    const settings = await withProgress(reading, ({ signal }) => provider.configure.settings({ signal }));
    const answers: Answers = new Map(settings.map(({ key, picked }) => [key, picked]));
    await askAll(vscode.l10n.t('Configure {0}', provider.label), answers, settings.map(askSetting));
    for (const setting of settings) await save(setting, answers.get(setting.key) ?? []);
  };
}

async function pickProvider(able: readonly Configurable[]): Promise<Configurable | undefined> {
  if (able.length <= 1) return able[0];
  const items = able.map((provider) => ({ label: provider.label, provider }));
  return (await vscode.window.showQuickPick(items, { placeHolder: vscode.l10n.t('Provider to configure') }))?.provider;
}

async function save({ key, kind, picked }: ConfigureSetting, chosen: readonly string[]): Promise<void> {
  if (JSON.stringify(chosen) === JSON.stringify(picked)) return;
  const value = kind === 'many' ? chosen : chosen[0];
  // Nothing picked is the default, and a default need not stand in anybody's settings.
  await updateSetting(key, chosen.length > 0 ? value : undefined);
}
