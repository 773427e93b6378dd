import { stat } from 'node:fs/promises';
import path from 'node:path';
import type { FileChange, FileSource, QueueSource, ScheduleSource } from '../store/triggers';
import { isMissing } from '../store/files';
import { Refusal } from './refusal';
import { parseSchedule } from './schedule';

/** What is typed for a trigger, by name. */
export type Options = Readonly<Record<string, string>>;

const known: Readonly<Record<string, readonly string[]>> = {
  http: ['origins'],
  schedule: ['expression', 'timezone', 'input'],
  file: ['folder', 'prefix', 'suffix', 'changes'],
  queue: ['queue', 'batchSize', 'window', 'partial', 'maxReceives'],
};

/** The options of a request apart from its kind, without empty ones; throws `Refusal` for what is none. */
export function readOptions(input: unknown): { readonly kind: string; readonly options: Options } {
  const { kind, ...rest } = (typeof input === 'object' && input !== null ? input : {}) as Record<string, unknown>;
  const names = typeof kind === 'string' && Object.hasOwn(known, kind) ? known[kind] : undefined;
  if (typeof kind !== 'string' || !names) throw new Refusal(`There is no kind of trigger "${String(kind)}"; choose one of ${Object.keys(known).join(', ')}.`);
  const wrong = Object.entries(rest).find(([name, value]) => !names.includes(name) || typeof value !== 'string');
  if (wrong) throw new Refusal(`A trigger of kind ${kind} has no option "${wrong[0]}" of this type; it takes texts for ${names.join(', ')}.`);
  const texts = Object.entries(rest as Options).map(([name, value]) => [name, value.trim()] as const);
  return { kind, options: Object.fromEntries(texts.filter(([, value]) => value)) };
}

export function scheduleSource({ expression = '', timezone, input }: Options): ScheduleSource {
  const now = Date.now();
  if (parseSchedule(expression, timezone, now).next(now) === undefined) throw new Refusal(`${expression} never comes any more; look at its day, month and year.`);
  if (input !== undefined && !isJson(input)) throw new Refusal('The input of a schedule must be JSON, for example {"n": 1}.');
  return { kind: 'schedule', expression, timezone, input };
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch (error) {
    if (error instanceof SyntaxError) return false;
    throw error;
  }
}

/** `data` is the runtime's own folder: what it writes there must not call it again. */
export async function fileSource(options: Options, data: string): Promise<FileSource> {
  const { folder = '', prefix, suffix } = options;
  if (!path.isAbsolute(folder)) throw new Refusal(`"${folder}" is no absolute path; write the whole path of a folder of this machine.`);
  if (!(await isFolder(folder))) throw new Refusal(`There is no folder ${folder}; make it first, or choose another.`);
  if (isWithin(folder, data) || isWithin(data, folder)) throw new Refusal(`${folder} holds what the local runtime itself writes; choose another folder.`);
  return { kind: 'file', folder: path.resolve(folder), prefix, suffix, changes: changesOf(options.changes) };
}

async function isFolder(folder: string): Promise<boolean> {
  try {
    return (await stat(folder)).isDirectory();
  } catch (error) {
    if (isMissing(error)) return false;
    throw error;
  }
}

function isWithin(folder: string, place: string): boolean {
  const relative = path.relative(folder, place);
  return !relative.startsWith('..') && !path.isAbsolute(relative);
}

const changes: readonly FileChange[] = ['created', 'removed', 'appended'];

function changesOf(text: string | undefined): readonly FileChange[] | undefined {
  if (text === undefined) return undefined;
  const asked = text.split(/[ ,]+/);
  const found = changes.filter((change) => asked.includes(change));
  if (found.length === asked.length) return found;
  throw new Refusal(`"${text}" names changes that there are not; write some of ${changes.join(', ')}.`);
}

export interface QueueOptions {
  readonly queue: string;
  readonly source: Omit<QueueSource, 'kind' | 'queue' | 'arn'>;
  readonly maxReceives?: number;
}

export function queueOptions(options: Options): QueueOptions {
  const { queue = '', partial } = options;
  if (!/^[\w-]{1,80}$|^[\w-]{1,75}\.fifo$/.test(queue)) throw new Refusal(`"${queue}" is no name of a queue; use letters, digits, hyphens and underscores, and .fifo at the end of one that keeps order.`);
  const batchSize = number(options, 'batchSize', 1, 10_000) ?? 10;
  const windowSeconds = number(options, 'window', 0, 300) ?? 0;
  if (batchSize > 10 && (!windowSeconds || queue.endsWith('.fifo'))) throw new Refusal('More than 10 messages come together only from a queue that keeps no order, and with a window of at least 1 second; set the window, or a smaller batch.');
  if (partial !== undefined && partial !== 'yes' && partial !== 'no') throw new Refusal('"partial" is yes for a function that answers with batchItemFailures, or no.');
  return { queue, source: { batchSize, windowSeconds, partial: partial === 'yes' }, maxReceives: number(options, 'maxReceives', 1, 1000) };
}

function number(options: Options, name: string, from: number, to: number): number | undefined {
  const text = options[name];
  if (text === undefined) return undefined;
  if (/^\d{1,6}$/.test(text) && Number(text) >= from && Number(text) <= to) return Number(text);
  throw new Refusal(`"${text}" does not fit for ${name}; write a whole number from ${from} to ${to}.`);
}
