import { hash as digest } from 'node:crypto';
import { deflateAside } from './deflate';
import type { Item } from './items';
import type { KeptTable } from './keptTable';
import { refuseLeaks } from './leaks';
import { type Facts, hashBytes, type Packed, type PieceArrays, Pieces, PieceWriter } from './pieces';
import { readContent } from './read';
import type { Task } from './task';

/** What is to be done for an item. */
export interface Job {
  readonly item: Item;
  /** What was packed under that name the last time. */
  readonly kept?: Packed;
  /** Whether the file was not touched since. */
  readonly isSame: boolean;
}

const most = { jobs: 1000, unread: 64, bytes: 1024 * 1024 };
const noHash = new Uint8Array(hashBytes);

export function jobsOf(items: readonly Item[], table: KeptTable | undefined): readonly Job[] {
  return items.map((item) => {
    const kept = item.keeps ? table?.find(item.path) : undefined;
    if (!kept?.pieces.suits(kept.row, item)) return { item, isSame: false };
    return { item, kept, isSame: item.stamp !== undefined && kept.pieces.isOf(kept.row, item.stamp, item.bytes) };
  });
}

/** Jobs that follow one another, few enough to be done in one go. */
export function batchesOf(jobs: readonly Job[]): readonly (readonly Job[])[] {
  const batches: Job[][] = [];
  let left = { jobs: 0, unread: 0, bytes: 0 };
  let batch: Job[] = [];
  for (const job of jobs) {
    const [unread, bytes] = job.isSame ? [0, 0] : [1, job.item.bytes];
    if (left.jobs === 0 || left.unread === 0 || left.bytes < bytes) {
      batches.push((batch = []));
      left = { ...most };
    }
    batch.push(job);
    left.jobs--;
    left.unread -= unread;
    left.bytes -= bytes;
  }
  return batches;
}

/** What threads can do of a batch. */
export function tasksOf(batch: readonly Job[]): readonly Task[] {
  return batch.filter(isTask).map(({ item: { path, file = '', executable, isSource }, kept }) => ({ path, file, executable, isSource, known: kept?.pieces.hash(kept.row) }));
}

function isTask({ item, isSame: isDone }: Job): boolean {
  return !isDone && item.file !== undefined;
}

/** Packs a batch; `answer` is what a thread has done of its tasks. Throws `InputError` when a file cannot be read or holds a secret. */
export async function packBatch(batch: readonly Job[], answer: PieceArrays | undefined): Promise<readonly Packed[]> {
  const pieces = answer && new Pieces(answer);
  let task = 0;
  const done = batch.map((job) => (job.isSame ? job.kept : pieces && isTask(job) && answered(job, pieces, task++)));
  const rest = (await Promise.all(batch.filter((_, at) => !done[at]).map(packHere))).values();
  return done.flatMap((packed) => packed || (rest.next().value ?? []));
}

/** What a thread made of a job, if it could. */
function answered({ kept }: Job, pieces: Pieces, row: number): Packed | undefined {
  if (pieces.has(row)) return { pieces, row };
  return kept && pieces.hash(row) === kept.pieces.hash(kept.row) ? kept : undefined;
}

async function packHere({ item: { path, file, content: made, executable, isSource }, kept }: Job): Promise<Packed> {
  if (file === undefined) return packOne(path, { size: made?.length ?? 0, isSource, executable }, noHash, made ?? new Uint8Array());
  const content = await readContent({ path, file });
  const hash = digest('sha256', content, 'buffer');
  if (kept && hash.toString('hex') === kept.pieces.hash(kept.row)) return kept;
  if (isSource) refuseLeaks(path, file, content);
  return packOne(path, { size: content.length, isSource, executable }, hash, content);
}

async function packOne(path: string, facts: Facts, hash: Uint8Array, content: Uint8Array): Promise<Packed> {
  const writer = new PieceWriter();
  writer.add(path, facts, hash, await deflateAside(content));
  return { pieces: new Pieces(writer.finish()), row: 0 };
}
