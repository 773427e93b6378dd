import type { Deck } from '../deck';
import type { Command } from '../run';

/** Shows Function Deck's own log. */
export function showOutput(deck: Pick<Deck, 'log'>): Command {
  return () => deck.log.show();
}
