import { throwIfAborted } from '../errors';
import type { DeployOptions } from '../provider';
import { type Job, packBatch, tasksOf } from './batches';
import type { Crew } from './crew';
import type { Item } from './items';
import { checkZipped, type Limits } from './limits';
import { type Packed, PieceList } from './pieces';
import { isSettled, noStamp } from './stamp';
import { Turns } from './turns';
import { ZipJoin } from './zip';

/** The making of one zip. */
export class Zipping {
  readonly #items: readonly Item[];
  readonly #limits: Limits;
  readonly #options: DeployOptions;
  readonly #startedAt = Date.now();
  readonly #zip = new ZipJoin();
  /** What is to be kept of it, and its paths. */
  readonly list = new PieceList();
  readonly paths: string[] = [];
  readonly #turns = new Turns();
  #done = 0;

  constructor(items: readonly Item[], limits: Limits, options: DeployOptions) {
    this.#items = items;
    this.#limits = limits;
    this.#options = options;
  }

  /** The zip's bytes. Throws `InputError` for a file that cannot be packed, or when it gets too big. */
  async run(batches: readonly (readonly Job[])[], crew: Crew | undefined): Promise<Uint8Array> {
    const answers = crew?.work(batches.map((batch) => tasksOf(batch)));
    for (const [index, batch] of batches.entries()) {
      const answer = await answers?.[index];
      throwIfAborted(this.#options.signal);
      const packed = await packBatch(batch, answer);
      for (const [at, job] of batch.entries()) this.#put(job.item, packed[at]);
      await this.#rest();
    }
    await this.#turns.give();
    const bytes = this.#zip.finish();
    checkZipped(bytes.length, this.#items, this.#limits);
    return bytes;
  }

  #put({ path, keeps }: Item, packed: Packed | undefined): void {
    if (!packed) return;
    this.#zip.add(packed);
    checkZipped(this.#zip.size, this.#items, this.#limits);
    this.#done++;
    if (!keeps) return;
    this.paths.push(path);
    const { facts } = packed;
    this.list.add(isSettled(facts, this.#startedAt) ? packed : { ...packed, facts: { ...facts, ...noStamp } });
  }

  async #rest(): Promise<void> {
    if (!this.#turns.isOver) return;
    this.#options.report('Packing', 0.5 + (0.5 * this.#done) / this.#items.length);
    await this.#turns.give();
  }
}
