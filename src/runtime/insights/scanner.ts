import { ApiError } from '../api/errors';
import { parseRegex } from '../api/filterPatternRegex';
import { PatternScanner, type PatternTest } from '../api/filterPatternScanner';

const deepest = 100;

/** Reads a query of Logs Insights from left to right. */
export class QueryScanner extends PatternScanner {
  #depth = 0;

  override refused(why: string): ApiError {
    return new ApiError(400, 'MalformedQueryException', `The query is malformed, or has what the local runtime does not know: ${why}.`);
  }

  /** Reads what may have more of its kind in itself. */
  within<T>(read: () => T): T {
    if (++this.#depth > deepest) throw this.refused(`more than ${deepest} brackets stand in each other`);
    const inner = read();
    this.#depth--;
    return inner;
  }

  /** Whether this word comes next, however it is written; if so it is behind us now. */
  word(word: string): boolean {
    return this.match(new RegExp(`${word}(?![\\w.@])`, 'iy')) !== undefined;
  }

  /** The name of a field. */
  name(): string {
    const name = this.match(/@?[A-Za-z_][\w.@-]*|`[^`]+`/y);
    if (name === undefined) throw this.refused('a field has no name');
    return name.replace(/`/g, '');
  }

  /** A text in quotation marks of either kind. */
  literal(): string | undefined {
    const single = this.match(/'(?:[^'\\]|\\[\s\S])*'/y);
    return single === undefined ? this.quoted() : single.slice(1, -1).replace(/\\([\s\S])/g, '$1');
  }

  number(): number | undefined {
    const number = this.match(/[+-]?\d+(\.\d+)?/y);
    return number === undefined ? undefined : Number(number);
  }

  /** A list of at least one, with commas between. */
  list<T>(one: () => T): readonly T[] {
    const list = [one()];
    while (this.take(',')) list.push(one());
    return list;
  }

  /** A regular expression between slashes; `(?i)` at its beginning has it look past capitals. */
  expression(): PatternTest | undefined {
    if (!this.take('/')) return undefined;
    const raw = this.matchHere(/(?:[^/\\]|\\[\s\S])*\//y);
    if (raw === undefined) throw this.refused('a slash has no partner');
    const source = raw.slice(0, -1);
    if (!source.startsWith('(?i)')) return parseRegex(source, (why) => this.refused(why));
    const small = source.slice(4).replace(/\\[\s\S]|[A-Z]/g, (found) => (found.length > 1 ? found : found.toLowerCase()));
    const finds = parseRegex(small, (why) => this.refused(why));
    return (text) => finds(text.toLowerCase());
  }
}
