import { createHash } from 'node:crypto';
import { availableParallelism } from 'node:os';
import { setImmediate as pause } from 'node:timers/promises';
import { throwIfAborted } from '../errors';
import type { DeploymentPackage, DeployOptions } from '../provider';
import type { Parts } from './assemble';
import { batchesOf, type Job, jobsOf } from './batches';
import { Crew } from './crew';
import { isLittle, itemsOf } from './items';
import type { KeptFiles } from './keptFiles';
import type { KeptTable } from './keptTable';
import { checkUnzipped, defaultLimits } from './limits';
import type { PackageRequest } from './request';
import type { Rules } from './rules';
import { Zipping } from './zipping';

const hashedAtOnce = 4 * 1024 * 1024;
const mostThreads = 4;

/** What is to be packed, and what is kept of the last time. */
export interface Packing {
  readonly parts: Parts;
  readonly rules: Rules;
  readonly kept: KeptFiles;
  readonly table: KeptTable | undefined;
  /** When the first file was looked at. */
  readonly startedAt: number;
}

/** Makes the zip of all parts. */
export async function pack(request: PackageRequest, { parts, rules, kept, table, startedAt }: Packing, options: DeployOptions): Promise<DeploymentPackage> {
  const { limits = defaultLimits } = request;
  const items = itemsOf(parts, rules);
  checkUnzipped(items, limits);
  options.report('Packing', 0.5);
  const jobs = jobsOf(items, table);
  await pause();
  const zipping = new Zipping(items, limits, options);
  const isKept = !isNews(jobs, table);
  const bytes = await withCrew(request, jobs, options.signal, (crew) => zipping.run(batchesOf(jobs), crew, isKept ? table?.room : undefined));
  await pause();
  const [hash] = await Promise.all([hashOf(bytes), !isKept && kept.save(zipping.kept(startedAt))]);
  return { bytes, hash, files: items.map(({ path }) => path) };
}

/** Little is packed again before what is kept of it is written. */
function isNews(jobs: readonly Job[], table: KeptTable | undefined): boolean {
  const [packed, same] = [jobs.filter(({ isSame, item }) => !isSame && item.keeps), jobs.filter(({ isSame }) => isSame)];
  return !isLittle(packed.map(({ item }) => item)) || (table?.size ?? 0) > 2 * (same.length + packed.length);
}

/** Lends threads for a task when there is enough to do. */
async function withCrew<T>({ tools: { packer } }: PackageRequest, jobs: readonly Job[], signal: AbortSignal, task: (crew: Crew | undefined) => Promise<T>): Promise<T> {
  const unread = jobs.filter(({ isSame, item }) => !isSame && item.file).map(({ item }) => item);
  if (!packer || isLittle(unread)) return task(undefined);
  // What was called off before is not heard of again.
  throwIfAborted(signal);
  const crew = new Crew(packer, Math.min(availableParallelism(), mostThreads));
  const stop = (): void => void crew.end();
  signal.addEventListener('abort', stop);
  try {
    return await task(crew);
  } finally {
    signal.removeEventListener('abort', stop);
    await crew.end();
  }
}

async function hashOf(bytes: Uint8Array): Promise<string> {
  const hash = createHash('sha256');
  for (let at = 0; at < bytes.length; at += hashedAtOnce) {
    if (at > 0) await pause();
    hash.update(bytes.subarray(at, at + hashedAtOnce));
  }
  return hash.digest('base64');
}
