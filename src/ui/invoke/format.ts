import * as vscode from 'vscode';
import type { EventFormat, FunctionRef, Template } from '../../core/provider';
import type { Deck } from '../deck';

export type FormatNeeds = Pick<Deck, 'service' | 'sources' | 'view'>;

/** What an event for a function is: as its row tells, else as the templates tell whose handlers are called in its source folder's way. */
export function formatOf(deck: FormatNeeds, ref: FunctionRef): EventFormat {
  const known = deck.view.find(ref);
  if (known) return known.takes ?? 'json';
  const signature = deck.sources.of(ref)?.manifest.signature;
  if (signature === undefined) return 'json';
  const hasSignature = ({ languages }: Template): boolean => languages.some((language) => language.signature === signature);
  return deck.service.providers.flatMap(({ templates }) => templates).find(hasSignature)?.takes ?? 'json';
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
