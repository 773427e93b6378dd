import { type CallOptions, type CloudFunction, type FunctionRef, type ListPage, refKey } from '../provider';

export interface FunctionListOptions {
  readonly read: (options: CallOptions) => AsyncIterable<ListPage>;
  /** How many functions are loaded before `more` has to ask. */
  readonly limit: () => number;
  /** Called after every page and at the end. */
  readonly changed: () => void;
}

/** One read of the list from its start: what it has seen, and how to stop it. */
interface Pass {
  readonly controller: AbortController;
  readonly seen: Set<string>;
  /** Scopes that could not be asked. */
  readonly unread: Set<string>;
  readonly first: Promise<void>;
}

/**
 * The functions of one scope, page by page. Reading again keeps the old ones until the new list says otherwise; a page
 * that fails leaves what has come.
 */
export class FunctionList {
  readonly #options: FunctionListOptions;
  readonly #functions = new Map<string, CloudFunction>();
  #pass: Pass | undefined;
  #resume: (() => void) | undefined;
  #limit = 0;
  #error: unknown;
  #problem: Error | undefined;
  #complete = false;

  constructor(options: FunctionListOptions) {
    this.#options = options;
  }

  get functions(): readonly CloudFunction[] {
    return [...this.#functions.values()];
  }

  get count(): number {
    return this.#functions.size;
  }

  /** How many functions the read under way has brought so far. */
  get progress(): number {
    return this.#pass?.seen.size ?? 0;
  }

  get loading(): boolean {
    return this.#pass !== undefined && this.#resume === undefined;
  }

  /** Whether there is more that `more` would load. */
  get paused(): boolean {
    return this.#resume !== undefined;
  }

  /** Whether the whole list has come, so that what is missing in it does not exist. */
  get complete(): boolean {
    return this.#complete;
  }

  /** Why the last read ended early, or left something out. */
  get error(): unknown {
    return this.#error ?? this.#problem;
  }

  /** Whether the list was read to its end, but for a part that could not be asked. */
  get isPartial(): boolean {
    return this.#error === undefined && this.#problem !== undefined;
  }

  get(ref: FunctionRef): CloudFunction | undefined {
    return this.#functions.get(refKey(ref));
  }

  /** Resolves when the first page is there, or an error. Reads nothing if that is so already. */
  load(): Promise<void> {
    if (this.#complete || this.error !== undefined) return Promise.resolve();
    return this.#pass?.first ?? this.reload();
  }

  /** Reads from the start; resolves as `load` does. */
  reload(): Promise<void> {
    this.stop();
    this.#error = this.#problem = undefined;
    this.#limit = Math.max(this.#options.limit(), this.count);
    const controller = new AbortController();
    let came = (): void => undefined;
    const first = new Promise<void>((resolve) => (came = resolve));
    controller.signal.addEventListener('abort', came, { once: true });
    this.#pass = { controller, seen: new Set<string>(), unread: new Set<string>(), first };
    void this.#read(this.#pass, came);
    return first;
  }

  /** Gives up the read under way and frees its connection; what has come stays, and the next `load` reads again. */
  stop(): void {
    this.#pass?.controller.abort();
    this.#pass = undefined;
    this.#resume = undefined;
  }

  /** Makes the next `load` read again, though what has come stays. */
  forget(): void {
    this.stop();
    this.#complete = false;
    this.#error = this.#problem = undefined;
  }

  more(): void {
    this.#limit += this.#options.limit();
    this.#resume?.();
  }

  /** Adds or replaces one function without reading the list. */
  put(fn: CloudFunction): void {
    this.#functions.set(refKey(fn.ref), fn);
    this.#pass?.seen.add(refKey(fn.ref));
  }

  drop(ref: FunctionRef): void {
    this.#functions.delete(refKey(ref));
  }

  async #read(pass: Pass, firstCame: () => void): Promise<void> {
    try {
      for await (const page of this.#options.read({ signal: pass.controller.signal })) {
        // Asked with a page in hand, so that "more" is never offered when there is none.
        if (page.functions.length > 0 && pass.seen.size >= this.#limit) await this.#pause(pass);
        if (this.#pass !== pass) return;
        this.#take(page, pass);
        // A little later, so that a list of one page is known to be complete when it is first shown.
        setImmediate(firstCame);
        this.#options.changed();
      }
      if (this.#pass === pass) this.#finish(pass);
    } catch (error) {
      if (this.#pass === pass) this.#error = error;
    }
    if (this.#pass !== pass) return;
    this.#pass = undefined;
    firstCame();
    this.#options.changed();
  }

  #take({ functions, problem, unread = [] }: ListPage, pass: Pass): void {
    this.#problem ??= problem;
    for (const scope of unread) pass.unread.add(scope);
    for (const fn of functions) {
      const key = refKey(fn.ref);
      this.#functions.set(key, fn);
      pass.seen.add(key);
    }
  }

  async #pause(pass: Pass): Promise<void> {
    if (this.#pass !== pass) return;
    const resumed = new Promise<void>((resolve) => {
      this.#resume = resolve;
      pass.controller.signal.addEventListener('abort', () => resolve(), { once: true });
    });
    this.#options.changed();
    await resumed;
    if (this.#pass === pass) this.#resume = undefined;
  }

  #finish(pass: Pass): void {
    for (const [key, { ref }] of this.#functions) if (!pass.seen.has(key) && !pass.unread.has(ref.scope)) this.#functions.delete(key);
    this.#complete = this.#problem === undefined;
  }
}
