import { Worker } from 'node:worker_threads';
import type { PieceArrays } from './pieces';
import type { Task } from './task';

/** How many batches lie with a thread, so that it never waits for the next. */
const ahead = 2;

interface Hand {
  readonly worker: Worker;
  /** Who waits for what lies with it, oldest first. */
  readonly asked: Settle[];
}

type Settle = (answer: PieceArrays | undefined) => void;

/** Threads that pack batches of files. What a thread that broke down had in hand comes back undone. */
export class Crew {
  readonly #hands = new Set<Hand>();
  readonly #waiting: (readonly [readonly Task[], Settle])[] = [];

  constructor(script: string, size: number) {
    for (let count = 0; count < size; count++) this.#hire(script);
  }

  /** An answer to each batch; `undefined` when nobody could do it. */
  work(batches: readonly (readonly Task[])[]): readonly Promise<PieceArrays | undefined>[] {
    const answers = batches.map((batch) => new Promise<PieceArrays | undefined>((settle) => this.#waiting.push([batch, settle])));
    for (let count = 0; count < ahead; count++) for (const hand of this.#hands) this.#give(hand);
    if (this.#hands.size === 0) this.#giveUp();
    return answers;
  }

  async end(): Promise<void> {
    const hands = [...this.#hands];
    for (const hand of hands) this.#lose(hand);
    await Promise.all(hands.map(({ worker }) => worker.terminate()));
  }

  #hire(script: string): void {
    // Neither the editor's flags nor its environment are for these.
    const worker = new Worker(script, { execArgv: [], env: {} });
    const hand: Hand = { worker, asked: [] };
    this.#hands.add(hand);
    worker.on('message', (answer: PieceArrays) => this.#take(hand, answer));
    worker.once('error', () => this.#lose(hand));
    worker.once('exit', () => this.#lose(hand));
  }

  #give({ worker, asked }: Hand): void {
    const next = this.#waiting.shift();
    if (!next) return;
    const [batch, settle] = next;
    asked.push(settle);
    worker.postMessage(batch);
  }

  #take(hand: Hand, answer: PieceArrays): void {
    const settle = hand.asked.shift();
    this.#give(hand);
    settle?.(answer);
  }

  #lose(hand: Hand): void {
    this.#hands.delete(hand);
    for (const settle of hand.asked.splice(0)) settle(undefined);
    if (this.#hands.size === 0) this.#giveUp();
  }

  #giveUp(): void {
    for (const [, settle] of this.#waiting.splice(0)) settle(undefined);
  }
}
