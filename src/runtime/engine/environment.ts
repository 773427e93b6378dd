import { randomBytes } from 'node:crypto';
import type { LogGroup } from '../store/logGroup';
import type { LogStream } from '../store/logStream';
import { Capture } from './capture';
import { Clock } from './clock';
import { isOfDebugger } from './debugLaunch';
import { failureOf, loadTimeoutFailure, memoryFailure, timeoutFailure, type Failure } from './failures';
import { isPrinted } from './logging';
import { PlatformLog } from './platformLog';
import { drained, FunctionProcess, type Answer, type ProcessTools } from './process';
import { Rounds } from './rounds';
import type { Call, FunctionSpec, Outcome } from './spec';

const initLimitMs = 10_000;
const memoryPollMs = 100;

export interface EnvironmentTools extends ProcessTools {
  warn(line: string): void;
}

/** What became of the start of a process. */
interface Load {
  readonly initMs: number;
  readonly failure?: Failure;
}

interface Ending {
  readonly answer?: Answer;
  readonly failure?: Failure;
  readonly status?: 'timeout' | 'error';
}

/**
 * Runs the calls of one function, one at a time: a log stream, and a process that serves call after call until it dies,
 * runs out of time or is retired. The next call after that gets a new process.
 */
export class Environment {
  static readonly #rounds = new Rounds<Environment>(memoryPollMs, (environment, isLong) => environment.#look(isLong));
  readonly spec: FunctionSpec;
  readonly #tools: EnvironmentTools;
  readonly #stream: LogStream;
  readonly #capture: Capture;
  readonly #log: PlatformLog;
  readonly #clock: Clock;
  #process: FunctionProcess | undefined;

  constructor(spec: FunctionSpec, group: LogGroup, tools: EnvironmentTools) {
    this.spec = spec;
    this.#tools = tools;
    this.#stream = group.create(streamName(spec.version));
    this.#capture = new Capture(this.#stream, (line) => tools.warn(line), (line) => isPrinted(line, spec.logging) && !(spec.debug && isOfDebugger(line)));
    this.#log = new PlatformLog(spec);
    this.#clock = spec.debug?.clock ?? new Clock();
  }

  async invoke(call: Call): Promise<Outcome> {
    Environment.#rounds.add(this);
    try {
      this.#capture.startTail();
      this.#count(call.hops);
      const load = this.#isReady ? undefined : await this.#load(call);
      this.#capture.hold(this.#log.start(call.requestId));
      if (load?.failure) return await this.#failToLoad(call, load.failure, load.initMs);
      const started = this.#clock.now;
      const ending = await this.#run(call);
      return this.#close(call, ending, this.#clock.now - started, load?.initMs);
    } finally {
      Environment.#rounds.remove(this);
    }
  }

  // What still waits to be written is of the call before.
  #count(hops = 0): void {
    if (this.#stream.hops === hops) return;
    this.#capture.release();
    this.#stream.hops = hops;
  }

