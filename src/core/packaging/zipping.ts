import { throwIfAborted } from '../errors';
import type { DeployOptions } from '../provider';
import { type Job, packBatch, tasksOf } from './batches';
import type { Crew } from './crew';
import type { Item } from './items';
import type { Kept } from './keptTable';
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
  readonly #zip = new ZipJoin();
  readonly #packed: Packed[] = [];
  readonly #turns = new Turns();

  constructor(items: readonly Item[], limits: Limits, options: DeployOptions) {
    this.#items = items;
    this.#limits = limits;
    this.#options = options;
  }

  /** The zip's bytes, over `room` if they fit. Throws `InputError` for a file that cannot be packed, or when it gets too big. */
  async run(batches: readonly (readonly Job[])[], crew: Crew | undefined, room?: Buffer): Promise<Uint8Array> {
    const answers = crew?.work(batches.map((batch) => tasksOf(batch)));
    for (const [index, batch] of batches.entries()) {
      const answer = await answers?.[index];
      throwIfAborted(this.#options.signal);
      const packed = await packBatch(batch, answer);
      for (const each of packed) this.#put(each);
      await this.#rest();
    }
    await this.#turns.give();
    const bytes = this.#zip.finish(room);
    checkZipped(bytes.length, this.#items, this.#limits);
    return bytes;
  }

  /** What is to be kept of it, once it has run; `startedAt` is when the first file was looked at. */
  kept(startedAt: number): Kept {
    const [paths, list]: [string[], PieceList] = [[], new PieceList()];
    for (const [at, packed] of this.#packed.entries()) {
      const item = this.#items[at];
      if (!item?.keeps) continue;
      paths.push(item.path);
      list.add(packed, item.stamp && isSettled(item.stamp, startedAt) ? item.stamp : noStamp);
    }
    return { paths, list };
  }

  #put(packed: Packed): void {
    this.#zip.add(packed);
    this.#packed.push(packed);
    checkZipped(this.#zip.size, this.#items, this.#limits);
  }

  async #rest(): Promise<void> {
    if (!this.#turns.isOver) return;
    this.#options.report('Packing', 0.5 + (0.5 * this.#packed.length) / this.#items.length);
    await this.#turns.give();
  }
}
