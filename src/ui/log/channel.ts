import * as vscode from 'vscode';
import { inChunks } from '../../core/log/chunks';
import { KeptEvents } from '../../core/log/keptEvents';
import { LogText } from '../../core/log/logText';
import { isOfOrigin, type Origin } from '../../core/log/origins';
import { PrintedEvents } from '../../core/log/printedEvents';
import type { LogEvent } from '../../core/provider';
import { languageIds } from '../ids';

/** The output channel of one function: each log event once, in the order given, whoever gives it. */
export class LogChannel implements vscode.Disposable {
  readonly #channel: vscode.OutputChannel;
  readonly #text = new LogText();
  readonly #printed = new PrintedEvents();
  readonly #kept = new KeptEvents();
  /** Appends run one after the other; what was handed over is finished even if its tail is stopped. */
  #queue: Promise<void> = Promise.resolve();
  #cleared = 0;

  #shown: ReadonlySet<Origin>;

  constructor(
    readonly name: string,
    shown: ReadonlySet<Origin>,
  ) {
    this.#shown = shown;
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
    this.#kept.add(fresh);
    return this.#print(fresh);
  }

  /** A line of the tool's own. */
  note(sentence: string): Promise<void> {
    return this.append([noteAt(new Date(), sentence)]);
  }

  /** From here on shows lines of these origins, and writes what is kept of the log anew if that makes a difference. */
  select(shown: ReadonlySet<Origin>): void {
    const before = this.#shown;
    this.#shown = shown;
    const [first] = this.#kept.all;
    if (!first || this.#kept.all.every((event) => isOfOrigin(event, before) === isOfOrigin(event, shown))) return;
    this.#empty();
    const start = this.#kept.cut ? [noteAt(first.at, vscode.l10n.t('Older log events are not kept here; "Show Log of…" reads them again.'))] : [];
    void this.#print([...start, ...this.#kept.all]);
  }

  /** Empties the channel. Log events that were shown stay known, and do not come back when the log is tailed again. */
  clear(): void {
    this.#kept.clear();
    this.#empty();
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

  #print(events: readonly LogEvent[]): Promise<void> {
    const shown = events.filter((event) => isOfOrigin(event, this.#shown));
    return this.#enqueue(() => this.#text.text(shown));
  }

  #empty(): void {
    this.#cleared += 1;
    this.#text.reset();
    this.#channel.clear();
  }

  #enqueue(make: () => string): Promise<void> {
    const era = this.#cleared;
    const isStopped = (): boolean => era !== this.#cleared;
    this.#queue = this.#queue.then(() => (isStopped() ? undefined : inChunks(make(), (piece) => this.#channel.append(piece), isStopped)));
    return this.#queue;
  }
}

function noteAt(at: Date, message: string): LogEvent {
  return { id: '', at, message, mark: 'waiting' };
}
