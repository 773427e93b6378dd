import * as vscode from 'vscode';
import { detailNodes } from '../../core/tree/functionDetails';
import type { FunctionNode } from '../../core/tree/functionNodes';
import { plainText } from '../../core/log/plainText';
import { detailLabel, detailText } from './text';

/** All that is known of a function, as a hover. Remote text goes in as text only: it is neither markup nor a link. */
export function functionTooltip(node: FunctionNode, source: string | undefined, now: number): vscode.MarkdownString {
  const tooltip = new vscode.MarkdownString();
  tooltip.appendMarkdown('**').appendText(plainText(node.ref.name)).appendMarkdown('**');
  const { parent } = node;
  tooltip.appendMarkdown('  \n').appendText(plainText(`${parent.parent.label} · ${parent.scope.label}`)).appendMarkdown('\n\n');
  for (const detail of detailNodes(node, node.fn, source)) {
    tooltip.appendText([detailLabel(detail), detailText(detail, now)].filter(Boolean).join(': ')).appendMarkdown('  \n');
  }
  return tooltip;
}
