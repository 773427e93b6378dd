import * as vscode from 'vscode';
import { plainText } from '../../core/log/plainText';
import type { Trigger } from '../../core/provider';
import type { TriggerNode, TriggersNode } from '../../core/tree/functionNodes';

/** The row that holds a function's triggers. */
export function triggersItem({ id, count, on }: TriggersNode): vscode.TreeItem {
  const label = vscode.l10n.t('Triggers');
  const item = new vscode.TreeItem(label, vscode.TreeItemCollapsibleState.Collapsed);
  item.id = id;
  item.contextValue = ';triggers;';
  item.description = count === 0 ? vscode.l10n.t('none') : vscode.l10n.t('{0} of {1} on', on, count);
  item.iconPath = new vscode.ThemeIcon('zap');
  item.accessibilityInformation = { label: `${label}: ${item.description}` };
  return item;
}

/** A trigger, with a box that turns it on and off. */
export function triggerItem({ id, trigger }: TriggerNode): vscode.TreeItem {
  const { label, note, enabled, url, icon } = trigger;
  const item = new vscode.TreeItem(plainText(label), vscode.TreeItemCollapsibleState.None);
  const state = enabled ? vscode.l10n.t('on') : vscode.l10n.t('off');
  item.id = id;
  item.contextValue = `;trigger;${enabled ? 'on' : 'off'};${url ? 'url;' : ''}`;
  item.description = plainText(note ?? (enabled ? url : undefined) ?? '') || state;
  item.tooltip = plainText([label, note, url, ...optionsOf(trigger)].filter(Boolean).join('\n'));
  item.iconPath = new vscode.ThemeIcon(icon ?? 'zap');
  const { Checked, Unchecked } = vscode.TreeItemCheckboxState;
  const tooltip = enabled ? vscode.l10n.t('Turn off') : vscode.l10n.t('Turn on');
  item.checkboxState = { state: enabled ? Checked : Unchecked, tooltip, accessibilityInformation: { label: vscode.l10n.t('{0}: {1}', plainText(label), state), role: 'checkbox' } };
  return item;
}

function optionsOf({ setting }: Trigger): readonly string[] {
  const options: Readonly<Record<string, string>> = setting ?? {};
  return Object.keys(options).flatMap((name) => (name === 'kind' ? [] : [`${name}: ${options[name]}`]));
}
