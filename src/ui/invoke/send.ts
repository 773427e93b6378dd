import * as vscode from 'vscode';
import type { CallOptions, FunctionRef, InvokeMode, InvokeResult } from '../../core/provider';
import { place } from '../args';
import type { Deck } from '../deck';
import { withProgress } from '../progress';
import { requireTrust } from '../tools';

export type SendNeeds = Pick<Deck, 'service' | 'sources' | 'events' | 'result' | 'problems' | 'view' | 'debugging'>;

/** Sends a saved event to a function, once, and shows what came of it. */
export async function sendEvent(deck: SendNeeds, ref: FunctionRef, event: string, mode: InvokeMode = 'sync'): Promise<void> {
  requireTrust();
  const payload = await deck.events.read(event);
  if (deck.events.isEvent(event)) await deck.events.use(ref, event);
  const at = new Date();
  const timeoutSeconds = deck.view.find(ref)?.timeoutSeconds;
  const call = ({ signal }: CallOptions): Promise<InvokeResult> => deck.service.invoke(ref, { payload, mode, timeoutSeconds }, { signal });
  const title = vscode.l10n.t('Invoking {0} on {1}', ref.name, place(deck, ref));
  // A debugger shows by itself where the call stands, and the end of its session is the end of the call.
  const signal = deck.debugging.session(ref);
  const result = await deck.result.during(() => (signal ? call({ signal }) : withProgress(title, call)));
  // One after the other: what is learned later must not be wiped out by what was known before.
  let marked = markProblem(deck, ref, result);
  const learn = (whole: InvokeResult): void => {
    marked = marked.then(() => markProblem(deck, ref, whole));
  };
  await deck.result.show({ ref, place: place(deck, ref), event, at, mode, result }, learn);
  await marked;
}

async function markProblem(deck: SendNeeds, ref: FunctionRef, result: InvokeResult): Promise<void> {
  if (result.ok) deck.problems.clear(ref);
  else await deck.problems.report(ref, result.error);
}
