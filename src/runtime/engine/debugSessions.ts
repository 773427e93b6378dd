import { Clock } from './clock';
import type { Environment } from './environment';
import type { Call, Debugging, FunctionSpec, Outcome } from './spec';

/** The function is being debugged by somebody else already. */
export class AlreadyDebugged extends Error {
  override readonly name = 'AlreadyDebugged';
}

type MakeEnvironment = (spec: FunctionSpec) => Environment;

/**
 * One debug session of a function: until it ends, the function's calls run one after the other in an environment whose
 * process waits for a debugger.
 */
export class DebugSession {
  readonly #debugging: Debugging;
  readonly #make: MakeEnvironment;
  #environment: Environment | undefined;
  #turn: Promise<unknown> = Promise.resolve();
  #isBusy = false;
  #hasEnded = false;

  constructor(debugging: Debugging, make: MakeEnvironment) {
    this.#debugging = debugging;
    this.#make = make;
  }

  get environments(): readonly Environment[] {
    return this.#environment ? [this.#environment] : [];
  }

  /** Whether a call runs. */
  get busy(): boolean {
    return this.#isBusy;
  }

  /** Stops the clock of the call that runs while the debugger holds it. */
  hold(isHeld: boolean): void {
    this.#debugging.clock.hold('debugger', isHeld);
  }

  /** Waits for the call's turn, which is no part of its time. `undefined` when the session has ended meanwhile. */
  invoke(spec: FunctionSpec, call: Call): Promise<Outcome | undefined> {
    const mine = this.#turn.then(() => (this.#hasEnded ? undefined : this.#invoke(spec, call)));
    // Whoever comes next waits for the end, whatever it is.
    this.#turn = mine.catch(() => undefined);
    return mine;
  }

  /** Ends the process, also that of a call in progress. */
  async end(): Promise<void> {
    this.#hasEnded = true;
    await this.#environment?.close();
    this.#environment = undefined;
  }

  async #invoke(spec: FunctionSpec, call: Call): Promise<Outcome | undefined> {
    this.#isBusy = true;
    try {
      const environment = await this.#ready(spec);
      return await environment?.invoke(call);
    } finally {
      this.#isBusy = false;
    }
  }

  async #ready(spec: FunctionSpec): Promise<Environment | undefined> {
    if (this.#environment?.spec.revision === spec.revision) return this.#environment;
    await this.#environment?.close();
    if (this.#hasEnded) return undefined;
    const variables = { ...spec.variables, ...this.#debugging.env };
    return (this.#environment = this.#make({ ...spec, variables, debug: this.#debugging }));
  }
}

/** The debug sessions there are, by function. */
export class DebugSessions {
  readonly #open = new Map<string, DebugSession>();
  readonly #make: MakeEnvironment;

  constructor(make: MakeEnvironment) {
    this.#make = make;
  }

  /** Throws `AlreadyDebugged`. */
  open(name: string, debugging: Omit<Debugging, 'clock'>): DebugSession {
    if (this.#open.has(name)) throw new AlreadyDebugged(`${name} is being debugged already; stop that debug session first.`);
    const session = new DebugSession({ ...debugging, clock: new Clock() }, this.#make);
    this.#open.set(name, session);
    return session;
  }

  /** The session that calls of this version go to. Published versions run as ever. */
  of({ name, version }: Pick<FunctionSpec, 'name' | 'version'>): DebugSession | undefined {
    return version === '$LATEST' ? this.#open.get(name) : undefined;
  }

  async end(name: string): Promise<void> {
    const session = this.#open.get(name);
    this.#open.delete(name);
    await session?.end();
  }

  get busy(): boolean {
    return [...this.#open.values()].some((session) => session.busy);
  }

  get environments(): readonly Environment[] {
    return [...this.#open.values()].flatMap((session) => session.environments);
  }

  async close(): Promise<void> {
    await Promise.all([...this.#open.keys()].map((name) => this.end(name)));
  }
}
