import { ApiError } from './errors';
import { tokenize, unparsable, type FilterToken } from './filterTokens';
import { compareWith, everyText, fieldOf, type Test } from './filterTests';
import { toCamel, type Json } from './json';

export type Filter = (entry: Json) => boolean;

/**
 * Reads a filter of Cloud Logging's query language: NOT binds closest, then OR, then AND, which may be left out. A text that does not follow the
 * grammar is refused with 400, as the service does.
 */
export function parseFilter(text: string): Filter {
  if (text.length > 20_000) throw new ApiError('INVALID_ARGUMENT', 'Unparseable filter: filter is too long; it must not exceed 20000 characters');
  return new Parser(text).whole();
}

class Parser {
  readonly #tokens: readonly FilterToken[];
  #next = 0;

  constructor(readonly text: string) {
    this.#tokens = tokenize(text);
  }

  whole(): Filter {
    if (this.#tokens.length === 1) return () => true;
    const filter = this.#and();
    if (this.#peek.is !== 'end') throw this.#wrong();
    return filter;
  }

  get #peek(): FilterToken {
    return this.#tokens[this.#next] as FilterToken;
  }

  #take(): FilterToken {
    const token = this.#peek;
    if (token.is !== 'end') this.#next += 1;
    return token;
  }

  #wrong(token = this.#peek): ApiError {
    return unparsable(this.text, token.at, token.text);
  }

  #keyword(word: string): boolean {
    if (this.#peek.is !== 'text' || this.#peek.text !== word) return false;
    this.#take();
    return true;
  }

  #and(): Filter {
    const parts = [this.#or()];
    for (;;) {
      const explicit = this.#keyword('AND');
      if (!explicit && (this.#peek.is === 'end' || this.#peek.is === 'close')) break;
      parts.push(this.#or());
    }
    return (entry) => parts.every((part) => part(entry));
  }

  #or(): Filter {
    const parts = [this.#not()];
    while (this.#keyword('OR')) parts.push(this.#not());
    return (entry) => parts.some((part) => part(entry));
  }

  #not(): Filter {
    if (this.#peek.is === 'minus') this.#take();
    else if (!this.#keyword('NOT')) return this.#term();
    const inner = this.#not();
    return (entry) => !inner(entry);
  }

  #term(): Filter {
    if (this.#peek.is === 'open') {
      this.#take();
      const inner = this.#and();
      this.#close();
      return inner;
    }
    return this.#comparison();
  }

  #close(): void {
    if (this.#take().is !== 'close') throw this.#wrong(this.#tokens[this.#next - 1]);
  }

  #comparison(): Filter {
    const start = this.#peek;
    if (start.is !== 'text' && start.is !== 'quoted') throw this.#wrong();
    if (start.is === 'text' && ['AND', 'OR', 'NOT'].includes(start.text)) throw this.#wrong();
    const path = this.#path();
    if (this.#peek.is === 'open' && !this.#peek.apart && path.length === 1) return this.#function(path[0] ?? '');
    if (this.#peek.is !== 'operator') return anywhere(path.join('.'));
    const operator = this.#take().text;
    return this.#values(path.map(toCamelUnlessKey), operator);
  }

  #path(): string[] {
    const parts = [this.#take().text];
    while (this.#peek.is === 'dot') {
      this.#take();
      const part = this.#take();
      if (part.is !== 'text' && part.is !== 'quoted') throw this.#wrong(part);
      parts.push(part.text);
    }
    return parts;
  }

  /** What stands right of an operator: one value, or several in parentheses with AND, OR and NOT between them. */
  #values(path: readonly string[], operator: string): Filter {
    if (this.#peek.is !== 'open') return this.#test(path, operator, this.#value());
    this.#take();
    const filter = this.#valueAnd(path, operator);
    this.#close();
    return filter;
  }

  #valueAnd(path: readonly string[], operator: string): Filter {
    const parts = [this.#valueOr(path, operator)];
    while (this.#peek.is !== 'close' && this.#peek.is !== 'end') {
      this.#keyword('AND');
      parts.push(this.#valueOr(path, operator));
    }
    return (entry) => parts.every((part) => part(entry));
  }

  #valueOr(path: readonly string[], operator: string): Filter {
    const parts = [this.#valueNot(path, operator)];
    while (this.#keyword('OR')) parts.push(this.#valueNot(path, operator));
    return (entry) => parts.some((part) => part(entry));
  }

  #valueNot(path: readonly string[], operator: string): Filter {
    if (this.#peek.is === 'minus' || (this.#peek.is === 'text' && this.#peek.text === 'NOT')) {
      this.#take();
      const inner = this.#valueNot(path, operator);
      return (entry) => !inner(entry);
    }
    return this.#values(path, operator);
  }

  #value(): { text: string; quoted: boolean } {
    const token = this.#take();
    if (token.is === 'quoted') return { text: token.text, quoted: true };
    if (token.is !== 'text' && token.is !== 'minus') throw this.#wrong(token);
    if (['AND', 'OR', 'NOT'].includes(token.text)) throw this.#wrong(token);
    let { text } = token;
    // A bare value may have dots within: a number, a host, a log's name.
    while (!this.#peek.apart && (this.#peek.is === 'dot' || this.#peek.is === 'text')) text += this.#take().text;
    return { text, quoted: false };
  }

  #test(path: readonly string[], operator: string, value: { text: string; quoted: boolean }): Filter {
    const test: Test = compareWith(path, operator, value);
    return (entry) => fieldOf(entry, path).some(test);
  }

  #function(name: string): Filter {
    this.#take();
    const given: string[] = [];
    while (this.#peek.is !== 'close') {
      if (this.#peek.is === 'end') throw this.#wrong();
      const token = this.#take();
      if (token.is !== 'comma') given.push(token.text);
    }
    this.#take();
    if (name === 'log_id') return (entry) => String(entry.logName).endsWith(`/logs/${encodeURIComponent(given[0] ?? '')}`);
    if (name === 'SEARCH') return anywhere(given.at(-1) ?? '');
    throw new ApiError('INVALID_ARGUMENT', `Unparseable filter: unknown function '${name}'`);
  }
}

/** Keys of maps keep their spelling; names of members may be written in snake case too. */
function toCamelUnlessKey(part: string, index: number, path: readonly string[]): string {
  const open = ['labels', 'jsonPayload', 'json_payload', 'protoPayload', 'proto_payload'];
  return path.slice(0, index).some((before) => open.includes(before)) ? part : toCamel(part);
}

function anywhere(text: string): Filter {
  const wanted = text.toLowerCase();
  return (entry) => everyText(entry).some((one) => one.toLowerCase().includes(wanted));
}
