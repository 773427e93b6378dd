import type { Turns } from '../../core/packaging/turns';
import { Best, type Collector, type Order } from './best';
import { readCondition, type RowTest } from './condition';
import type { Row } from './row';
import { QueryScanner } from './scanner';
import { readStats } from './stats';

/** A query of Logs Insights, as far as the local runtime knows the language: fields, display, filter, sort, limit, stats. */
export interface Query {
  /** What is shown of each row. */
  readonly fields: readonly string[];
  /** Whether the rows are events still, which can be found again. */
  readonly isOfEvents: boolean;
  start(): Answer;
}

/** What makes fewer rows of rows: those that fit are collected. */
interface Stage {
  readonly tests: readonly RowTest[];
  start(): Collector;
}

interface Reading {
  fields: readonly string[] | undefined;
  isOfEvents: boolean;
  readonly stages: Stage[];
  /** What the next stage is to filter and to sort by. A sort before a filter is the same as one behind it. */
  tests: RowTest[];
  orders: readonly Order[];
  /** How rows are sorted unless the query says it. */
  usual: readonly Order[];
}

const mostRows = 10_000;
const newestFirst: readonly Order[] = [{ name: '@timestamp', sign: -1 }];

/** Throws `MalformedQueryException`. https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CWL_QuerySyntax.html */
export function parseQuery(text: string): Query {
  const scanner = new QueryScanner(text);
  const reading: Reading = { fields: undefined, isOfEvents: true, stages: [], tests: [], orders: [], usual: newestFirst };
  do readCommand(scanner, reading);
  while (scanner.take('|'));
  scanner.finish();
  addBest(reading, mostRows);
  const { fields = ['@timestamp', '@message'], isOfEvents, stages } = reading;
  return { fields, isOfEvents, start: () => new Answer(stages) };
}

function readCommand(scanner: QueryScanner, reading: Reading): void {
  if (scanner.word('fields') || scanner.word('display')) reading.fields = scanner.list(() => scanner.name());
  else if (scanner.word('filter')) reading.tests.push(readCondition(scanner));
  else if (scanner.word('sort')) addSort(scanner, reading);
  else if (scanner.word('limit')) addLimit(scanner, reading);
  else if (scanner.word('stats')) addStats(scanner, reading);
  else throw scanner.refused('a command must be fields, display, filter, sort, limit or stats');
}

function addSort(scanner: QueryScanner, reading: Reading): void {
  const orders = scanner.list((): Order => {
    const name = scanner.name();
    return { name, sign: scanner.word('desc') ? -1 : scanner.word('asc') ? 1 : 1 };
  });
  reading.orders = [...orders, ...reading.orders];
}

function addLimit(scanner: QueryScanner, reading: Reading): void {
  const limit = scanner.number();
  if (limit === undefined || limit < 1) throw scanner.refused('limit needs a number');
  addBest(reading, Math.min(Math.floor(limit), mostRows));
}

function addBest(reading: Reading, most: number): void {
  const orders = reading.orders.length ? reading.orders : reading.usual;
  addStage(reading, () => new Best(orders, most));
  reading.usual = [];
}

// What is counted comes in no order: that of its rows is for nothing.
function addStats(scanner: QueryScanner, reading: Reading): void {
  const stats = readStats(scanner);
  addStage(reading, () => stats.start());
  reading.usual = stats.keys.map((name) => ({ name, sign: 1 }));
  reading.fields = stats.fields;
  reading.isOfEvents = false;
}

function addStage(reading: Reading, start: () => Collector): void {
  reading.stages.push({ tests: reading.tests, start });
  reading.tests = [];
  reading.orders = [];
}

/** What becomes of rows that are added one after the other: never more are kept than the query needs. */
export class Answer {
  readonly #first: Step;
  readonly #others: readonly Step[];

  constructor(stages: readonly Stage[]) {
    const [first, ...others] = stages.map((stage) => new Step(stage));
    if (!first) throw new TypeError('A query has at least one stage.');
    this.#first = first;
    this.#others = others;
  }

  /** Whether it fits. */
  add(row: Row): boolean {
    return this.#first.add(row);
  }

  async rows(turns: Turns): Promise<Iterable<Row>> {
    let rows = this.#first.rows();
    for (const step of this.#others) {
      for (const row of rows) {
        step.add(row);
        if (turns.isOver) await turns.give();
      }
      rows = step.rows();
    }
    return rows;
  }
}

class Step {
  readonly #tests: readonly RowTest[];
  readonly #collector: Collector;

  constructor(stage: Stage) {
    this.#tests = stage.tests;
    this.#collector = stage.start();
  }

  add(row: Row): boolean {
    const fits = this.#tests.every((test) => test(row));
    if (fits) this.#collector.add(row);
    return fits;
  }

  rows(): Iterable<Row> {
    return this.#collector.rows();
  }
}
