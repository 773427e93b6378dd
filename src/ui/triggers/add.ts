import * as vscode from 'vscode';
import { InputError } from '../../core/errors';
import type { ChoiceField, FunctionRef, TriggerKind, TriggerSetting } from '../../core/provider';
import { chooseFunction, place } from '../args';
import type { Deck } from '../deck';
import { withProgress } from '../progress';
import { askChoice, askText, type Frame, type Move } from '../questions/wizard';
import type { Command } from '../run';
import { requireTrust } from '../tools';

type Needs = Pick<Deck, 'service' | 'sources' | 'view'>;

/** Asks what is to call a function and adds it, turned off: nothing happens before the user turns it on in its row. */
export function addTrigger(deck: Needs): Command {
  return async (arg) => {
    requireTrust();
    const ref = await chooseFunction(deck, arg, 'triggers', vscode.l10n.t('Function to be called'));
    if (!ref) return;
    const given = toArgument(arg);
    const setting = given?.trigger ?? (await ask(deck, ref));
    const title = vscode.l10n.t('Adding a trigger to {0}', ref.name);
    const added = await withProgress(title, async ({ signal }) =>
      deck.service.changeTriggers(ref, async (triggers) => {
        const trigger = await triggers.add(ref, setting, { signal });
        return given?.enabled ? triggers.enable(ref, trigger.id, true, { signal }) : trigger;
      }),
    );
    await deck.view.revealTrigger(ref, added.id);
  };
}

/** One that was removed and is to come back as it was. */
function toArgument(arg: unknown): { readonly trigger: TriggerSetting; readonly enabled: boolean } | undefined {
  const { trigger, enabled } = (typeof arg === 'object' && arg !== null ? arg : {}) as { readonly trigger?: unknown; readonly enabled?: unknown };
  if (typeof trigger !== 'object' || trigger === null || !('kind' in trigger)) return undefined;
  const texts = Object.entries(trigger).filter((entry): entry is [string, string] => typeof entry[1] === 'string');
  return { trigger: Object.fromEntries(texts) as TriggerSetting, enabled: enabled === true };
}

async function ask(deck: Needs, ref: FunctionRef): Promise<TriggerSetting> {
  const { kinds = [] } = deck.service.able(ref.provider, 'triggers').triggers;
  if (kinds.length === 0) throw new InputError(vscode.l10n.t('Triggers of {0} cannot be added from here; use its console.', place(deck, ref)));
  const title = vscode.l10n.t('What calls {0}', ref.name);
  for (;;) {
    const { choice } = await askChoice({ title, step: 1 }, { choices: kinds.map(kindItem), placeholder: vscode.l10n.t('It stays off until you turn it on') });
    const values = choice?.value && (await askFields(title, choice.value));
    if (choice?.value && values) return { ...values, kind: choice.value.id };
  }
}

function kindItem(kind: TriggerKind): vscode.QuickPickItem & { readonly value: TriggerKind } {
  return { label: `$(${kind.icon}) ${kind.label}`, detail: kind.detail, value: kind };
}

/** The typed texts by name; `undefined` when the user goes back to the kinds. */
async function askFields(title: string, { fields }: TriggerKind): Promise<Record<string, string> | undefined> {
  const values: Record<string, string> = {};
  for (let at = 0; at >= 0 && at < fields.length; ) {
    const field = fields[at] as ChoiceField;
    const move = await askField({ title, step: at + 2 }, field, values);
    at += move === 'next' ? 1 : -1;
    if (at < 0) return undefined;
  }
  return values;
}

async function askField(frame: Frame, field: ChoiceField, values: Record<string, string>): Promise<Move> {
  const prompt = vscode.l10n.t('{0}, for example {1}', field.prompt, field.example);
  const problem = (text: string): string | undefined => (isFit(field, text.trim()) ? undefined : prompt);
  const answer = await askText(frame, { value: values[field.name] ?? firstValue(field), prompt, problem });
  const text = answer.value.trim();
  if (text) values[field.name] = text;
  else delete values[field.name];
  return answer.move;
}

function isFit({ pattern, isOptional }: ChoiceField, text: string): boolean {
  return text ? pattern.test(text) : isOptional === true;
}

function firstValue({ isFolder, isOptional, example }: ChoiceField): string {
  if (isFolder) return vscode.workspace.workspaceFolders?.[0]?.uri.fsPath ?? '';
  return isOptional ? '' : example;
}
