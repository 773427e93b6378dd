import type { ApiError } from './errors';
import { RegexMachine, type RegexStep } from './filterPatternMachine';

type Refuse = (why: string) => ApiError;
type Accepts = (code: number) => boolean;

const maxSteps = 2000;

/**
 * A regular expression of the kind that filter patterns may have, as a test that finds it anywhere in a text: no
 * parentheses, and only ASCII. JavaScript's own expressions would do, but some take time without end on long lines.
 */
export function parseRegex(source: string, refuse: Refuse): (text: string) => boolean {
  const reader = new RegexReader(source, refuse);
  const machine = new RegexMachine(reader.read());
  return (text) => machine.finds(text);
}

class RegexReader {
  readonly #source: string;
  readonly #refuse: Refuse;
  #at = 0;
  #count = 0;

  constructor(source: string, refuse: Refuse) {
    this.#source = source;
    this.#refuse = refuse;
  }

  read(): RegexStep[][] {
    const choices: RegexStep[][] = [[]];
    while (this.#at < this.#source.length) {
      if (this.#take('|')) choices.push([]);
      else choices.at(-1)?.push(...this.#piece());
    }
    return choices;
  }

  #piece(): RegexStep[] {
    if (this.#take('^')) return [{ kind: 'start' }];
    if (this.#take('$')) return [{ kind: 'end' }];
    const accepts = this.#atom();
    const { from, to } = this.#quantity();
    this.#count += Math.max(from, to ?? 0) + 1;
    if (this.#count > maxSteps) throw this.#refuse('a regular expression in it repeats too much');
    const steps: RegexStep[] = Array.from({ length: to ?? from }, (_, index) => ({ kind: index < from ? 'one' : 'maybe', accepts }));
    return to === undefined ? [...steps, { kind: 'many', accepts }] : steps;
  }

  #quantity(): { from: number; to?: number } {
    if (this.#take('*')) return { from: 0 };
    if (this.#take('+')) return { from: 1 };
    if (this.#take('?')) return { from: 0, to: 1 };
    const braces = this.#match(/\{(\d{1,4})(?:(,)(\d{1,4})?)?\}/y);
    if (!braces) return { from: 1, to: 1 };
    const from = Number(braces[1]);
    const to = braces[2] ? (braces[3] === undefined ? undefined : Number(braces[3])) : from;
    if (to !== undefined && to < from) throw this.#refuse('a regular expression in it repeats up to less than from');
    return { from, to };
  }

  #atom(): Accepts {
    if (this.#take('.')) return (code) => code !== 10 && code !== 13 && code !== 0x2028 && code !== 0x2029;
    if (this.#take('[')) return this.#class();
    if (this.#take('\\')) return this.#escape().accepts;
    const plain = this.#match(/[A-Za-z0-9:_#=@/;, -]/y)?.[0];
    if (plain === undefined) throw this.#refuse(`a regular expression in it has ${JSON.stringify(this.#source.charAt(this.#at))} where it may not`);
    return is(plain.charCodeAt(0));
  }

  #class(): Accepts {
    const negated = this.#take('^');
    const members: Accepts[] = [];
    do members.push(this.#member());
    while (!this.#take(']'));
    return (code) => members.some((accepts) => accepts(code)) !== negated;
  }

  #member(): Accepts {
    const first = this.#letter();
    const from = first.code;
    if (from === undefined || !this.#match(/-(?!\])/y)) return first.accepts;
    const to = this.#letter().code;
    if (to === undefined || to < from) throw this.#refuse('a regular expression in it has a range that is none');
    return (code) => code >= from && code <= to;
  }

  #letter(): { code?: number; accepts: Accepts } {
    if (this.#take('\\')) return this.#escape();
    const plain = this.#match(/[ -~]/y)?.[0];
    if (plain === undefined) throw this.#refuse('a regular expression in it has a bracket without partner, or a letter that is not ASCII');
    return literal(plain.charCodeAt(0));
  }

  #escape(): { code?: number; accepts: Accepts } {
    const hex = this.#match(/x([0-9a-fA-F]{2})/y)?.[1];
    if (hex) return literal(Number.parseInt(hex, 16));
    const letter = this.#match(/[ -~]/y)?.[0] ?? '';
    const kind = kinds[letter.toLowerCase()];
    if (kind) return { accepts: letter === letter.toLowerCase() ? kind : (code) => !kind(code) };
    if (!/^[^A-Za-z0-9]$/.test(letter)) throw this.#refuse(`a regular expression in it has \\${letter}, which means nothing`);
    return literal(letter.charCodeAt(0));
  }

  #take(letter: string): boolean {
    if (this.#source.charAt(this.#at) !== letter) return false;
    this.#at += 1;
    return true;
  }

  #match(sticky: RegExp): RegExpExecArray | undefined {
    sticky.lastIndex = this.#at;
    const found = sticky.exec(this.#source) ?? undefined;
    this.#at += found?.[0].length ?? 0;
    return found;
  }
}

const ofKind = (kind: RegExp): Accepts => (code) => kind.test(String.fromCodePoint(code));
const kinds: Readonly<Record<string, Accepts>> = { d: ofKind(/\d/), w: ofKind(/\w/), s: ofKind(/\s/) };

function is(code: number): Accepts {
  return (other) => other === code;
}

function literal(code: number): { code: number; accepts: Accepts } {
  return { code, accepts: is(code) };
}
