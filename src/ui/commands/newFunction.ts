import { readdir, stat } from 'node:fs/promises';
import * as path from 'node:path';
import * as vscode from 'vscode';
import { freeName } from '../../core/scaffolding/functionName';
import { findBody } from '../../core/scaffolding/handlerBody';
import { scaffold, type Scaffolded } from '../../core/scaffold';
import { firstTargets, languageKey, listLanguages, listTemplates } from '../../core/scaffolding/templateList';
import type { Deck } from '../deck';
import { askFolder, askLanguage, askName, askTemplate, languageOf, type NewFunction } from '../questions/newFunctionQuestions';
import { offerNext } from '../questions/newFunctionOffers';
import { withProgress } from '../progress';
import type { Command } from '../run';
import { askAll } from '../questions/wizard';

type Needs = Pick<Deck, 'service' | 'sources' | 'memory'>;

const languageMemory = 'newFunction.language';

/** Asks what the new function is, writes its source folder, and opens the handler with the cursor in its body. */
export function newFunction(deck: Needs): Command {
  return async (arg) => {
    const made = await write(deck, await ask(deck, arg));
    if (!made) return;
    await deck.sources.refresh();
    await openHandler(made);
    await offerNext(made);
  };
}

async function ask(deck: Needs, arg: unknown): Promise<NewFunction> {
  const parents = await parentsFor(arg);
  const sources = await deck.sources.ready();
  const taken = new Set(sources.map(({ manifest }) => manifest.name.toLowerCase()));
  const templates = listTemplates(deck.service.providers);
  const last = deck.memory.get<string>(languageMemory);
  const draft: NewFunction = {
    name: freeName('hello', new Set([...taken, ...(await namesIn(parents[0]))])),
    language: listLanguages(templates.map(({ template }) => template)).find((language) => languageKey(language) === last),
    parent: parents[0],
  };
  await askAll(vscode.l10n.t('New Function'), draft, [askName(taken), askLanguage(templates), askTemplate(templates), askFolder(parents)]);
  return draft;
}

/** The folder that the command was called on, else those of the workspace. */
async function parentsFor(arg: unknown): Promise<string[]> {
  const given = arg instanceof vscode.Uri && arg.scheme === 'file' ? arg.fsPath : undefined;
  if (given && (await stat(given)).isDirectory()) return [given];
  const folders = (vscode.workspace.workspaceFolders ?? []).filter(({ uri }) => uri.scheme === 'file');
  return folders.map(({ uri }) => uri.fsPath);
}

async function namesIn(folder: string | undefined): Promise<string[]> {
  return folder ? (await readdir(folder)).map((name) => name.toLowerCase()) : [];
}

async function write(deck: Needs, { name, template, language, parent }: NewFunction): Promise<Scaffolded | undefined> {
  const fitting = template && languageOf(template, language);
  if (!fitting || !parent) return undefined;
  await deck.memory.update(languageMemory, languageKey(fitting));
  const targets = firstTargets(deck.service.providers, fitting);
  const request = { name, folder: path.join(parent, name), template, language: fitting, targets };
  return withProgress(vscode.l10n.t('Writing {0}', name), ({ signal }) => scaffold(request, { signal }));
}

async function openHandler({ entry, manifest }: Scaffolded): Promise<void> {
  const document = await vscode.workspace.openTextDocument(entry);
  const place = findBody(document.getText(), manifest.handler?.split('.').at(-1) ?? '') ?? { line: 0, column: 0 };
  const cursor = new vscode.Position(place.line, place.column);
  await vscode.window.showTextDocument(document, { preview: false, selection: new vscode.Range(cursor, cursor) });
}
