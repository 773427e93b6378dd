import * as path from 'node:path';
import * as vscode from 'vscode';
import { emptyEvent } from '../../core/invocation/emptyEvents';
import type { EventFormat, FunctionProvider, FunctionRef, InvokeMode, Template } from '../../core/provider';
import { runnableTemplates } from '../../core/scaffolding/templateList';
import type { Deck } from '../deck';
import { emptyEventText, eventPlaceholder, type FormatNeeds, formatOf } from './format';

type Needs = FormatNeeds & Pick<Deck, 'service' | 'events'>;

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
  const format = formatOf(deck, ref);
  const items = await eventItems(deck, ref, format);
  const picked = await pick(items, title, eventPlaceholder(format));
  if (!picked) return undefined;
  const { item, action, mode } = picked;
  if (item.file) return { file: item.file, isNew: false, action, mode };
  const text = await item.text?.();
  const file = text === undefined ? undefined : await deck.events.create(ref, item.name ?? 'event', text);
  return file ? { file, isNew: true, action: 'edit', mode } : undefined;
}

async function eventItems(deck: Needs, ref: FunctionRef, format: EventFormat): Promise<Item[]> {
  const provider = deck.service.provider(ref.provider);
  const [saved, last] = await Promise.all([deck.events.list(ref), deck.events.current(ref)]);
  const sorted = [...saved].sort((a, b) => Number(b === last) - Number(a === last));
  const fits = ({ takes = 'json' }: Template): boolean => takes === format;
  const templates = runnableTemplates(deck.service.providers, provider);
  const others = templates.filter((template) => !fits(template));
  return [
    ...(sorted.length ? [separator(vscode.l10n.t('Saved events'))] : []),
    ...sorted.map((file) => savedItem(file, file === last, buttons(provider))),
    separator(vscode.l10n.t('New event')),
    ...templates.filter(fits).map(sampleItem),
    emptyItem(format),
    ...(others.length ? [separator(vscode.l10n.t('Samples for other functions'))] : []),
    ...others.map(sampleItem),
  ];
}

function buttons({ invokeModes = [] }: FunctionProvider): vscode.QuickInputButton[] {
  return invokeModes.includes('async') ? [send, edit] : [edit];
}

function emptyItem(format: EventFormat): Item {
  const event = emptyEvent(format);
  const label = format === 'json' ? '$(json) {}' : `$(json) ${emptyEventText(format)}`;
  const description = format === 'json' ? emptyEventText(format) : Object.keys(event).join(', ');
  return { label, description, name: 'event', text: async () => `${JSON.stringify(event, undefined, 2)}\n` };
}

function separator(label: string): Item {
  return { label, kind: vscode.QuickPickItemKind.Separator };
}

function savedItem(file: string, isLast: boolean, buttons: readonly vscode.QuickInputButton[]): Item {
  const description = isLast ? vscode.l10n.t('last used') : undefined;
  return { label: `$(file-code) ${path.basename(file, '.json')}`, description, file, buttons };
}

function sampleItem(template: Template): Item {
  return { label: `$(${template.icon}) ${template.label}`, description: template.description, name: template.id, text: () => template.event() };
}

interface Picked {
  readonly item: Item;
  readonly action: 'use' | 'edit';
  readonly mode: InvokeMode;
}

function pick(items: readonly Item[], title: string, placeholder: string): Promise<Picked | undefined> {
  const box = vscode.window.createQuickPick<Item>();
  Object.assign(box, { title, items, placeholder, matchOnDescription: true });
  return new Promise<Picked | undefined>((resolve) => {
    box.onDidTriggerItemButton(({ item, button }) => resolve(button === edit ? { item, action: 'edit', mode: 'sync' } : { item, action: 'use', mode: 'async' }));
    box.onDidAccept(() => resolve(box.activeItems[0] && { item: box.activeItems[0], action: 'use', mode: 'sync' }));
    box.onDidHide(() => resolve(undefined));
    box.show();
  }).finally(() => box.dispose());
}
