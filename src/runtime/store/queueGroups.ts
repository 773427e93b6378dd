interface Grouped {
  readonly group?: string;
}

const mostKnown = 10_000;

/** The turns of the groups of a queue that keeps order: the one that waited longest is served first, and as far as there is something of it. */
export class GroupTurns {
  /** Those that were served lately, the last at the end. */
  readonly #served = new Set<string>();

  serve(group: string): void {
    this.#served.delete(group);
    this.#served.add(group);
    const [oldest] = this.#served;
    if (this.#served.size > mostKnown && oldest !== undefined) this.#served.delete(oldest);
  }

  /** Messages in their order, each behind those of its group, and groups by their turns. */
  order<T extends Grouped>(messages: readonly T[]): readonly T[] {
    const groups = new Map<string | undefined, T[]>();
    for (const message of messages) {
      const known = groups.get(message.group);
      if (known) known.push(message);
      else groups.set(message.group, [message]);
    }
    const isServed = ([group]: readonly [string | undefined, unknown]) => group !== undefined && this.#served.has(group);
    const waiting = [...groups].filter((one) => !isServed(one));
    const others = [...this.#served].flatMap((group) => groups.get(group) ?? []);
    return [...waiting.flatMap(([, list]) => list), ...others];
  }
}
