import { throwIfAborted } from '../errors';
import type { DeployOptions } from '../provider';
import { type Job, packBatch, type Packed, tasksOf } from './batches';
import type { Crew } from './crew';
import type { Item } from './items';
import type { Kept, KeptTable } from './keptTable';
import { checkZipped, type Limits } from './limits';
import { isSettled, noStamp } from './stamp';
import { Turns } from './turns';
import { ZipWriter } from './zip';

/** The making of one zip. */
export class Zipping {
  readonly #items: readonly Item[];
  readonly #table: KeptTable | undefined;
  readonly #limits: Limits;
  readonly #options: DeployOptions;
  readonly #startedAt = Date.now();
  readonly #zip = new ZipWriter();
  readonly #rows: Kept[] = [];
  readonly #turns = new Turns();
  #done = 0;

  constructor(items: readonly Item[], table: KeptTable | undefined, limits: Limits, options: DeployOptions) {
    this.#items = items;
    this.#table = table;
    this.#limits = limits;
    this.#options = options;
  }

  /** The zip's bytes. Throws `InputError` for a file that cannot be packed, or when it gets too big. */
  async run(batches: readonly (readonly Job[])[], crew: Crew | undefined): Promise<Uint8Array> {
    const answers = crew?.work(batches.map((batch) => tasksOf(batch)));
    for (const [index, batch] of batches.entries()) {
      const answer = await answers?.[index];
      throwIfAborted(this.#options.signal);
      const packed = await packBatch(batch, this.#table, answer);
      for (const [at, job] of batch.entries()) this.#put(job.item, packed[at]);
      await this.#rest();
    }
    const bytes = this.#zip.finish();
    checkZipped(bytes.length, this.#items, this.#limits);
    return bytes;
  }

  /** What is to be kept of it. */
  get rows(): readonly Kept[] {
    return this.#rows;
  }

  #put({ path, executable, isSource, keeps }: Item, packed: Packed | undefined): void {
    if (!packed) return;
    const { data, crc, size, hash, stamp } = packed;
    const offset = this.#zip.add(path, executable, packed);
    checkZipped(this.#zip.size, this.#items, this.#limits);
    this.#done++;
    if (!keeps || hash === undefined || !stamp) return;
    const known = isSettled(stamp, this.#startedAt) ? stamp : noStamp;
    this.#rows.push({ path, ...known, hash, isSource, crc, size, offset, length: data.length });
  }

  async #rest(): Promise<void> {
    if (!this.#turns.isOver) return;
    this.#options.report('Packing', 0.5 + (0.5 * this.#done) / this.#items.length);
    await this.#turns.give();
  }
}
