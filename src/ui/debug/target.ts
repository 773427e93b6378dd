import * as path from 'node:path';
import * as vscode from 'vscode';
import { InputError } from '../../core/errors';
import type { SourceFolder } from '../../core/manifest';
import { type FunctionProvider, type FunctionRef, supports } from '../../core/provider';
import { toPath, toRef } from '../args';
import type { Deck } from '../deck';
import { chooseSource } from '../deploy/source';
import { eventPath } from '../invoke/target';
import { toRef as targetRef } from '../sources';

type Needs = Pick<Deck, 'service' | 'sources' | 'events'>;

/** What is to be debugged. */
export interface DebugTarget {
  readonly ref: FunctionRef;
  /** Missing of a function whose source is not in this workspace. */
  readonly source?: SourceFolder;
  /** The saved event, when one was named. */
  readonly event?: string;
}

const code = /\.(py|[mc]?[jt]sx?)$/;

/**
 * The function behind a command's argument, or behind the editor that is open, where it can be debugged; of a folder without
 * a manifest, after asking for what it would say. Asks when there is neither; `undefined` when the user gave up.
 */
export async function chooseDebugTarget(deck: Needs, arg: unknown): Promise<DebugTarget | undefined> {
  await deck.sources.refresh();
  const file = eventPath(arg) ?? toPath(arg) ?? (arg === undefined ? vscode.window.activeTextEditor?.document.uri.fsPath : undefined);
  const event = file && deck.events.isEvent(file) ? file : undefined;
  const ref = toRef(arg) ?? (event ? deck.events.refOf(event) : undefined);
  const source = (ref && deck.sources.of(ref)) ?? (file ? deck.sources.around(file) : undefined);
  if (source) return { ref: refOf(deck, source, ref), source, event };
  if (ref && canDebug(deck, ref)) return { ref, event };
  const picked = file && (arg !== undefined || code.test(file)) ? await chooseSource(deck, { path: file }) : await pickSource(deck);
  return picked && { ref: refOf(deck, picked), source: picked };
}

/** What a configuration names, by its folder or its function. Throws `InputError` when there is no such thing. */
export async function findTarget(deck: Needs, { folder, function: name }: { readonly folder?: string; readonly function?: string }): Promise<DebugTarget> {
  await deck.sources.refresh();
  const hasName = (source: SourceFolder): boolean => [source.manifest.name, refOf(deck, source).name].includes(name ?? '');
  const source = folder ? deck.sources.around(path.resolve(folder)) : deck.sources.all().find(hasName);
  if (source) return { ref: refOf(deck, source), source };
  if (folder) throw new InputError(vscode.l10n.t('{0} is no source folder: it has no deck.json that can be read.', folder));
  if (!name) throw new InputError(vscode.l10n.t('The debug configuration needs "function", the name of a function, or "folder", a source folder.'));
  const { id } = debugger_(deck);
  return { ref: { provider: id, scope: id, name } };
}

/** The function that a source folder is debugged as: the one asked for, its target there, else what its first target there will be. */
export function refOf(deck: Needs, source: SourceFolder, wanted?: FunctionRef): FunctionRef {
  if (wanted && canDebug(deck, wanted)) return wanted;
  const known = deck.sources.refs(source).find((ref) => canDebug(deck, ref));
  return known ?? targetRef(source, { provider: debugger_(deck).id });
}

function canDebug({ service }: Needs, { provider }: FunctionRef): boolean {
  return service.providers.some((one) => one.id === provider && supports(one, 'debug'));
}

function debugger_({ service }: Needs): FunctionProvider {
  const found = service.providers.find((provider) => supports(provider, 'debug'));
  if (found) return found;
  throw new InputError(vscode.l10n.t('No provider can debug functions; run "Choose Providers…" and show the local runtime.'));
}

async function pickSource({ sources }: Needs): Promise<SourceFolder | undefined> {
  const items = sources.all().map((source) => ({ label: source.manifest.name, description: vscode.workspace.asRelativePath(source.path), source }));
  if (items.length === 0) throw new InputError(vscode.l10n.t('There is no source folder in this workspace to debug; run "New Function…" first.'));
  if (items.length === 1) return items[0]?.source;
  const placeHolder = vscode.l10n.t('Which function should be debugged?');
  return (await vscode.window.showQuickPick(items, { placeHolder, matchOnDescription: true }))?.source;
}
