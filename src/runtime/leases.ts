import type { ServerResponse } from 'node:http';

/** How long it stays: `afterLast` once the last lease is gone, `never` while there was none yet. */
const patience = { afterLast: 10_000, never: 60_000 };

/** The open connections of those who need the runtime; it may end some time after the last is gone and nothing runs. */
export class Leases {
  readonly #open = new Set<ServerResponse>();
  readonly #isBusy: () => boolean;
  readonly #patience: typeof patience;
  #lastUse = Date.now();
  #limit: number;

  constructor(isBusy: () => boolean, ms = patience) {
    this.#isBusy = isBusy;
    this.#patience = ms;
    this.#limit = ms.never;
  }

  add(response: ServerResponse): void {
    this.#open.add(response);
    this.#limit = this.#patience.afterLast;
    response.on('close', () => {
      this.#open.delete(response);
      this.#lastUse = Date.now();
    });
    response.writeHead(200, { 'content-type': 'text/plain' }).write('leased\n');
  }

  /** Calls `end` once nobody needs the runtime. */
  watch(end: () => void): NodeJS.Timeout {
    return setInterval(() => {
      if (this.#open.size || this.#isBusy()) this.#lastUse = Date.now();
      else if (Date.now() - this.#lastUse > this.#limit) end();
    }, Math.min(500, this.#patience.afterLast));
  }
}
