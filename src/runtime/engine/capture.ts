import type { Readable } from 'node:stream';
import type { LogStream } from '../store/logStream';
import { FrameReader, type FramedEvent } from './frames';
import { cutText, LineSplitter } from './lines';

const tailBytes = 4096;

/**
 * Writes what a function prints into its log stream as it comes. Nothing is queued: a pipe is read as fast as the disk
 * takes it, so a function that prints faster is held up by its own pipe.
 */
export class Capture {
  readonly #stream: LogStream;
  readonly #warn: (line: string) => void;
  readonly #keeps: (line: string) => boolean;
  readonly #splitters: LineSplitter[] = [];
  #held: string[] = [];
  #heldAt: number[] = [];
  #tail: string[] = [];
  #tailBytes = 0;

  /** `keeps` says which of the printed lines are logged. */
  constructor(stream: LogStream, warn: (line: string) => void, keeps: (line: string) => boolean = () => true) {
    this.#stream = stream;
    this.#warn = warn;
    this.#keeps = keeps;
  }

  /** Takes the output of a process: raw pipes by line, and the framed channel if there is one. */
  attach(raw: readonly Readable[], framed: Readable | undefined): void {
    for (const pipe of raw) {
      const splitter = new LineSplitter();
      this.#splitters.push(splitter);
      pipe.on('data', (chunk: Buffer) => this.write(splitter.push(chunk).filter(this.#keeps))).on('error', () => pipe.destroy());
    }
    const frames = new FrameReader();
    framed?.on('data', (chunk: Buffer) => this.#writeFrames(frames.push(chunk))).on('error', () => framed.destroy());
  }

  /** Ends lines that have no end yet, so that they stand before what follows. */
  flush(): void {
    for (const splitter of this.#splitters) {
      if (splitter.isEmpty) continue;
      const rest = splitter.flush().filter(this.#keeps);
      this.write(rest);
      // The event stays as it was printed; only what is put together from events needs an end between them.
      if (rest.length) this.#remember('\n');
    }
  }

  /** The process is gone; its pipes have nothing more to say. */
  detach(): void {
    this.flush();
    this.release();
    this.#splitters.length = 0;
  }

  /** Writes later, together with what is written next: one write is cheaper than two. At the latest at `release`. */
  hold(messages: readonly string[]): void {
    const now = Date.now();
    for (const message of messages) {
      this.#remember(message);
      this.#held.push(message);
      this.#heldAt.push(now);
    }
  }

  release(): void {
    if (!this.#held.length) return;
    const [messages, times] = [this.#held, this.#heldAt];
    this.#held = [];
    this.#heldAt = [];
    this.#append(messages, times);
  }

  write(messages: readonly string[], timestamps?: readonly number[]): void {
    if (!messages.length) return;
    for (const message of messages.slice(-tailBytes)) this.#remember(message);
    if (!this.#held.length) return this.#append(messages, timestamps);
    const now = Date.now();
    this.#held = this.#held.concat(messages);
    this.#heldAt = this.#heldAt.concat(timestamps ?? messages.map(() => now));
    this.release();
  }

  #append(messages: readonly string[], timestamps?: readonly number[]): void {
    try {
      this.#stream.append(messages, timestamps);
    } catch (error) {
      this.#warn(`Log events of ${this.#stream.name} could not be written: ${String(error)}`);
    }
  }

  startTail(): void {
    this.#tail = [];
    this.#tailBytes = 0;
  }

  /** The last 4 kB since `startTail`, put together when they are asked for: few callers want them. */
  tail(): () => Buffer {
    const tail = this.#tail;
    return () => {
      const bytes = Buffer.from(tail.join(''));
      return bytes.subarray(Math.max(0, bytes.length - tailBytes));
    };
  }

  #writeFrames(events: readonly FramedEvent[]): void {
    const pieces = events.flatMap(({ at, message }) => cutText(message).map((piece) => ({ at, piece })));
    this.write(pieces.map(({ piece }) => piece), pieces.map(({ at }) => at));
  }

  #remember(message: string): void {
    const end = message.slice(-tailBytes);
    this.#tail.push(end);
    this.#tailBytes += end.length;
    while (this.#tail.length > 1 && this.#tailBytes - (this.#tail[0]?.length ?? 0) > tailBytes) {
      this.#tailBytes -= this.#tail.shift()?.length ?? 0;
    }
  }
}
