import type { PatternScanner, PatternTest } from './filterPatternScanner';

/** All of `a b`, none of `-c`, at least one of `?d ?e`; a term is a word, `"a phrase"` or `%an expression%`. */
export function termsTest(scanner: PatternScanner): PatternTest {
  const all: PatternTest[] = [];
  const none: PatternTest[] = [];
  const any: PatternTest[] = [];
  while (!scanner.isAtEnd) {
    const list = scanner.take('-') ? none : scanner.take('?') ? any : all;
    list.push(readTerm(scanner));
  }
  // As documented, optional terms have no weight once there are others that are not.
  const anyCounts = any.length > 0 && all.length === 0 && none.length === 0;
  const holds = (message: string) => (test: PatternTest) => test(message);
  return (message) => all.every(holds(message)) && !none.some(holds(message)) && (!anyCounts || any.some(holds(message)));
}

function readTerm(scanner: PatternScanner): PatternTest {
  const regex = scanner.regex();
  if (regex) return regex;
  const term = scanner.quoted() ?? scanner.matchHere(/[^\s"]+/y);
  if (term === undefined) throw scanner.refused('a sign has no term behind it');
  return (message) => message.includes(term);
}
