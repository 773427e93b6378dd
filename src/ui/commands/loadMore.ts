import type { Deck } from '../deck';
import type { Command } from '../run';
import { toNode } from '../functions/nodes';

/** Loads the next functions of a scope that has many. */
export function loadMore(deck: Pick<Deck, 'view'>): Command {
  return (arg) => {
    const node = toNode(arg);
    if (node) deck.view.loadMore(node);
  };
}
