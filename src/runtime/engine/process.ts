import type { Capture } from './capture';
import { followDebugger } from './debugLaunch';
import { planLaunch, type Launch, type LaunchTools } from './launch';
import { familyMemoryKb, processMemoryKb } from './processTree';
import { maxResponse, RuntimeApi } from './runtimeApi';
import type { Spares } from './spares';
import type { Call, FunctionSpec } from './spec';
import type { Watchdog } from './watchdog';
import { spawnWorker, type Worker, type WorkerEnd } from './worker';

/** What became of a call or of the loading of a function. */
export type Answer =
  | { readonly kind: 'ready' }
  | { readonly kind: 'response'; readonly body: Buffer }
  | { readonly kind: 'error'; readonly body: Buffer; readonly type?: string }
  | { readonly kind: 'tooLarge' }
  | { readonly kind: 'exit'; readonly reason: string | undefined }
  | { readonly kind: 'notStarted'; readonly error: Error };

const shortMs = 10;
const freshMs = 100;

export interface ProcessTools extends LaunchTools {
  readonly watchdog: Watchdog;
  readonly spares: Spares;
}

/** One process of a function, from its start to its end, seen through the Runtime API. */
export class FunctionProcess {
  readonly #spec: FunctionSpec;
  readonly #capture: Capture;
  readonly #tools: ProcessTools;
  readonly #api: RuntimeApi;
  #worker: Worker | undefined;
  #answer: ((answer: Answer) => void) | undefined;
  #idle = false;
  #onIdle: (() => void) | undefined;
  #maxRssKb = 0;
  /** Milliseconds since 1970, as `#measuredAt`. */
  #calledAt = -Infinity;
  #measuredAt = -Infinity;
  #onPiece: Call['onPiece'];
  /** Of an answer that comes bit by bit to a caller who wants it whole. */
  #pieces: Buffer[] = [];
  /** Set once the process has ended or could not be started. */
  ended: Answer | undefined;

