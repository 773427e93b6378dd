import type { World } from './api/call';
import { lookup, parseName } from './api/names';

const mostTurns = 16;
const turnMs = 60_000;

/**
 * Keeps functions that read each other's logs from calling each other more and more: each of their calls may be told of
 * in several pieces, each of which is a call of its own.
 */
export class Circles {
  readonly #turns = new Map<string, { readonly since: number; count: number }>();

  /** Whether one more piece may go round; `key` names the subscription. */
  allow(key: string): boolean {
    const turn = this.#turns.get(key);
    if (turn && Date.now() - turn.since < turnMs) return ++turn.count <= mostTurns;
    this.#turns.set(key, { since: Date.now(), count: 1 });
    return true;
  }
}

/** Whether what is logged by a function that gets the lines of a group leads back to that group. */
export function leadsBack(world: World, group: string, destination: string): boolean {
  const seen = new Set<string>();
  const destinations = [destination];
  for (const arn of destinations) {
    const { name, qualifier } = parseName(arn);
    const own = lookup(world, name, qualifier)?.version.logGroup;
    if (own === group) return true;
    if (own === undefined || seen.has(own)) continue;
    seen.add(own);
    // What is added while it is walked through is walked through too.
    destinations.push(...(world.logs.get(own)?.facts.subscriptions ?? []).map((one) => one.destination));
  }
  return false;
}
