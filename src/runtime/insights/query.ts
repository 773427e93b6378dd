import { compare, readCondition, type RowTest } from './condition';
import type { Row } from './row';
import { QueryScanner } from './scanner';
import { readStats } from './stats';

/** A query of Logs Insights, as far as the local runtime knows the language: fields, display, filter, sort, limit, stats. */
export interface Query {
  /** What is shown of each row. */
  readonly fields: readonly string[];
  /** Whether the rows are events still, which can be found again. */
  readonly isOfEvents: boolean;
  /** What an event must fit to be kept at all; that is asked before everything else. */
  readonly fits: RowTest;
  /** The rows that come out of those that fit. */
  readonly run: (rows: readonly Row[]) => readonly Row[];
}

const mostRows = 10_000;

interface Reading {
  fields: readonly string[] | undefined;
  isOfEvents: boolean;
  isSorted: boolean;
  readonly before: RowTest[];
  readonly steps: ((rows: readonly Row[]) => readonly Row[])[];
}

/** Throws `MalformedQueryException`. https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CWL_QuerySyntax.html */
export function parseQuery(text: string): Query {
  const scanner = new QueryScanner(text);
  const reading: Reading = { fields: undefined, isOfEvents: true, isSorted: false, before: [], steps: [] };
  do readCommand(scanner, reading);
  while (scanner.take('|'));
  scanner.finish();
  const { fields = ['@timestamp', '@message'], isOfEvents, before, steps } = reading;
  const all = reading.isSorted || !isOfEvents ? steps : [newestFirst, ...steps];
  return { fields, isOfEvents, fits: (row) => before.every((test) => test(row)), run: (rows) => all.reduce((left, step) => step(left), rows).slice(0, mostRows) };
}

function readCommand(scanner: QueryScanner, reading: Reading): void {
  if (scanner.word('fields') || scanner.word('display')) reading.fields = scanner.list(() => scanner.name());
  else if (scanner.word('filter')) addFilter(reading, readCondition(scanner));
  else if (scanner.word('sort')) addSort(scanner, reading);
  else if (scanner.word('limit')) addLimit(scanner, reading);
  else if (scanner.word('stats')) addStats(scanner, reading);
  else throw scanner.refused('a command must be fields, display, filter, sort, limit or stats');
}

function addFilter(reading: Reading, test: RowTest): void {
  if (reading.steps.length) reading.steps.push((rows) => rows.filter(test));
  else reading.before.push(test);
}

function addSort(scanner: QueryScanner, reading: Reading): void {
  const orders = scanner.list(() => {
    const name = scanner.name();
    return { name, sign: scanner.word('desc') ? -1 : scanner.word('asc') ? 1 : 1 };
  });
  const order = (a: Row, b: Row) => orders.reduce((found, { name, sign }) => found || sign * compare(a.get(name) ?? '', b.get(name) ?? ''), 0);
  reading.steps.push((rows) => [...rows].sort(order));
  reading.isSorted = true;
}

function addLimit(scanner: QueryScanner, reading: Reading): void {
  const limit = scanner.number();
  if (limit === undefined || limit < 1) throw scanner.refused('limit needs a number');
  reading.steps.push((rows) => rows.slice(0, limit));
}

function addStats(scanner: QueryScanner, reading: Reading): void {
  const stats = readStats(scanner);
  reading.steps.push((rows) => stats.of(rows));
  reading.fields = stats.fields;
  reading.isOfEvents = false;
}

// They come in the order of their times.
function newestFirst(rows: readonly Row[]): readonly Row[] {
  return [...rows].reverse();
}
