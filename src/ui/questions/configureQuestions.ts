import * as vscode from 'vscode';
import type { ConfigureSetting } from '../../core/provider';
import { answered, type Frame, type Move, type Question } from './wizard';

/** What is picked, by the key of the setting. */
export type Answers = Map<string, readonly string[]>;

interface Item extends vscode.QuickPickItem {
  /** Empty for the row that stands for nothing picked. */
  readonly value: string;
}

/** Asks for one setting: by picking, or by typing what is not in the list. */
export function askSetting(setting: ConfigureSetting): Question<Answers> {
  return setting.kind === 'many' ? askMany(setting) : askOne(setting);
}

function askMany(setting: ConfigureSetting): Question<Answers> {
  return async (answers, frame) => {
    const pick = open(vscode.l10n.t('{0} to show; with none checked: {1}', setting.label, setting.whenEmpty));
    pick.canSelectMany = true;
    const known = toItems(setting, answers);
    const isPicked = ({ value }: Item): boolean => answers.get(setting.key)?.includes(value) ?? false;
    const show = (typed: readonly Item[]): void => {
      const picked = new Set(pick.selectedItems.map(({ value }) => value));
      pick.items = [...known, ...typed];
      pick.selectedItems = pick.items.filter(({ value }) => picked.has(value));
    };
    pick.items = known;
    pick.selectedItems = known.filter(isPicked);
    pick.onDidChangeValue((text) => {
      known.push(...pick.selectedItems.filter((item) => !known.includes(item)));
      show(typedItem(setting, known, text));
    });
    return finish(pick, frame, setting, answers, () => true);
  };
}

function askOne(setting: ConfigureSetting): Question<Answers> {
  return (answers, frame) => {
    const pick = open(vscode.l10n.t('{0} to ask; type another, for example {1}', setting.label, setting.example));
    const known = [{ label: setting.whenEmpty, value: '' }, ...toItems(setting, answers)];
    pick.items = known;
    pick.activeItems = known.filter(({ value }) => value === (answers.get(setting.key)?.[0] ?? ''));
    pick.onDidChangeValue((text) => (pick.items = [...known, ...typedItem(setting, known, text)]));
    return finish(pick, frame, setting, answers, () => pick.selectedItems.length > 0);
  };
}

function open(placeholder: string): vscode.QuickPick<Item> {
  return Object.assign(vscode.window.createQuickPick<Item>(), { placeholder, matchOnDescription: true });
}

/** What is picked, be it from the list or typed at another time, before what could be. */
function toItems({ key, values }: ConfigureSetting, answers: Answers): Item[] {
  const picked = answers.get(key) ?? [];
  const notes = new Map(values.map(({ value, note }) => [value, note]));
  const others = [...notes.keys()].filter((value) => !picked.includes(value));
  return [...picked, ...others].map((value) => ({ label: value, description: notes.get(value), value }));
}

function typedItem({ pattern }: ConfigureSetting, known: readonly Item[], text: string): Item[] {
  const value = text.trim();
  const isOffered = known.some(({ label, description = '' }) => `${label} ${description}`.toLowerCase().includes(value.toLowerCase()));
  return isOffered || !pattern.test(value) ? [] : [{ label: value, description: vscode.l10n.t('as typed'), value, alwaysShow: true }];
}

async function finish(pick: vscode.QuickPick<Item>, frame: Frame, { key }: ConfigureSetting, answers: Answers, isAnswer: () => boolean): Promise<Move> {
  const move = await answered(pick, frame, isAnswer);
  const chosen = pick.selectedItems.map(({ value }) => value).filter((value) => value !== '');
  if (move === 'next' || pick.canSelectMany) answers.set(key, chosen);
  return move;
}
