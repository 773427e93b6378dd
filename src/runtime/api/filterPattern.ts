import { ApiError } from './errors';

type Test = (message: string) => boolean;

/**
 * A filter pattern of plain terms as a test of messages: all of `a b`, none of `-c`, at least one of `?d ?e`, and
 * `"a phrase"` for any of them. The JSON, column and regular expression patterns are refused.
 */
export function parsePattern(pattern: string): Test {
  const text = pattern.trim();
  if (/^[{[]/.test(text) || /(^|[\s?-])%/.test(text)) throw refused('JSON, column and regular expression patterns are not known here: use plain terms');
  const terms = [...text.matchAll(/([?-]?)(?:"((?:[^"\\]|\\.)*)"|(\S+))/g)].map(([, sign, phrase, word]) => ({ sign, text: phrase?.replace(/\\(.)/g, '$1') ?? word ?? '' }));
  if (terms.some((term) => term.text.startsWith('"'))) throw refused('a quotation mark has no partner');
  const of = (sign: string) => terms.filter((term) => term.sign === sign).map((term) => term.text);
  const [all, none, any] = [of(''), of('-'), of('?')];
  // As documented, optional terms have no weight once there are others that are not.
  const anyCounts = any.length > 0 && all.length === 0 && none.length === 0;
  return (message) =>
    all.every((term) => message.includes(term)) &&
    !none.some((term) => message.includes(term)) &&
    (!anyCounts || any.some((term) => message.includes(term)));
}

function refused(why: string): ApiError {
  return new ApiError(400, 'InvalidParameterException', `Invalid filter pattern: ${why}.`);
}
