import * as path from 'node:path';
import * as vscode from 'vscode';
import { InputError } from '../../core/errors';
import { handlerModule } from '../../core/handlerModule';
import type { SourceFolder } from '../../core/manifest';
import { toPath, toRef } from '../args';
import type { Deck } from '../deck';
import type { Command } from '../run';

/** Opens the handler of a function's source folder, or its manifest when the handler cannot be found. */
export function openSource(deck: Pick<Deck, 'sources'>): Command {
  return async (arg) => {
    await deck.sources.ready();
    const ref = toRef(arg);
    const file = toPath(arg) ?? vscode.window.activeTextEditor?.document.uri.fsPath;
    const source = (ref && deck.sources.of(ref)) ?? (file && deck.sources.around(file));
    if (!source) throw new InputError(vscode.l10n.t('No source folder of this workspace deploys to this function; add a target for it to a deck.json.'));
    await open(source);
  };
}

async function open(source: SourceFolder): Promise<void> {
  const { module, member } = handlerModule(source.manifest.handler ?? '');
  const pattern = new vscode.RelativePattern(source.path, `{${module},${module.replaceAll('.', '/')}}.{py,ts,mts,cts,js,mjs,cjs}`);
  const [handler] = module ? await vscode.workspace.findFiles(pattern, undefined, 1) : [];
  const document = await vscode.workspace.openTextDocument(handler ?? vscode.Uri.file(path.join(source.path, 'deck.json')));
  const place = handler ? findWord(document, member) : undefined;
  await vscode.window.showTextDocument(document, place && { selection: place });
}

function findWord(document: vscode.TextDocument, word: string): vscode.Range | undefined {
  const at = word ? document.getText().search(new RegExp(`\\b${word.replace(/[^\w$]/g, '\\$&')}\\b`)) : -1;
  if (at < 0) return undefined;
  const position = document.positionAt(at);
  return new vscode.Range(position, position);
}
