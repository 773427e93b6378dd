import { stat } from 'node:fs/promises';
import * as path from 'node:path';
import * as vscode from 'vscode';
import { InputError } from '../../core/errors';
import { nameProblem } from '../../core/scaffolding/functionName';
import { inferFolder, nameFromFolder } from '../../core/scaffolding/inferManifest';
import { type Manifest, readManifest, type SourceFolder, writeManifest } from '../../core/manifest';
import { toPath, toRef } from '../args';
import type { Deck } from '../deck';

type Needs = Pick<Deck, 'sources'>;

/** The source folder that a deploy was asked for: by its row, path, function, open editor, or the user's pick. */
export async function chooseSource(deck: Needs, arg: unknown): Promise<SourceFolder | undefined> {
  await deck.sources.refresh();
  const given = toPath(arg);
  if (given) return sourceAt(deck, given);
  const ref = toRef(arg);
  if (ref) return deck.sources.of(ref) ?? pickSource(deck);
  const open = vscode.window.activeTextEditor?.document.uri.fsPath;
  return (open && deck.sources.around(open)) || pickSource(deck);
}

async function sourceAt(deck: Needs, file: string): Promise<SourceFolder | undefined> {
  const folder = (await stat(file)).isDirectory() ? file : path.dirname(file);
  const broken = deck.sources.broken().find((source) => source.path === folder);
  // Read again for its error, which names the line.
  if (broken) return { path: folder, manifest: await readManifest(folder, { signal: new AbortController().signal }) };
  return deck.sources.around(file) ?? makeSource(folder);
}

async function pickSource(deck: Needs): Promise<SourceFolder | undefined> {
  const items = deck.sources.all().map((source) => ({
    label: source.manifest.name,
    description: vscode.workspace.asRelativePath(source.path),
    source,
  }));
  if (items.length === 0) {
    throw new InputError(vscode.l10n.t('There is no source folder in this workspace; run "New Function…", or right-click a folder in the explorer to deploy it.'));
  }
  if (items.length === 1) return items[0]?.source;
  const placeHolder = vscode.l10n.t('Which function should be deployed?');
  return (await vscode.window.showQuickPick(items, { placeHolder, matchOnDescription: true }))?.source;
}

/** A folder without a manifest: asks for what its files do not tell, and offers to write the manifest. */
async function makeSource(folder: string): Promise<SourceFolder | undefined> {
  const inferred = await inferFolder(folder, { signal: new AbortController().signal });
  const name = await askName(nameFromFolder(path.basename(folder)));
  const runtime = name && (inferred.runtime ?? (await ask(vscode.l10n.t('Runtime'), 'python3.13', /^[a-z][a-z0-9.]+$/)));
  const handler = runtime && (inferred.handler ?? (await ask(vscode.l10n.t('Handler: file without its ending, a dot, and the function'), 'main.handler', /.+\..+/)));
  if (!handler) return undefined;
  return offerManifest(folder, { name, ...inferred, runtime, handler });
}

function askName(value: string): Thenable<string | undefined> {
  const validateInput = (text: string): string | undefined => nameProblem(text);
  return vscode.window.showInputBox({ prompt: vscode.l10n.t('Name of the function'), value, validateInput, ignoreFocusOut: true });
}

function ask(prompt: string, value: string, valid: RegExp): Thenable<string | undefined> {
  const validateInput = (text: string): string | undefined =>
    valid.test(text) ? undefined : vscode.l10n.t('"{0}" does not fit here; an example is "{1}".', text, value);
  return vscode.window.showInputBox({ prompt, value, validateInput, ignoreFocusOut: true });
}

async function offerManifest(folder: string, manifest: Manifest): Promise<SourceFolder | undefined> {
  const write = { label: vscode.l10n.t('$(new-file) Write deck.json'), detail: vscode.l10n.t('The next deploy asks for nothing'), write: true };
  const leave = { label: vscode.l10n.t('Deploy without a manifest'), detail: vscode.l10n.t('Nothing is written to the folder'), write: false };
  const placeHolder = vscode.l10n.t('This folder has no deck.json: {0}, {1}', manifest.runtime ?? '', manifest.handler ?? '');
  const choice = await vscode.window.showQuickPick([write, leave], { placeHolder });
  if (choice?.write) await writeManifest(folder, manifest);
  return choice && { path: folder, manifest };
}
