/** A step of a regular expression: a character once, once or not at all, or any number of times; or a place. */
export type RegexStep =
  | { readonly kind: 'one' | 'maybe' | 'many'; readonly accepts: (code: number) => boolean }
  | { readonly kind: 'start' | 'end' | 'found' };

/** The steps that may come next, all at the same time. */
interface State {
  readonly steps: readonly number[];
  readonly found: boolean;
  readonly next: Map<number, State>;
}

interface Place {
  readonly isStart: boolean;
  readonly isEnd: boolean;
}

const inside: Place = { isStart: false, isEnd: false };
const maxStates = 500;

/**
 * Finds regular expressions in time linear in the text: it goes through it once, with all steps that may come next in
 * hand, and remembers which set of steps follows which.
 */
export class RegexMachine {
  readonly #steps: readonly RegexStep[];
  readonly #starts: readonly number[];
  readonly #states = new Map<string, State>();

  constructor(choices: readonly (readonly RegexStep[])[]) {
    const steps: RegexStep[] = [];
    const starts: number[] = [];
    for (const choice of choices) {
      starts.push(steps.length);
      steps.push(...choice, { kind: 'found' });
    }
    this.#steps = steps;
    this.#starts = starts;
  }

  finds(text: string): boolean {
    let state = this.#reach([], { isStart: true, isEnd: isEnd(text, 0) });
    for (let at = 0; at < text.length && !state.found; ) {
      const code = text.codePointAt(at) ?? 0;
      at += code > 0xffff ? 2 : 1;
      state = isEnd(text, at) ? this.#reach(this.#follow(state, code), { isStart: false, isEnd: true }) : this.#next(state, code);
    }
    return state.found;
  }

  #next(state: State, code: number): State {
    const known = state.next.get(code);
    if (known) return known;
    const next = this.#reach(this.#follow(state, code), inside);
    if (state.next.size > maxStates) state.next.clear();
    state.next.set(code, next);
    return next;
  }

  #follow(state: State, code: number): number[] {
    return state.steps.flatMap((index) => {
      const step = this.#steps[index];
      if (!step || !('accepts' in step) || !step.accepts(code)) return [];
      return step.kind === 'many' ? [index] : [index + 1];
    });
  }

  // A match may begin at every place, so the first steps are always among them.
  #reach(from: readonly number[], place: Place): State {
    const reached = new Set([...from, ...this.#starts]);
    // What is added while it is walked through is walked through too.
    for (const index of reached) if (mayPass(this.#steps[index], place)) reached.add(index + 1);
    const steps = [...reached].sort((a, b) => a - b);
    const key = steps.join();
    const known = this.#states.get(key);
    if (known) return known;
    if (this.#states.size > maxStates) this.#states.clear();
    const state: State = { steps, found: steps.some((index) => this.#steps[index]?.kind === 'found'), next: new Map() };
    this.#states.set(key, state);
    return state;
  }
}

function mayPass(step: RegexStep | undefined, place: Place): boolean {
  if (step?.kind === 'start') return place.isStart;
  if (step?.kind === 'end') return place.isEnd;
  return step?.kind === 'maybe' || step?.kind === 'many';
}

// A message's own line end does not hide its end.
function isEnd(text: string, at: number): boolean {
  return at === text.length || (at === text.length - 1 && text.charCodeAt(at) === 10);
}
