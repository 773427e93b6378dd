import { conflict } from './errors';

const settleMs = 200;

/**
 * Which functions are being updated. In the cloud that takes a second or more, and whoever updates again meanwhile is
 * refused. Here it is done when the answer goes out; so that a caller who would be refused there is refused here too, it
 * counts as under way until somebody looks at the function, or for a moment.
 */
export class Updates {
  readonly #until = new Map<string, number>();

  begin(name: string): void {
    this.#until.set(name, Date.now() + settleMs);
  }

  /** Somebody looked: from now on the update is complete. */
  end(name: string): void {
    if (this.#until.size) this.#until.delete(name);
  }

  /** Throws while an update of the function is under way. */
  refuse(name: string, arn: string): void {
    if (Date.now() < (this.#until.get(name) ?? 0)) throw conflict(`The operation cannot be performed at this time. An update is in progress for resource: ${arn}`);
  }
}
