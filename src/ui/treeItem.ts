import * as vscode from 'vscode';
import { isProviderError } from '../core/errors';
import type { ActionNode, CureNode, DetailNode, ErrorNode, FunctionNode, ProviderNode, ScopeNode, StatusNode, TreeNode } from '../core/tree/functionNodes';
import { plainText } from '../core/log/plainText';
import { triggerItem, triggersItem } from './functions/triggerItems';
import { badgeUri } from './functions/badges';
import { providerIcon } from './functions/providerIcon';
import { commandIds } from './ids';
import { detailLabel, detailText, errorText, functionText, moreText, problemText, stateText, statusText, troubleText } from './functions/text';

/** What a row shows beside what it carries itself. */
export interface TreeFacts {
  /** Words for the `when` clauses of menus: what can be done with the row. */
  readonly words: readonly string[];
  readonly isTailing: boolean;
  readonly now: number;
}

const { None, Collapsed, Expanded } = vscode.TreeItemCollapsibleState;

// Shared by all rows: ten thousand of them are drawn at once.
const icons = {
  function: new vscode.ThemeIcon('symbol-function'),
  live: new vscode.ThemeIcon('flame'),
  pinned: new vscode.ThemeIcon('pinned'),
  tailing: new vscode.ThemeIcon('broadcast'),
  gone: new vscode.ThemeIcon('circle-slash'),
  failed: new vscode.ThemeIcon('symbol-function', new vscode.ThemeColor('list.errorForeground')),
};

/** The one place that makes a row of the editor out of a row of the tree. */
export function toTreeItem(node: TreeNode, facts: TreeFacts): vscode.TreeItem {
  switch (node.kind) {
    case 'provider':
      return providerItem(node, facts);
    case 'scope':
      return scopeItem(node, facts);
    case 'function':
      return functionItem(node, facts);
    case 'detail':
      return detailItem(node, facts);
    case 'triggers':
      return triggersItem(node);
    case 'trigger':
      return triggerItem(node);
    case 'error':
      return errorItem(node, facts);
    case 'cure':
      return cureItem(node);
    case 'action':
      return actionItem(node);
    default:
      return statusItem(node);
  }
}

function providerItem(node: ProviderNode, { words }: TreeFacts): vscode.TreeItem {
  const item = row(node.id, plainText(node.label), node.remote ? Collapsed : Expanded, ['provider', ...words]);
  item.iconPath = providerIcon(node.icon);
  return item;
}

function scopeItem({ id, scope, only }: ScopeNode, { words }: TreeFacts): vscode.TreeItem {
  const item = row(id, plainText(scope.label), only ? Expanded : Collapsed, ['scope', ...words]);
  item.description = plainText(scope.description ?? '');
  item.tooltip = scope.details && plainText(scope.details);
  item.iconPath = new vscode.ThemeIcon('layers');
  return item;
}

function functionItem({ id, ref, fn, pinned, presence }: FunctionNode, { words, isTailing, now }: TreeFacts): vscode.TreeItem {
  const marks = [...(pinned ? ['pinned'] : []), ...(isTailing ? ['tailing'] : [])];
  const isGone = presence === 'gone';
  const item = row(id, plainText(ref.name), isGone ? None : Collapsed, ['function', ...words, ...marks]);
  item.description = isGone ? vscode.l10n.t('not there any more') : functionText(fn, now);
  item.iconPath = isGone ? icons.gone : isTailing ? icons.tailing : pinned ? icons.pinned : fn.state === 'failed' ? icons.failed : fn.liveFrom ? icons.live : icons.function;
  item.resourceUri = badgeUri(fn);
  const state = fn.state && fn.state !== 'active' ? stateText(fn.state) : '';
  const parts = [ref.name, item.description, state, pinned ? vscode.l10n.t('pinned') : '', isTailing ? vscode.l10n.t('tailing') : ''];
  item.accessibilityInformation = { label: parts.filter(Boolean).join(', ') };
  return item;
}