  async #failToLoad(call: Call, failure: Failure, initMs: number): Promise<Outcome> {
    await this.#drop();
    return this.#close(call, { failure, status: 'error' }, initMs);
  }

  /** Ends the process. The environment must not be used afterwards. */
  async close(): Promise<void> {
    await this.#drop();
    this.#capture.detach();
    this.#stream.close();
  }

  get #isReady(): boolean {
    return this.#process !== undefined && this.#process.isIdle && !this.#process.ended;
  }

  // `undefined` when a process was there after all.
  async #load(call: Call): Promise<Load | undefined> {
    const cold = await this.#makeReady(call);
    if (!cold) return undefined;
    const initMs = this.#clock.now - this.#startedAt;
    const failure = this.#failure(cold, call);
    if (failure) this.#capture.write(this.#log.initReport(initMs, failure.type));
    return { initMs, failure };
  }

  async #makeReady(call: Call): Promise<Answer | undefined> {
    if (this.#process && !this.#process.isIdle) await this.#clock.within(this.#process.idle(), this.spec.timeoutSeconds * 1000);
    if (this.#process && !this.#process.ended) return undefined;
    await this.#process?.kill();
    this.#process = new FunctionProcess(this.spec, this.#capture, this.#tools);
    this.#startedAt = this.#clock.now;
    const loading = this.#process.start(this.#stream.name, (runtime) => this.#begin(runtime));
    const limit = initLimitMs + this.spec.timeoutSeconds * 1000;
    const answer = await this.#clock.within(loading, limit);
    await drained();
    return answer ?? { kind: 'error', body: Buffer.from(loadTimeoutFailure(call.requestId, limit / 1000).payload) };
  }

  // The search for the interpreter comes before it: that is ours, and no part of the function's own start.
  #begin(runtime: string): void {
    this.#startedAt = this.#clock.now;
    this.#capture.write(this.#log.initStart(runtime));
  }

  #startedAt = 0;

  async #run(call: Call): Promise<Ending> {
    const process = this.#process;
    if (!process) return {};
    const timeoutMs = this.spec.timeoutSeconds * 1000;
    const answering = process.call(call, Date.now() + timeoutMs);
    const answer = await this.#clock.within(answering, timeoutMs);
    if (!answer) return this.#timeOut(call);
    await drained();
    const failure = this.#failure(answer, call);
    return { answer, failure, status: failure && 'error' };
  }

  async #timeOut(call: Call): Promise<Ending> {
    await this.#drop();
    await drained();
    this.#capture.detach();
    this.#capture.write(this.#log.timedOut(call.requestId));
    return { failure: timeoutFailure(call.requestId, this.spec.timeoutSeconds), status: 'timeout' };
  }

  #outOfMemory: FunctionProcess | undefined;

  // What the process started is looked for only at a call that takes its time, because that takes some itself.
  #look(isLong: boolean): void {
    if (isLong) this.#capture.release();
    this.#checkMemory(isLong);
  }

  // Best effort: only where the system tells.
  #checkMemory(withFamily: boolean): void {
    const process = this.#process;
    // A debugger has its share of it.
    if (!process || this.spec.debug || process.memoryMb(withFamily) <= this.spec.memoryMb) return;
    this.#outOfMemory = process;
    void process.kill();
  }

  #failure(answer: Answer, call: Call): Failure | undefined {
    if (this.#process && this.#outOfMemory === this.#process) return memoryFailure(call.requestId, this.spec.memoryMb);
    return failureOf(answer, call.requestId, this.spec.folder);
  }

  #close(call: Call, ending: Ending, lastedMs: number, initMs?: number): Outcome {
    this.#capture.flush();
    const { answer, failure, status } = ending;
    // To end it takes a moment more, which is not the function's.
    const durationMs = status === 'timeout' ? this.spec.timeoutSeconds * 1000 : lastedMs;
    const errorType = status === 'error' ? failure?.type : undefined;
    const producedBytes = answer && 'body' in answer ? answer.body.length : 0;
    const facts = { requestId: call.requestId, durationMs, initMs, memoryMb: this.spec.memoryMb, maxMemoryMb: this.#maxMemory(), status, errorType, producedBytes };
    this.#capture.hold(this.#log.end(facts));
    // When the answer is on its way, and before anything else is done: nobody can ask for the log before that.
    process.nextTick(() => this.#capture.release());
    return this.#outcome(ending, durationMs);
  }

  #maxMemory(): number {
    return this.#process?.maxMemoryMb ?? this.#lastMemory;
  }

  #outcome(ending: Ending, durationMs: number): Outcome {
    const tail = this.#capture.tail();
    if (ending.failure) return { ok: false, durationMs, payload: ending.failure.payload, tail };
    return { ok: true, durationMs, payload: ending.answer?.kind === 'response' ? ending.answer.body : Buffer.alloc(0), tail };
  }

  #lastMemory = 0;

  async #drop(): Promise<void> {
    const process = this.#process;
    this.#process = undefined;
    this.#lastMemory = process?.maxMemoryMb ?? 0;
    await process?.kill();
  }
}

function streamName(version: string): string {
  const day = new Date().toISOString().slice(0, 10).replaceAll('-', '/');
  return `${day}/[${version}]${randomBytes(16).toString('hex')}`;
}
