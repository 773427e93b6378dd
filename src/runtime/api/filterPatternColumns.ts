import { readCondition, readLogic } from './filterPatternCondition';
import type { PatternScanner, PatternTest } from './filterPatternScanner';

type Columns = readonly string[];
type ColumnTest = (column: string) => boolean;

interface Column {
  /** One without a name is only counted. */
  readonly name: string | undefined;
  readonly test: ColumnTest;
}

/** Reads `a, b = x, ..., c]` behind its opening bracket; `...` stands for any number of columns, everything else for one; nothing at all asks for nothing. */
export function columnsTest(scanner: PatternScanner): PatternTest {
  const before: Column[] = [];
  let after: Column[] | undefined;
  if (scanner.take(']')) {
    scanner.finish();
    return Object.assign(() => true, { extract: (message: string) => extract(split(message), [], []) });
  }
  do {
    if (!scanner.take('...')) (after ?? before).push(readColumn(scanner));
    else if (after) throw scanner.refused('... stands in it twice');
    else after = [];
  } while (scanner.take(','));
  scanner.expect(']');
  scanner.finish();
  return Object.assign((message: string) => fit(split(message), before, after), { extract: (message: string) => extract(split(message), before, after) });
}

function fit(columns: Columns, before: readonly Column[], after: readonly Column[] | undefined): boolean {
  const wanted = before.length + (after?.length ?? 0);
  if (after ? columns.length < wanted : columns.length !== wanted) return false;
  const rest = columns.slice(columns.length - (after?.length ?? 0));
  return before.every(({ test }, index) => test(columns[index] ?? '')) && (after ?? []).every(({ test }, index) => test(rest[index] ?? ''));
}

// Every column by its name, or by its number if it has none.
function extract(columns: Columns, before: readonly Column[], after: readonly Column[] = []): Record<string, string> {
  const first = columns.length - after.length;
  const nameOf = (index: number) => (index < first ? before[index] : after[index - first])?.name ?? index + 1;
  return Object.fromEntries(columns.map((column, index) => [`$${nameOf(index)}`, column]));
}

// A column's name says nothing about a message; it must only be the same wherever the column is compared.
function readColumn(scanner: PatternScanner): Column {
  let column: string | undefined;
  const unit = (): ColumnTest => {
    if (scanner.take('(')) {
      const inner = readLogic(scanner, unit);
      scanner.expect(')');
      return inner;
    }
    const name = scanner.match(/[\w$-]+/y);
    if (name === undefined) throw scanner.refused('a column has no name');
    if (name !== (column ??= name)) throw scanner.refused(`${name} is compared in the column of ${column}`);
    return readCondition(scanner) ?? (() => true);
  };
  // Only the last one may be left out.
  if (scanner.match(/(?=\])/y) !== undefined) return { name: undefined, test: () => true };
  const test = readLogic(scanner, unit);
  return { name: column, test };
}

// What stands in brackets or quotation marks is one column, whatever is in it.
function split(message: string): Columns {
  return [...message.matchAll(/\[([^\]]*)\]|"([^"]*)"|(\S+)/g)].map(([, bracketed, quoted, word]) => bracketed ?? quoted ?? word ?? '');
}
