import * as vscode from 'vscode';
import { type FunctionRef, refKey, supports } from '../../core/provider';
import { place } from '../args';
import type { Deck } from '../deck';
import { commandIds } from '../ids';
import { formatOf } from './format';
import { invocable } from './target';

type Needs = Pick<Deck, 'service' | 'sources' | 'events' | 'view'>;

const events: vscode.DocumentFilter = { scheme: 'file', language: 'json', pattern: '**/events/**/*.json' };

const most = 4;

/**
 * Puts "Invoke hello on Local Runtime" above saved events, one for each function that the event may be sent to, and
 * proposes what can be typed in them.
 */
export function registerEventLenses(deck: Needs): vscode.Disposable {
  const onDidChangeCodeLenses = (listener: () => void): vscode.Disposable =>
    vscode.Disposable.from(deck.events.onDidChange(listener), deck.sources.onDidChange(listener));
  const provideCodeLenses = (document: vscode.TextDocument): Promise<vscode.CodeLens[]> => eventLenses(deck, document.uri.fsPath);
  const lenses = vscode.languages.registerCodeLensProvider(events, { onDidChangeCodeLenses, provideCodeLenses });
  return vscode.Disposable.from(lenses, registerCompletions(deck));
}

/** The members of HTTP requests and CloudEvents, for functions that take these. */
function registerCompletions(deck: Needs): vscode.Disposable {
  const provideCompletionItems = async (document: vscode.TextDocument, position: vscode.Position): Promise<vscode.CompletionItem[]> => {
    await deck.sources.ready();
    const file = document.uri.fsPath;
    const [ref] = deck.events.isEvent(file) ? fittingRefs(deck, file) : [];
    const format = ref ? formatOf(deck, ref) : 'json';
    if (format === 'json') return [];
    const { eventCompletions } = await import('./completions');
    return eventCompletions(format, document, position);
  };
  return vscode.languages.registerCompletionItemProvider(events, { provideCompletionItems }, '"');
}

async function eventLenses(deck: Needs, file: string): Promise<vscode.CodeLens[]> {
  await deck.sources.ready();
  if (!deck.events.isEvent(file)) return [];
  const top = new vscode.Range(0, 0, 0, 0);
  const refs = fittingRefs(deck, file);
  const lenses = refs.slice(0, most).map((ref) => new vscode.CodeLens(top, invokeCommand(deck, ref, file)));
  if (canDebug(deck, file)) lenses.push(new vscode.CodeLens(top, debugCommand(file)));
  return refs.length === 1 ? lenses : [...lenses, new vscode.CodeLens(top, chooseCommand(file))];
}

/** The function that the event was last sent to comes first. */
function fittingRefs(deck: Needs, file: string): readonly FunctionRef[] {
  const last = deck.events.refOf(file);
  const refs = [...(last ? [last] : []), ...invocable(deck, file)];
  return [...new Map(refs.map((ref) => [refKey(ref), ref])).values()];
}

function invokeCommand(deck: Needs, ref: FunctionRef, event: string): vscode.Command {
  const title = vscode.l10n.t('$(play) Invoke {0} on {1}', ref.name, place(deck, ref));
  return { title, command: commandIds.invoke, arguments: [{ ref, event }] };
}

function canDebug({ service, sources }: Needs, file: string): boolean {
  return sources.around(file) !== undefined && service.providers.some((provider) => supports(provider, 'debug'));
}

function debugCommand(event: string): vscode.Command {
  return { title: vscode.l10n.t('$(debug-alt) Debug'), command: commandIds.debug, arguments: [{ event }] };
}

function chooseCommand(event: string): vscode.Command {
  return { title: vscode.l10n.t('Choose function…'), command: commandIds.invoke, arguments: [{ event, choose: true }] };
}
