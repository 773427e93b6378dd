import * as vscode from 'vscode';
import type { EventFormat, FunctionRef } from '../../core/provider';
import { eventFormatOf } from '../../core/signature';
import type { Deck } from '../deck';

export type FormatNeeds = Pick<Deck, 'sources' | 'view'>;

/** What an event for a function is: as its row tells, else as handlers take them that are called in its source folder's way. */
export function formatOf(deck: FormatNeeds, ref: FunctionRef): EventFormat {
  const known = deck.view.find(ref);
  if (known) return known.takes ?? 'json';
  return eventFormatOf(deck.sources.of(ref)?.manifest.signature);
}

/** What the event is for the function, in words. */
export function eventPlaceholder(format: EventFormat): string {
  const words: Readonly<Record<EventFormat, string>> = {
    json: vscode.l10n.t('The event: what the function is given'),
    http: vscode.l10n.t('The event: an HTTP request with method, path, query, headers and body'),
    cloudevent: vscode.l10n.t('The event: a CloudEvent with specversion, id, source, type and data'),
  };
  return words[format];
}

export function emptyEventText(format: EventFormat): string {
  const words: Readonly<Record<EventFormat, string>> = {
    json: vscode.l10n.t('Empty event'),
    http: vscode.l10n.t('Empty HTTP request'),
    cloudevent: vscode.l10n.t('Empty CloudEvent'),
  };
  return words[format];
}
