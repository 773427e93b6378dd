import { type ChildProcess, spawn } from 'node:child_process';
import type { Socket } from 'node:net';
import { constants } from 'node:os';
import path from 'node:path';
import type { Duplex } from 'node:stream';
import type { Shell } from './launch';
import { signalProcess } from './processTree';
import { Worker } from './worker';

/** So many copies one server makes: their descriptors must be there when it starts. */
const slots = 8;
const first = 4;
const each = 4;

/** A process that has loaded what is the same for many functions, and makes copies of itself. */
export class ForkServer {
  readonly #child: ChildProcess;
  readonly #channel: Duplex;
  readonly #waiting: ((worker: Worker | undefined) => void)[] = [];
  readonly #live = new Map<number, Worker>();
  #asked = 0;
  #made = 0;
  #text = '';
  #closed = false;
  #gone = false;

  constructor({ command, args, env }: Shell) {
    const own = { ...env, _FUNCTION_SPARE: 'fork', _FUNCTION_SLOTS: String(slots), _FUNCTION_MARK: '0'.repeat(32) };
    const pipes = Array.from({ length: slots * each }, () => 'pipe' as const);
    this.#child = spawn(command, args, { cwd: path.dirname(args.at(-1) ?? ''), env: own, shell: false, detached: true, stdio: ['ignore', 'pipe', 'pipe', 'pipe', ...pipes] });
    this.#channel = this.#child.stdio[3] as Duplex;
    this.#channel.on('error', () => this.#end()).on('data', (chunk: Buffer) => this.#read(chunk.toString('latin1')));
    this.#child.on('error', () => this.#end()).on('exit', () => this.#end());
  }

  /** Whether it can make another. */
  get hasRoom(): boolean {
    return !this.#closed && !this.#gone && this.#asked < slots;
  }

  /** `undefined` when it has ended. */
  fork(): Promise<Worker | undefined> {
    this.#asked++;
    this.#channel.write('\n');
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  /** Makes no more, and ends when its last copy has ended. */
  close(): void {
    this.#closed = true;
    this.#endUnused();
  }

  #read(text: string): void {
    const lines = (this.#text + text).split('\n');
    this.#text = lines.pop() ?? '';
    for (const line of lines) {
      const [sign, pid, code] = line.split(' ');
      if (sign === '+') this.#add(Number(pid));
      else this.#remove(Number(pid), Number(code));
    }
  }

  #add(pid: number): void {
    const [out, error, channel, wire] = this.#child.stdio.slice(first + each * this.#made++) as Socket[];
    if (!out || !error) return;
    const worker = new Worker(pid, { output: [out, error], channel, wire });
    this.#live.set(pid, worker);
    this.#waiting.shift()?.(worker);
  }

  #remove(pid: number, code: number): void {
    const worker = this.#live.get(pid);
    this.#live.delete(pid);
    worker?.end(code < 0 ? { code: null, signal: signalName(-code) } : { code, signal: null });
    this.#endUnused();
  }

  #endUnused(): void {
    const isDone = this.#closed || this.#made === slots;
    if (isDone && !this.#live.size && !this.#waiting.length) this.#channel.end();
  }

  // Without it nobody would learn of the end of its copies.
  #end(): void {
    this.#gone = true;
    for (const resolve of this.#waiting.splice(0)) resolve(undefined);
    for (const [pid, worker] of this.#live) {
      signalProcess(-pid);
      worker.end({ code: null, signal: 'SIGKILL' });
    }
    this.#live.clear();
  }
}

function signalName(number: number): string {
  return Object.entries(constants.signals).find(([, value]) => value === number)?.[0] ?? String(number);
}
