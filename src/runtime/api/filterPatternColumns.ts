import { readCondition, readLogic } from './filterPatternCondition';
import type { PatternScanner, PatternTest } from './filterPatternScanner';

type Columns = readonly string[];
type ColumnTest = (column: string) => boolean;

/** Reads `a, b = x, ..., c]` behind its opening bracket; `...` stands for any number of columns, everything else for one; nothing at all asks for nothing. */
export function columnsTest(scanner: PatternScanner): PatternTest {
  if (scanner.take(']')) {
    scanner.finish();
    return () => true;
  }
  const before: ColumnTest[] = [];
  let after: ColumnTest[] | undefined;
  do {
    if (!scanner.take('...')) (after ?? before).push(readColumn(scanner));
    else if (after) throw scanner.refused('... stands in it twice');
    else after = [];
  } while (scanner.take(','));
  scanner.expect(']');
  scanner.finish();
  return (message) => fit(split(message), before, after);
}

function fit(columns: Columns, before: readonly ColumnTest[], after: readonly ColumnTest[] | undefined): boolean {
  const wanted = before.length + (after?.length ?? 0);
  if (after ? columns.length < wanted : columns.length !== wanted) return false;
  const rest = columns.slice(columns.length - (after?.length ?? 0));
  return before.every((test, index) => test(columns[index] ?? '')) && (after ?? []).every((test, index) => test(rest[index] ?? ''));
}

// A column's name says nothing about a message; it must only be the same wherever the column is compared.
function readColumn(scanner: PatternScanner): ColumnTest {
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
  return readLogic(scanner, unit);
}

// What stands in brackets or quotation marks is one column, whatever is in it.
function split(message: string): Columns {
  return [...message.matchAll(/\[([^\]]*)\]|"([^"]*)"|(\S+)/g)].map(([, bracketed, quoted, word]) => bracketed ?? quoted ?? word ?? '');
}
