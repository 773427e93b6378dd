import * as vscode from 'vscode';
import { keyPlace } from '../../core/invocation/eventKeys';
import type { EventFormat } from '../../core/provider';

/** Proposes the members of an event of a format where one can be typed. */
export function eventCompletions(format: EventFormat, document: vscode.TextDocument, position: vscode.Position): vscode.CompletionItem[] {
  const place = keyPlace(format, document.getText(), document.offsetAt(position));
  if (!place) return [];
  const range = new vscode.Range(document.positionAt(place.start), document.positionAt(place.end));
  return place.keys.map(({ name, value, description }, index) => {
    const item = new vscode.CompletionItem(`"${name}"`, vscode.CompletionItemKind.Property);
    item.insertText = new vscode.SnippetString(place.hasValue ? `"${name}"` : `"${name}": ${value}`);
    item.range = range;
    item.detail = description;
    item.sortText = String(index);
    return item;
  });
}
