import * as path from 'node:path';
import * as vscode from 'vscode';
import { plainText } from '../../core/log/plainText';
import { commandIds } from '../ids';
import type { BrokenRow, EventRow, SourceNode, SourceRow, TargetRow } from './nodes';

export interface SourceFacts {
  /** Words for the `when` clauses of menus. */
  readonly words: readonly string[];
  /** Where the row's target is, as the user reads it. */
  readonly place: string;
}

/** The one place that makes a row of the editor out of a row of the source folders' view. */
export function toSourceItem(node: SourceNode, facts: SourceFacts): vscode.TreeItem {
  const item = make(node, facts);
  item.id = node.id;
  item.contextValue = `;${[node.kind, ...facts.words].join(';')};`;
  return item;
}

function make(node: SourceNode, facts: SourceFacts): vscode.TreeItem {
  switch (node.kind) {
    case 'source':
      return folderItem(node);
    case 'target':
      return targetItem(node, facts);
    case 'event':
      return eventItem(node);
    case 'broken':
      return brokenItem(node);
  }
}

function folderItem(node: SourceRow): vscode.TreeItem {
  const item = new vscode.TreeItem(plainText(node.name), vscode.TreeItemCollapsibleState.Expanded);
  const folder = vscode.workspace.asRelativePath(node.path);
  item.description = plainText([node.runtime, folder === node.name ? '' : folder].filter(Boolean).join(' · '));
  item.tooltip = node.path;
  item.iconPath = new vscode.ThemeIcon('folder');
  item.accessibilityInformation = { label: vscode.l10n.t('Source folder {0}', [node.name, item.description].filter(Boolean).join(', ')) };
  return item;
}

function targetItem({ key, target }: TargetRow, { place }: SourceFacts): vscode.TreeItem {
  const item = new vscode.TreeItem(plainText(key));
  const text = plainText(target.protected ? vscode.l10n.t('{0} · protected', place) : place);
  item.description = text;
  item.tooltip = target.protected ? vscode.l10n.t('A protected target: its name has to be typed before anything is changed.') : text;
  item.iconPath = new vscode.ThemeIcon(target.protected ? 'lock' : 'target');
  item.accessibilityInformation = { label: vscode.l10n.t('Target {0}, {1}', key, place) };
  return item;
}

function eventItem({ event, ref }: EventRow): vscode.TreeItem {
  const item = new vscode.TreeItem(path.basename(event));
  item.tooltip = event;
  item.iconPath = new vscode.ThemeIcon('json');
  item.command = { command: commandIds.editEvent, title: vscode.l10n.t('Edit Event'), arguments: [{ event, ref }] };
  item.accessibilityInformation = { label: vscode.l10n.t('Saved event {0}', path.basename(event)) };
  return item;
}

function brokenItem(node: BrokenRow): vscode.TreeItem {
  const item = new vscode.TreeItem(vscode.workspace.asRelativePath(node.path));
  item.description = plainText(node.problem);
  item.tooltip = node.problem;
  item.iconPath = new vscode.ThemeIcon('error', new vscode.ThemeColor('list.errorForeground'));
  const file = vscode.Uri.file(path.join(node.path, 'deck.json'));
  item.command = { command: 'vscode.open', title: vscode.l10n.t('Open deck.json'), arguments: [file] };
  return item;
}
