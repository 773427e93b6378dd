import * as path from 'node:path';
import * as vscode from 'vscode';
import { keepEvent } from '../../core/invocation/savedEvents';
import type { Deck } from '../deck';
import { debugTypes } from '../ids';
import { openEvent } from '../invoke/open';
import { pickEvent } from '../invoke/pick';
import { requireTrust } from '../tools';
import { requireDebugger } from './attach';
import { chooseDebugTarget, type DebugTarget, findTarget } from './target';

type Needs = Pick<Deck, 'service' | 'sources' | 'events' | 'view' | 'cache'>;

/** A configuration of the debug type as it may stand in launch.json. */
export interface FunctionConfiguration extends vscode.DebugConfiguration {
  readonly function?: string;
  /** The source folder. */
  readonly folder?: string;
  /** Path of a saved event, absolute or below the source folder, or the event itself. */
  readonly event?: unknown;
  /** Whether the event is sent at the start; `true` when left out. */
  readonly invoke?: boolean;
  readonly env?: Readonly<Record<string, string>>;
  readonly justMyCode?: boolean;
}

/** The configuration that debugs a target. */
export function configurationOf({ ref, source, event }: DebugTarget): FunctionConfiguration {
  const folder = source && path.normalize(source.path);
  return { type: debugTypes.function, request: 'launch', name: vscode.l10n.t('Debug {0}', ref.name), function: ref.name, ...(folder && { folder }), ...(event && { event }) };
}

/** Fills an empty configuration from the editor that is open; `undefined` when the user gave up. */
export async function infer(deck: Needs, given: FunctionConfiguration): Promise<vscode.DebugConfiguration | undefined> {
  requireTrust();
  // A session below ours has all it needs.
  if (given.request === 'attach' || given.function || given.folder) return given;
  const target = await chooseDebugTarget(deck, undefined);
  return target && { ...configurationOf(target), ...given, type: debugTypes.function, request: 'launch', name: given.name || configurationOf(target).name };
}

/** Makes sure that all is there before anything starts, and has the user choose an event if there is none yet. */
export async function complete(deck: Needs, given: FunctionConfiguration): Promise<vscode.DebugConfiguration | undefined> {
  if (given.request === 'attach') return given;
  requireTrust();
  const target = await findTarget(deck, given);
  requireDebugger(target.source?.manifest.runtime ?? deck.view.find(target.ref)?.runtime);
  const event = given.invoke === false ? undefined : await chooseEvent(deck, target, given);
  if (given.invoke !== false && event === undefined) return undefined;
  return { ...given, event };
}

/** One configuration for each source folder. */
export async function offer(deck: Needs): Promise<vscode.DebugConfiguration[]> {
  const sources = await deck.sources.ready();
  const targets = await Promise.all(sources.map((source) => findTarget(deck, { folder: source.path })));
  return targets.map((target) => ({ ...configurationOf(target), folder: target.source && inWorkspace(target.source.path) }));
}

function inWorkspace(folder: string): string {
  const relative = vscode.workspace.asRelativePath(folder, false);
  return path.isAbsolute(relative) || (vscode.workspace.workspaceFolders?.length ?? 0) > 1 ? folder : `\${workspaceFolder}/${relative}`;
}

async function chooseEvent(deck: Needs, { ref, source }: DebugTarget, { event }: FunctionConfiguration): Promise<string | undefined> {
  if (typeof event === 'string') return path.resolve(source?.path ?? '', event);
  if (event !== undefined) return keepEvent(path.join(deck.cache, 'debug'), ref.name, event);
  const current = await deck.events.current(ref);
  if (current) return current;
  // Of a folder that has no target here yet, nobody else knows the events.
  const beside = source && !deck.sources.of(ref) ? await deck.events.listIn(source) : [];
  if (beside.length > 0) return pickFile(ref.name, beside);
  const picked = await pickEvent(deck, ref, vscode.l10n.t('Debug {0}', ref.name));
  if (picked?.isNew) await openEvent(picked.file);
  return picked?.file;
}

async function pickFile(name: string, files: readonly string[]): Promise<string | undefined> {
  if (files.length === 1) return files[0];
  const items = files.map((file) => ({ label: `$(file-code) ${path.basename(file, '.json')}`, file }));
  return (await vscode.window.showQuickPick(items, { title: vscode.l10n.t('Debug {0}', name) }))?.file;
}
