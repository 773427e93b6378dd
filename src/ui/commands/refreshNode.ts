import type { Deck } from '../deck';
import type { Command } from '../run';
import { toNode } from '../functions/nodes';

/** Reads one row of the tree again, and what is below it. */
export function refreshNode(deck: Pick<Deck, 'view'>): Command {
  return (arg) => deck.view.refresh(toNode(arg));
}
