import type { Deck } from '../deck';
import type { Command } from '../run';

/** Shows all functions again. */
export function clearFilter(deck: Pick<Deck, 'view'>): Command {
  return () => deck.view.setFilter('');
}
