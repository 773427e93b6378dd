import { toRef } from '../args';
import type { Deck } from '../deck';
import type { Command } from '../run';

/** Puts a pinned function back among the others. */
export function unpin(deck: Pick<Deck, 'view'>): Command {
  return async (arg) => {
    const ref = toRef(arg);
    if (ref) await deck.view.unpin(ref);
  };
}
