import * as path from 'node:path';
import * as vscode from 'vscode';
import type { FunctionRef, InvokeMode, Template } from '../../core/provider';
import type { Deck } from '../deck';

type Needs = Pick<Deck, 'service' | 'events'>;

/** What the user picked: an event that was there, to be sent or opened, or one that was made for it. */
export interface PickedEvent {
  readonly file: string;
  readonly isNew: boolean;
  readonly action: 'use' | 'edit';
  readonly mode: InvokeMode;
}

interface Item extends vscode.QuickPickItem {
  readonly file?: string;
  /** Text for a new event. */
  readonly text?: () => Promise<string>;
  readonly name?: string;
}

const edit: vscode.QuickInputButton = { iconPath: new vscode.ThemeIcon('edit'), tooltip: vscode.l10n.t('Edit Event') };
const send: vscode.QuickInputButton = { iconPath: new vscode.ThemeIcon('send'), tooltip: vscode.l10n.t('Invoke without Waiting for the Result') };

/** Lets the user pick among saved events, the provider's samples and an empty event; what is new is made and opened. */
export async function pickEvent(deck: Needs, ref: FunctionRef, title: string): Promise<PickedEvent | undefined> {
  const items = await eventItems(deck, ref);
  const picked = await pick(items, title);
  if (!picked) return undefined;
  const { item, action, mode } = picked;
  if (item.file) return { file: item.file, isNew: false, action, mode };
  const text = await item.text?.();
  const file = text === undefined ? undefined : await deck.events.create(ref, item.name ?? 'event', text);
  return file ? { file, isNew: true, action: 'edit', mode } : undefined;
}

/** Opens an event in an editor. */
export async function openEvent(file: string): Promise<void> {
  await vscode.window.showTextDocument(vscode.Uri.file(file), { preview: false });
}

async function eventItems(deck: Needs, ref: FunctionRef): Promise<Item[]> {
  const [saved, last] = await Promise.all([deck.events.list(ref), deck.events.current(ref)]);
  const sorted = [...saved].sort((a, b) => Number(b === last) - Number(a === last));
  const samples = deck.service.provider(ref.provider).templates;
  return [
    ...(sorted.length ? [separator(vscode.l10n.t('Saved events'))] : []),
    ...sorted.map((file) => savedItem(file, file === last)),
    separator(vscode.l10n.t('New event')),
    ...samples.map(sampleItem),
    { label: '$(json) {}', description: vscode.l10n.t('Empty event'), name: 'event', text: async () => '{}\n' },
  ];
}

function separator(label: string): Item {
  return { label, kind: vscode.QuickPickItemKind.Separator };
}

function savedItem(file: string, isLast: boolean): Item {
  const description = isLast ? vscode.l10n.t('last used') : undefined;
  return { label: `$(file-code) ${path.basename(file, '.json')}`, description, file, buttons: [send, edit] };
}

function sampleItem(template: Template): Item {
  return { label: `$(${template.icon}) ${template.label}`, description: template.description, name: template.id, text: () => template.event() };
}

interface Picked {
  readonly item: Item;
  readonly action: 'use' | 'edit';
  readonly mode: InvokeMode;
}

function pick(items: readonly Item[], title: string): Promise<Picked | undefined> {
  const box = vscode.window.createQuickPick<Item>();
  Object.assign(box, { title, items, placeholder: vscode.l10n.t('The event: what the function is given'), matchOnDescription: true });
  return new Promise<Picked | undefined>((resolve) => {
    box.onDidTriggerItemButton(({ item, button }) => resolve(button === edit ? { item, action: 'edit', mode: 'sync' } : { item, action: 'use', mode: 'async' }));
    box.onDidAccept(() => resolve(box.activeItems[0] && { item: box.activeItems[0], action: 'use', mode: 'sync' }));
    box.onDidHide(() => resolve(undefined));
    box.show();
  }).finally(() => box.dispose());
}
