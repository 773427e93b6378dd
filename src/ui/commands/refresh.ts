import type { Deck } from '../deck';
import type { Command } from '../run';

/** Reads everything that is open again. */
export function refresh(deck: Pick<Deck, 'view' | 'sources'>): Command {
  return () => Promise.all([deck.view.refresh(), deck.sources.refresh()]);
}
