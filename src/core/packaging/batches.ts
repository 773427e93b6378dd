import { createHash } from 'node:crypto';
import { type Deflated, deflateAside } from './deflate';
import type { Item } from './items';
import type { Kept, KeptTable } from './keptTable';
import { refuseLeaks } from './leaks';
import type { Answer, Task } from './packer';
import { readStamped } from './read';
import type { Stamp } from './stamp';

/** What is to be done for an item. */
export interface Job {
  readonly item: Item;
  /** What was packed under that name the last time. */
  readonly kept?: Kept;
  /** Whether the file was not touched since. */
  readonly isSame: boolean;
}

/** A file as the zip has it; with what it is known again by, when it is one of the disk. */
export interface Packed extends Deflated {
  readonly hash?: string;
  readonly stamp?: Stamp;
}

const most = { jobs: 1000, unread: 64, bytes: 1024 * 1024 };

export function jobsOf(items: readonly Item[], table: KeptTable | undefined): readonly Job[] {
  return items.map((item) => {
    const kept = item.keeps ? table?.find(item.path) : undefined;
    if (!kept || (item.isSource && !kept.isSource)) return { item, isSame: false };
    return { item, kept, isSame: isSame(item, kept) };
  });
}

function isSame({ bytes, stamp }: Item, kept: Kept): boolean {
  return stamp !== undefined && kept.size === bytes && kept.mtimeMs === stamp.mtimeMs && kept.ctimeMs === stamp.ctimeMs && kept.ino === stamp.ino;
}

/** Jobs that follow one another, few enough to be done in one go. */
export function batchesOf(jobs: readonly Job[]): readonly (readonly Job[])[] {
  const batches: Job[][] = [];
  let left = { jobs: 0, unread: 0, bytes: 0 };
  for (const job of jobs) {
    const bytes = job.isSame ? 0 : job.item.bytes;
    if (left.jobs === 0 || left.unread === 0 || left.bytes < bytes) {
      batches.push([]);
      left = { ...most };
    }
    batches.at(-1)?.push(job);
    left = { jobs: left.jobs - 1, unread: left.unread - (job.isSame ? 0 : 1), bytes: left.bytes - bytes };
  }
  return batches;
}

/** What threads can do of a batch. */
export function tasksOf(batch: readonly Job[]): readonly Task[] {
  return batch.flatMap(({ item, kept, isSame: isDone }) => (isDone || !item.file ? [] : [{ file: item.file, isSource: item.isSource, known: kept?.hash }]));
}

/** Packs a batch; `answer` is what a thread has done of its tasks. */
export async function packBatch(batch: readonly Job[], table: KeptTable | undefined, answer: Answer | undefined): Promise<readonly Packed[]> {
  let [task, at] = [0, 0];
  const packed = batch.map(async ({ item, kept, isSame: isDone }): Promise<Packed> => {
    if (kept && isDone) return again(kept, table, kept);
    const finding = item.file ? answer?.findings[task++] : undefined;
    if (!answer || !finding) return packHere(item, kept, table);
    if (kept && finding.length === undefined) return again(kept, table, finding.stamp);
    const data = answer.data.subarray(at, (at += finding.length ?? 0));
    return { ...finding, data };
  });
  return Promise.all(packed);
}

function again(kept: Kept, table: KeptTable | undefined, stamp: Stamp): Packed {
  return { data: table?.data(kept) ?? new Uint8Array(), crc: kept.crc, size: kept.size, hash: kept.hash, stamp };
}

/** Throws `InputError` when the file cannot be read or holds a secret. */
async function packHere({ path, file, content: made, isSource }: Item, kept: Kept | undefined, table: KeptTable | undefined): Promise<Packed> {
  if (file === undefined) return deflateAside(made ?? new Uint8Array());
  const { content, stamp } = await readStamped({ path, file });
  const hash = createHash('sha256').update(content).digest('hex');
  if (kept && hash === kept.hash) return again(kept, table, stamp);
  if (isSource) refuseLeaks(path, file, content);
  return { ...(await deflateAside(content)), hash, stamp };
}
