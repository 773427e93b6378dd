import { toRef } from '../args';
import type { Deck } from '../deck';
import type { Command } from '../run';

/** Keeps a function on top of its scope. */
export function pin(deck: Pick<Deck, 'view'>): Command {
  return async (arg) => {
    const ref = toRef(arg);
    if (ref) await deck.view.pin(ref);
  };
}
