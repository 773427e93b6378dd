import { spawn, type ChildProcess } from 'node:child_process';
import type { Readable } from 'node:stream';
import type { Capture } from './capture';
import { followDebugger } from './debugLaunch';
import { planLaunch, type LaunchTools } from './launch';
import { killTree, processMemoryKb } from './processTree';
import { maxResponse, RuntimeApi, type Delivery } from './runtimeApi';
import type { Call, FunctionSpec } from './spec';
import type { Watchdog } from './watchdog';

/** What became of a call or of the loading of a function. */
export type Answer =
  | { readonly kind: 'ready' }
  | { readonly kind: 'response'; readonly body: Buffer }
  | { readonly kind: 'error'; readonly body: Buffer; readonly type?: string }
  | { readonly kind: 'tooLarge' }
  | { readonly kind: 'exit'; readonly reason: string | undefined }
  | { readonly kind: 'notStarted'; readonly error: Error };

export interface ProcessTools extends LaunchTools {
  readonly watchdog: Watchdog;
}

/** One process of a function, from its start to its end, seen through the Runtime API. */
export class FunctionProcess {
  readonly #spec: FunctionSpec;
  readonly #capture: Capture;
  readonly #tools: ProcessTools;
  readonly #api: RuntimeApi;
  #child: ChildProcess | undefined;
  #answer: ((answer: Answer) => void) | undefined;
  #idle = false;
  #onIdle: (() => void) | undefined;
  #maxRssKb = 0;
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
      error: (_id, body, type) => this.#settle({ kind: 'error', body, type }),
    });
  }

  /** Starts it; resolves once it asks for its first event, or failed to. `onStart` is told what really runs. */
  async start(stream: string, onStart: (runtime: string) => void): Promise<Answer> {
    const api = await this.#api.listen();
    const answer = this.#wait();
    try {
      const launch = await planLaunch({ spec: this.#spec, api, stream }, this.#tools);
      if (this.#killed) throw new Error('The environment was ended before it had started.');
      onStart(launch.runtime);
      this.#spawn(launch, stream);
    } catch (error) {
      this.#end({ kind: 'notStarted', error: error instanceof Error ? error : new Error(String(error)) });
    }
    return answer;
  }

  /** Resolves once it asks for an event, or has ended: after an answer it may do either. */
  async idle(): Promise<void> {
    if (!this.#idle && !this.ended) await new Promise<void>((resolve) => (this.#onIdle = resolve));
  }

  /** Hands over an event; resolves with what the function made of it. */
  call(delivery: Delivery & Pick<Call, 'onPiece'>): Promise<Answer> {
    if (this.ended) return Promise.resolve(this.ended);
    this.#onPiece = delivery.onPiece;
    this.#pieces = [];
    const answer = this.#wait();
    this.#idle = false;
    this.#api.deliver(delivery);
    return answer;
  }

  /** The most memory it ever had. */
  get maxMemoryMb(): number {
    const kb = this.#child?.pid === undefined ? 0 : (processMemoryKb(this.#child.pid, 'VmHWM') ?? 0);
    this.#maxRssKb = Math.max(this.#maxRssKb, kb);
    return Math.ceil(this.#maxRssKb / 1024);
  }

  /** The memory it has now. */
  get memoryMb(): number {
    const kb = this.#child?.pid === undefined ? 0 : (processMemoryKb(this.#child.pid, 'VmRSS') ?? 0);
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
    const pid = this.#child?.pid;
    if (pid === undefined) return;
    await killTree(pid, this.#mark);
    this.#tools.watchdog.remove(pid);
  }

  #killed: Promise<void> | undefined;
  #mark = '';

  #spawn(launch: Awaited<ReturnType<typeof planLaunch>>, stream: string): void {
    this.#mark = stream.slice(stream.indexOf(']') + 1);
    const child = spawn(launch.command, launch.args, {
      cwd: this.#spec.folder,
      env: launch.env,
      shell: false,
      windowsHide: true,
      detached: process.platform !== 'win32',
      stdio: ['ignore', 'pipe', 'pipe', ...(launch.framed ? ['pipe' as const] : []), ...(launch.debugged ? ['pipe' as const] : [])],
    });
    this.#child = child;
    const [, out, error, framed, told] = child.stdio;
    this.#capture.attach([out as Readable, error as Readable], framed as Readable | undefined);
    if (launch.debugged) followDebugger(told as Readable, child.pid ?? 0, this.#spec);
    child.on('error', (cause) => this.#end({ kind: 'notStarted', error: cause }));
    // What it said before it died is still on its way through the pipes.
    child.on('exit', (code, signal) => void drained().then(() => this.#end({ kind: 'exit', reason: exitReason(code, signal) })));
    if (child.pid !== undefined) this.#tools.watchdog.add(child.pid, this.#mark);
  }

  #next(): void {
    this.#idle = true;
    this.#onIdle?.();
    if (!this.#loaded) this.#settle({ kind: 'ready' });
    this.#loaded = true;
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
 * the loop has both at hand in the same round.
 */
export async function drained(): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
  await new Promise((resolve) => setImmediate(resolve));
}

/** As Lambda names them. */
const signalNames: Readonly<Record<string, string>> = { SIGKILL: 'killed', SIGABRT: 'aborted', SIGSEGV: 'segmentation fault', SIGTERM: 'terminated', SIGINT: 'interrupt' };

function exitReason(code: number | null, signal: string | null): string | undefined {
  if (signal) return `signal: ${signalNames[signal] ?? signal}`;
  return code ? `exit status ${code}` : undefined;
}