  constructor(spec: FunctionSpec, capture: Capture, tools: ProcessTools) {
    this.#spec = spec;
    this.#capture = capture;
    this.#tools = tools;
    this.#api = new RuntimeApi({
      next: () => this.#next(),
      piece: (piece, type) => (this.#onPiece ? this.#onPiece(piece, type) : this.#collect(piece)),
      response: (_id, body, tooLarge, rss) => {
        this.#maxRssKb = Math.max(this.#maxRssKb, rss ?? 0);
        const collected = this.#pieces.length ? Buffer.concat([...this.#pieces, body]) : body;
        this.#settle(tooLarge || collected.length > maxResponse ? { kind: 'tooLarge' } : { kind: 'response', body: collected });
      },
      error: (_id, body, type) => {
        // It may end right after.
        this.#measure();
        this.#settle({ kind: 'error', body, type });
      },
    });
  }

  /** Starts it; resolves once it asks for its first event, or failed to. `onStart` is told what really runs. */
  async start(stream: string, onStart: (runtime: string) => void): Promise<Answer> {
    const api = await this.#api.listen();
    const answer = this.#wait();
    try {
      const launch = await planLaunch({ spec: this.#spec, api, stream, own: this.#tools.own }, this.#tools);
      onStart(launch.runtime);
      this.#mark = stream.slice(stream.indexOf(']') + 1);
      const spare = launch.spare && (await this.#tools.spares.take(launch.spare.shell));
      if (this.#killed) spare?.ties.channel?.end();
      if (this.#killed) throw new Error('The environment was ended before it had started.');
      this.#adopt(this.#hand(launch, spare) ?? spawnWorker({ ...launch, folder: this.#spec.folder }));
    } catch (error) {
      this.#end({ kind: 'notStarted', error: error instanceof Error ? error : new Error(String(error)) });
    }
    return answer;
  }

  /** Resolves once it asks for an event, or has ended: after an answer it may do either. */
  async idle(): Promise<void> {
    if (!this.isIdle) await new Promise<void>((resolve) => (this.#onIdle = resolve));
  }

  /** Hands over an event; resolves with what the function made of it. */
  call({ requestId, arn, traceId, clientContext, payload, onPiece }: Call, deadlineMs: number): Promise<Answer> {
    if (this.ended) return Promise.resolve(this.ended);
    this.#onPiece = onPiece;
    if (this.#pieces.length) this.#pieces = [];
    const answer = this.#wait();
    this.#idle = false;
    this.#calledAt = Date.now();
    this.#api.deliver({ requestId, deadlineMs, arn, traceId, clientContext, payload });
    return answer;
  }

  /** Whether it waits for an event. */
  get isIdle(): boolean {
    return this.#idle || this.ended !== undefined;
  }

  /** The most memory it ever had. */
  get maxMemoryMb(): number {
    const now = Date.now();
    // To ask costs more than a short call, and nobody fills much memory in so short a time.
    if (now - this.#calledAt < shortMs && now - this.#measuredAt < freshMs) return Math.ceil(this.#maxRssKb / 1024);
    this.#measuredAt = now;
    this.#measure();
    return Math.ceil(this.#maxRssKb / 1024);
  }

  #measure(): void {
    const kb = this.#worker?.pid === undefined ? 0 : (processMemoryKb(this.#worker.pid, 'VmHWM') ?? 0);
    this.#maxRssKb = Math.max(this.#maxRssKb, kb);
  }

  /** The memory it has now, with that of what it started if that is asked for. */
  memoryMb(withFamily: boolean): number {
    const pid = this.#worker?.pid;
    const kb = (pid !== undefined && (withFamily ? familyMemoryKb(pid) : processMemoryKb(pid, 'VmRSS'))) || 0;
    // Of one that is killed nothing could be asked afterwards.
    this.#maxRssKb = Math.max(this.#maxRssKb, kb);
    return kb / 1024;
  }

  /**
   * Ends the process and all it started. Happens once: a second sweep could meet the process that comes after it in the
   * same environment. So a new one must not be started before this resolves.
   */
  kill(): Promise<void> {
    return (this.#killed ??= this.#kill());
  }

  async #kill(): Promise<void> {
    this.#api.close();
    const pid = this.#worker?.pid;
    if (pid === undefined) return;
    await this.#tools.watchdog.kill(pid);
  }

  #killed: Promise<void> | undefined;
  #mark = '';

  // Tells a spare process what it is to be.
  #hand({ spare }: Launch, worker: Worker | undefined): Worker | undefined {
    if (!worker || worker.hasEnded) return undefined;
    worker.ties.channel?.write(`${JSON.stringify({ variables: spare?.variables, folder: this.#spec.folder, mark: this.#mark })}\n`);
    return worker;
  }

  #adopt(worker: Worker): void {
    this.#worker = worker;
    const { output, channel, wire, told } = worker.ties;
    this.#capture.attach(output, channel);
    if (wire) this.#api.serve(wire);
    if (told) followDebugger(told, worker.pid ?? 0, this.#spec);
    worker.onEnd((end) => void this.#lose(end));
    if (worker.pid !== undefined) this.#tools.watchdog.add(worker.pid, this.#mark);
  }

  async #lose(end: WorkerEnd): Promise<void> {
    if (end instanceof Error) return this.#end({ kind: 'notStarted', error: end });
    // What it said before it died is still on its way through the pipes, or through a connection that has yet to be taken.
    await drained();
    await drained();
    this.#end({ kind: 'exit', reason: exitReason(end.code, end.signal) });
  }

  #next(): void {
    this.#idle = true;
    this.#onIdle?.();
    if (this.#loaded) return;
    this.#loaded = true;
    this.#settle({ kind: 'ready' });
    // While it is at its first call: should that end it, nobody could ask any more.
    setImmediate(() => this.#measure());
  }

  #loaded = false;

  #end(answer: Answer): void {
    this.ended ??= answer;
    this.#capture.detach();
    this.#settle(this.ended);
    this.#onIdle?.();
    void this.kill();
  }

  // A little more than what is taken, so that the end shows that it was too much.
  #collect(piece: Buffer): undefined {
    if (this.#pieces.reduce((sum, one) => sum + one.length, 0) <= maxResponse) this.#pieces.push(piece);
  }

  #wait(): Promise<Answer> {
    return new Promise((resolve) => (this.#answer = resolve));
  }

  #settle(answer: Answer): void {
    this.#answer?.(answer);
    this.#answer = undefined;
  }
}

/**
 * Resolves when everything that was written before now has been read. A process writes its output before its answer, so
 * the loop has both at hand in the same round; on Windows what was read may be told a round later.
 */
export function drained(): Promise<void> {
  return new Promise((resolve) => setImmediate(process.platform === 'win32' ? () => setImmediate(resolve) : resolve));
}

/** As Lambda names them. */
const signalNames: Readonly<Record<string, string>> = { SIGKILL: 'killed', SIGABRT: 'aborted', SIGSEGV: 'segmentation fault', SIGTERM: 'terminated', SIGINT: 'interrupt' };

function exitReason(code: number | null, signal: string | null): string | undefined {
  if (signal) return `signal: ${signalNames[signal] ?? signal}`;
  return code ? `exit status ${code}` : undefined;
}
