import type { ServerResponse } from 'node:http';

const afterLastMs = 10_000;
const neverMs = 60_000;

/** The open connections of those who need the runtime; it may end some time after the last is gone and nothing runs. */
export class Leases {
  readonly #open = new Set<ServerResponse>();
  readonly #isBusy: () => boolean;
  #lastUse = Date.now();
  #limit = neverMs;

  constructor(isBusy: () => boolean) {
    this.#isBusy = isBusy;
  }

  add(response: ServerResponse): void {
    this.#open.add(response);
    this.#limit = afterLastMs;
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
    }, 500);
  }
}