function detailItem(node: DetailNode, { now }: TreeFacts): vscode.TreeItem {
  const label = detailLabel(node);
  const item = row(node.id, label, node.children ? Collapsed : None, ['detail']);
  item.description = detailText(node, now);
  item.tooltip = item.description || label;
  item.accessibilityInformation = { label: [label, item.description].filter(Boolean).join(': ') };
  if (node.name === 'hint') item.iconPath = new vscode.ThemeIcon('lightbulb');
  if (node.name === 'liveFrom') item.command = revealCommand(String(node.value));
  if (node.name === 'source') item.command = { command: commandIds.openSource, title: vscode.l10n.t('Open Source'), arguments: [node.parent] };
  return item;
}

function revealCommand(folder: string): vscode.Command {
  const uri = vscode.Uri.file(folder);
  const command = vscode.workspace.getWorkspaceFolder(uri) ? 'revealInExplorer' : 'revealFileInOS';
  return { command, title: vscode.l10n.t('Show Folder'), arguments: [uri] };
}

function errorItem(node: ErrorNode, { words }: TreeFacts): vscode.TreeItem {
  const text = errorText(node);
  const item = row(node.id, node.isPartial ? vscode.l10n.t('Incomplete') : troubleText(node), node.isPartial ? Collapsed : Expanded, ['error', ...words]);
  item.description = problemText(node);
  item.tooltip = text;
  const [icon, color] = node.isPartial ? ['warning', 'list.warningForeground'] : [errorIcon(node.error), 'list.errorForeground'];
  item.iconPath = new vscode.ThemeIcon(icon, new vscode.ThemeColor(color));
  item.accessibilityInformation = { label: vscode.l10n.t('Error: {0}', text) };
  return item;
}

function cureItem({ id, text }: CureNode): vscode.TreeItem {
  const item = row(id, plainText(text).replace(/\s+/g, ' '), None, ['cure']);
  item.tooltip = plainText(text);
  item.iconPath = new vscode.ThemeIcon('lightbulb');
  return item;
}

function errorIcon(error: unknown): string {
  const known = { auth: 'key', denied: 'lock', network: 'debug-disconnect', throttled: 'watch', invalid: 'warning' };
  const kind = isProviderError(error) ? error.kind : 'unknown';
  return (known as Readonly<Record<string, string>>)[kind] ?? 'error';
}

function actionItem(node: ActionNode): vscode.TreeItem {
  const actions = {
    signIn: { title: vscode.l10n.t('Sign In…'), icon: 'sign-in', command: commandIds.signIn },
    retry: { title: vscode.l10n.t('Retry'), icon: 'refresh', command: commandIds.refreshNode },
    configure: { title: vscode.l10n.t('Configure…'), icon: 'gear', command: commandIds.configure },
    newFunction: { title: vscode.l10n.t('New Function…'), icon: 'new-folder', command: commandIds.newFunction },
    deploy: { title: vscode.l10n.t('Deploy…'), icon: 'cloud-upload', command: commandIds.deploy },
    addTrigger: { title: vscode.l10n.t('Add Trigger…'), icon: 'add', command: commandIds.addTrigger },
  };
  const { title, icon, command } = actions[node.action];
  const item = row(node.id, title, None, ['action']);
  item.iconPath = new vscode.ThemeIcon(icon);
  item.command = { command, title, arguments: node.action === 'newFunction' ? [] : [node.action === 'addTrigger' ? node.parent : node] };
  item.accessibilityInformation = { label: title, role: 'button' };
  return item;
}

function statusItem(node: StatusNode): vscode.TreeItem {
  const item = row(node.id, statusText(node), None, [node.kind]);
  if (node.kind === 'loading') item.iconPath = new vscode.ThemeIcon('loading~spin');
  if (node.kind !== 'more') return item;
  item.description = moreText(node);
  item.iconPath = new vscode.ThemeIcon('ellipsis');
  item.command = { command: commandIds.loadMore, title: statusText(node), arguments: [node] };
  item.accessibilityInformation = { label: `${statusText(node)}, ${item.description}`, role: 'button' };
  return item;
}

function row(id: string, label: string, state: vscode.TreeItemCollapsibleState, words: readonly string[]): vscode.TreeItem {
  const item = new vscode.TreeItem(label, state);
  item.id = id;
  item.contextValue = `;${words.join(';')};`;
  return item;
}
