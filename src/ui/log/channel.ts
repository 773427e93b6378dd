import * as vscode from 'vscode';
import { inChunks } from '../../core/log/chunks';
import { LogText } from '../../core/log/logText';
import { PrintedEvents } from '../../core/log/printedEvents';
import type { LogEvent } from '../../core/provider';
import { languageIds } from '../ids';

/** The output channel of one function: each log event once, in the order given, whoever gives it. */
export class LogChannel implements vscode.Disposable {
  readonly #channel: vscode.OutputChannel;
  readonly #text = new LogText();
  readonly #printed = new PrintedEvents();
  /** Appends run one after the other; what was handed over is finished even if its tail is stopped. */
  #queue: Promise<void> = Promise.resolve();
  #cleared = 0;

  constructor(readonly name: string) {
    this.#channel = vscode.window.createOutputChannel(name, languageIds.log);
  }

  /** Where a tail that starts now begins: with the last minute, and with nothing that is shown already. */
  since(): Date {
    return this.#printed.since(new Date());
  }

  /** Shows the channel and leaves the cursor where it is. */
  show(): void {
    this.#channel.show(true);
  }

  /** Resolves when all is appended, so that a reader does not run ahead of the display. */
  append(events: readonly LogEvent[]): Promise<void> {
    const fresh = this.#printed.add(events, new Date());
    return this.#enqueue(() => this.#text.text(fresh));
  }

  /** A line of the tool's own. */
  note(sentence: string): Promise<void> {
    return this.#enqueue(() => this.#text.note(new Date(), sentence));
  }

  /** Empties the channel. Log events that were shown stay known, and do not come back when the log is tailed again. */
  clear(): void {
    this.#cleared += 1;
    this.#text.reset();
    this.#channel.clear();
  }

  /** Empties the channel to show older log events, those shown before among them. */
  restart(): void {
    this.clear();
    this.#printed.clear();
  }

  dispose(): void {
    this.#cleared += 1;
    this.#channel.dispose();
  }

  #enqueue(make: () => string): Promise<void> {
    const era = this.#cleared;
    const isStopped = (): boolean => era !== this.#cleared;
    this.#queue = this.#queue.then(() => (isStopped() ? undefined : inChunks(make(), (piece) => this.#channel.append(piece), isStopped)));
    return this.#queue;
  }
}
