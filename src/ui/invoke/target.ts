import * as path from 'node:path';
import * as vscode from 'vscode';
import { type FunctionRef, refKey, supports } from '../../core/provider';
import { chooseFunction, place, requireAble, toPath, toRef } from '../args';
import type { Deck } from '../deck';

type Needs = Pick<Deck, 'service' | 'sources' | 'events' | 'view'>;

/** What a command was asked to invoke. */
export interface InvokeTarget {
  readonly ref: FunctionRef;
  /** The saved event, when the command named one. */
  readonly event?: string;
}

/**
 * The function, and perhaps the event, behind a command's argument: a function or a row of it, a saved event, a handler or
 * a `deck.json`, else the editor that is open. Asks when several fit; `undefined` when nothing was picked.
 */
export async function chooseInvokeTarget(deck: Needs, arg: unknown): Promise<InvokeTarget | undefined> {
  await deck.sources.ready();
  const ref = toRef(arg);
  const file = eventPath(arg) ?? toPath(arg) ?? (arg === undefined ? vscode.window.activeTextEditor?.document.uri.fsPath : undefined);
  const event = file && deck.events.isEvent(file) ? file : undefined;
  const known = ref ?? (event && !asksToChoose(arg) ? deck.events.refOf(event) : undefined);
  const chosen = known ?? (await chooseFor(deck, file, arg));
  if (chosen) requireAble(deck, chosen, 'invoke');
  return chosen && { ref: chosen, event };
}

async function chooseFor(deck: Needs, file: string | undefined, arg: unknown): Promise<FunctionRef | undefined> {
  const refs = file ? invocable(deck, file) : [];
  const placeHolder = vscode.l10n.t('Which function should be invoked?');
  if (refs.length === 0) return chooseFunction(deck, toRef(arg), 'invoke', placeHolder);
  if (refs.length === 1) return refs[0];
  const items = refs.map((ref) => ({ label: ref.name, description: place(deck, ref), ref }));
  return (await vscode.window.showQuickPick(items, { placeHolder, matchOnDescription: true }))?.ref;
}

/** The functions that the source folder around a file deploys to and that can be invoked. */
export function invocable(deck: Pick<Deck, 'service' | 'sources'>, file: string): readonly FunctionRef[] {
  const source = deck.sources.around(file);
  const refs = source ? deck.sources.refs(source) : [];
  const able = refs.filter((ref) => deck.service.providers.some((provider) => provider.id === ref.provider && supports(provider, 'invoke')));
  return [...new Map(able.map((ref) => [refKey(ref), ref])).values()];
}

/** The saved event that a command was called with. */
export function eventPath(arg: unknown): string | undefined {
  if (typeof arg !== 'object' || arg === null || !('event' in arg)) return undefined;
  return typeof arg.event === 'string' && path.isAbsolute(arg.event) ? arg.event : undefined;
}

function asksToChoose(arg: unknown): boolean {
  return typeof arg === 'object' && arg !== null && 'choose' in arg && arg.choose === true;
}
