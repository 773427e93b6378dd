import type { Deck } from '../deck';
import { chooseInvokeTarget } from '../invoke/target';
import type { Command } from '../run';
import type { SendNeeds } from '../invoke/send';
import { invoke } from './invoke';

/** Follows the log and invokes, in this order, so that the log has the whole call. */
export function invokeAndTail(deck: SendNeeds & Pick<Deck, 'logs'>): Command {
  const send = invoke(deck);
  return async (arg) => {
    const target = await chooseInvokeTarget(deck, arg);
    if (target) await Promise.all([deck.logs.tail(target.ref), send(target)]);
  };
}
