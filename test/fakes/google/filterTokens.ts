import { ApiError } from './errors';

export interface FilterToken {
  readonly is: 'text' | 'quoted' | 'operator' | 'open' | 'close' | 'comma' | 'dot' | 'minus' | 'end';
  readonly text: string;
  readonly at: number;
  /** White space came before it. */
  readonly apart: boolean;
}

const operators = ['>=', '<=', '!=', '!~', '=~', '=', '>', '<', ':'];
const single: Readonly<Record<string, FilterToken['is']>> = { '(': 'open', ')': 'close', ',': 'comma', '.': 'dot' };
const word = /[A-Za-z0-9_/*%@$+\\[\]{}&|;#?!~^-]/;

/** https://cloud.google.com/logging/docs/view/logging-query-language */
export function tokenize(text: string): FilterToken[] {
  const tokens: FilterToken[] = [];
  let at = 0;
  let apart = false;
  const push = (is: FilterToken['is'], value: string, length: number): void => {
    tokens.push({ is, text: value, at, apart });
    at += length;
    apart = false;
  };
  while (at < text.length) {
    const letter = text[at] ?? '';
    if (/\s/.test(letter)) {
      at += 1;
      apart = true;
    } else if (text.startsWith('--', at)) {
      // A comment, to the end of the line.
      at = text.indexOf('\n', at) < 0 ? text.length : text.indexOf('\n', at);
    } else if (letter === '"' || letter === "'") {
      const { value, length } = quoted(text, at);
      push('quoted', value, length);
    } else if (single[letter]) push(single[letter], letter, 1);
    else {
      const operator = operators.find((one) => text.startsWith(one, at));
      if (operator) push('operator', operator, operator.length);
      else if (letter === '-' && !/[0-9]/.test(text[at + 1] ?? '')) push('minus', '-', 1);
      else if (word.test(letter)) {
        const value = readWord(text, at);
        push('text', value, value.length);
      } else throw unparsable(text, at, letter);
    }
  }
  push('end', 'end of filter', 0);
  return tokens;
}

function readWord(text: string, at: number): string {
  let end = at;
  while (end < text.length && word.test(text[end] ?? '') && !operators.some((one) => one.length === 2 && text.startsWith(one, end))) end += 1;
  return text.slice(at, Math.max(end, at + 1));
}

const escapes: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', b: '\b', f: '\f' };

function quoted(text: string, start: number): { value: string; length: number } {
  const quote = text[start];
  let value = '';
  for (let at = start + 1; at < text.length; at += 1) {
    const letter = text[at] ?? '';
    if (letter === quote) return { value, length: at + 1 - start };
    if (letter !== '\\') {
      value += letter;
      continue;
    }
    at += 1;
    const escaped = text[at] ?? '';
    if (escaped === 'u') {
      value += String.fromCharCode(parseInt(text.slice(at + 1, at + 5), 16));
      at += 4;
    } else if (escaped === '"' || escaped === "'" || escaped === '\\') value += escaped;
    // What is no escape of the language stays as it is, so that a regular expression need not double its backslashes.
    else value += escapes[escaped] ?? `\\${escaped}`;
  }
  throw unparsable(text, start, quote ?? '');
}

export function unparsable(filter: string, at: number, token: string): ApiError {
  const before = filter.slice(0, at).split('\n');
  return new ApiError('INVALID_ARGUMENT', `Unparseable filter: syntax error at line ${before.length}, column ${(before.at(-1)?.length ?? 0) + 1}, token '${token}'`);
}
