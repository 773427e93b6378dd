import type { LogStore } from '../store/logs';
import { findDebugger, type DebugRequest } from './debuggers';
import { DebugSessions } from './debugSessions';
import { Environment, type EnvironmentTools } from './environment';
import { planShell } from './launch';
import { NoRoom, Room } from './room';
import type { Call, FunctionSpec, Outcome } from './spec';

const idleLimitMs = 10 * 60_000;

interface Idle {
  readonly environment: Environment;
  readonly since: number;
}

/**
 * The environments of all functions: a call takes the idle one that was used last, or a new one, so each concurrent call
 * has its own. One that idles too long, or whose function changed, is ended.
 */
export class Engine {
  readonly #logs: LogStore;
  readonly #tools: EnvironmentTools;
  readonly #idle = new Map<string, Idle[]>();
  readonly #retired = new Set<string>();
  readonly #busy = new Set<Environment>();
  readonly #room = new Room();
  readonly #sweep: NodeJS.Timeout;
  readonly debugging: DebugSessions;

  /** `limit` is the number of calls that run at once at most. */
  constructor(readonly limit: number, logs: LogStore, tools: EnvironmentTools) {
    this.#logs = logs;
    this.#tools = tools;
    this.debugging = new DebugSessions((spec) => this.#create(spec));
    this.#sweep = setInterval(() => this.#endIdle(Date.now() - idleLimitMs), 30_000).unref();
  }

  /** Whether a call runs. */
  get busy(): boolean {
    return this.#busy.size > 0 || this.debugging.busy;
  }

  /** Whether code in this folder may be running or kept warm. */
  uses(folder: string): boolean {
    const all = [...this.#busy, ...this.debugging.environments, ...[...this.#idle.values()].flat().map((idle) => idle.environment)];
    return all.some((environment) => environment.spec.folder === folder || environment.spec.opt === folder);
  }

  /** Whether a call of this revision would find a process waiting. */
  isWarm(revision: string): boolean {
    return (this.#idle.get(revision)?.length ?? 0) > 0;
  }

  /** Asks for the program that runs such functions before the first call needs it, because the answer may take its time. */
  find(runtime: string): void {
    if (runtime.startsWith('provided')) return;
    this.#tools.interpreters.find(runtime).catch((error: unknown) => this.#tools.warn(String(error)));
  }

  /** The version of the program that runs such functions; `undefined` when nobody has looked for it, or it is not found in time. */
  version(runtime: string, own: string | undefined, patienceMs: number): Promise<string | undefined> {
    return this.#tools.interpreters.version(runtime, own, patienceMs);
  }

  /** Has a process wait for the first call of such a function; `own` is its own interpreter. */
  prepare(runtime: string, memoryMb: number, own?: string): void {
    const shell = planShell(runtime, memoryMb, this.#tools, own);
    shell.then((found) => found && this.#tools.spares.keep(found)).catch((error: unknown) => this.#tools.warn(String(error)));
  }

  /** Has the calls of a function go to a debugger. Throws `NoDebugger` or `AlreadyDebugged`. */
  async debug(request: DebugRequest): Promise<void> {
    const debugpy = await findDebugger(request, this.#tools);
    this.debugging.open(request.name, { ...request, debugpy });
  }

  /** Rejects with `NoRoom` when too much runs already. */
  async invoke(spec: FunctionSpec, call: Call): Promise<Outcome> {
    // Also of those that wait for a debugger no more than it may have at once.
    const leave = this.#room.enter(spec);
    let environment: Environment | undefined;
    try {
      const session = this.debugging.of(spec);
      const debugged = session && (await session.invoke(spec, call));
      if (debugged) return debugged;
      environment = this.#take(spec);
      this.#busy.add(environment);
      return await environment.invoke(call);
    } finally {
      leave();
      if (environment) this.#giveBack(environment);
    }
  }

  /** Ends the environments of a revision that is no longer current; a call in progress comes to its end first. */
  retire(revision: string): void {
    this.#retired.add(revision);
    const idle = this.#idle.get(revision) ?? [];
    this.#idle.delete(revision);
    for (const { environment } of idle) this.#end(environment);
  }

  /** Ends everything, also calls in progress. */
  async close(): Promise<void> {
    clearInterval(this.#sweep);
    await this.debugging.close();
    const all = [...this.#busy, ...[...this.#idle.values()].flat().map((idle) => idle.environment)];
    this.#idle.clear();
    await Promise.all(all.map((environment) => environment.close()));
    this.#tools.spares.close();
    this.#tools.watchdog.close();
  }

  #take(spec: FunctionSpec): Environment {
    const idle = this.#idle.get(spec.revision)?.pop();
    if (idle) return idle.environment;
    if (this.#busy.size >= this.limit) throw new NoRoom('ConcurrentInvocationLimitExceeded');
    if (this.#busy.size + this.#idleCount() >= this.limit) this.#endOldest();
    return this.#create(spec);
  }

  #create(spec: FunctionSpec): Environment {
    return new Environment(spec, this.#logs.ensure(spec.logGroup), this.#tools);
  }

  #giveBack(environment: Environment): void {
    this.#busy.delete(environment);
    const { revision } = environment.spec;
    if (this.#retired.has(revision)) return this.#end(environment);
    const idle = this.#idle.get(revision);
    if (idle) idle.push({ environment, since: Date.now() });
    else this.#idle.set(revision, [{ environment, since: Date.now() }]);
  }

  #idleCount(): number {
    return [...this.#idle.values()].reduce((sum, list) => sum + list.length, 0);
  }

  // The lists are in the order of last use, so the first of each is its oldest.
  #endOldest(): void {
    const lists = [...this.#idle.values()].filter((list) => list.length);
    const oldest = lists.sort((a, b) => (a[0]?.since ?? 0) - (b[0]?.since ?? 0))[0]?.shift();
    if (oldest) this.#end(oldest.environment);
  }

  #endIdle(before: number): void {
    for (const list of this.#idle.values()) {
      while (list[0] && list[0].since < before) this.#end((list.shift() as Idle).environment);
    }
  }

  #end(environment: Environment): void {
    environment.close().catch((error: unknown) => this.#tools.warn(`A function's process could not be ended: ${String(error)}`));
  }
}
