import { ApiError } from './errors';
import { parseRegex } from './filterPatternRegex';

export interface PatternTest {
  (message: string): boolean;
  /** What the pattern names in a message that it finds, by its name with a dollar sign; a pattern of terms names nothing. */
  readonly extract?: (message: string) => Readonly<Record<string, string>>;
}

/** Reads a filter pattern from left to right. Whitespace before what is asked for is passed over. */
export class PatternScanner {
  #at = 0;
  #regexes = 0;

  constructor(readonly text: string) {}

  /** How much of the text is behind us. */
  get at(): number {
    return this.#at;
  }

  get isAtEnd(): boolean {
    this.#skip();
    return this.#at >= this.text.length;
  }

  /** Whether this comes next; if so it is behind us now. */
  take(token: string): boolean {
    this.#skip();
    if (!this.text.startsWith(token, this.#at)) return false;
    this.#at += token.length;
    return true;
  }

  /** The first of these that comes next. */
  takeOne<T extends string>(tokens: readonly T[]): T | undefined {
    return tokens.find((token) => this.take(token));
  }

  expect(token: string): void {
    if (!this.take(token)) throw this.refused(`${token} is missing`);
  }

  /** What a sticky expression finds next. */
  match(sticky: RegExp): string | undefined {
    this.#skip();
    return this.matchHere(sticky);
  }

  /** The same, where no whitespace may stand before it. */
  matchHere(sticky: RegExp): string | undefined {
    sticky.lastIndex = this.#at;
    const found = sticky.exec(this.text)?.[0];
    this.#at += found?.length ?? 0;
    return found;
  }

  /** A text in quotation marks, without them. */
  quoted(): string | undefined {
    if (!this.take('"')) return undefined;
    const raw = this.matchHere(/(?:[^"\\]|\\[\s\S])*"/y);
    if (raw === undefined) throw this.refused('a quotation mark has no partner');
    return raw.slice(0, -1).replace(/\\([\s\S])/g, '$1');
  }

  /** A regular expression between percent signs, as a test of texts. */
  regex(): PatternTest | undefined {
    if (!this.take('%')) return undefined;
    const raw = this.matchHere(/(?:[^%\\]|\\[\s\S])*%/y);
    if (raw === undefined) throw this.refused('a percent sign has no partner');
    if (++this.#regexes > 2) throw this.refused('it has more than two regular expressions');
    return parseRegex(raw.slice(0, -1), (why) => this.refused(why));
  }

  finish(): void {
    if (!this.isAtEnd) throw this.refused(`nothing may follow at character ${this.#at + 1}`);
  }

  refused(why: string): ApiError {
    return new ApiError(400, 'InvalidParameterException', `Invalid filter pattern: ${why}.`);
  }

  #skip(): void {
    while (this.#at < this.text.length && /\s/.test(this.text.charAt(this.#at))) this.#at += 1;
  }
}
