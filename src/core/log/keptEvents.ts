import type { LogEvent } from '../provider';

/** The last log events that a channel was given, shown or not, so that it can be written anew. Bounded in number and size. */
export class KeptEvents {
  #events: LogEvent[] = [];
  #characters = 0;
  #cut = false;

  constructor(
    readonly most = 5_000,
    readonly mostCharacters = 8_000_000,
  ) {}

  /** Oldest first. */
  get all(): readonly LogEvent[] {
    return this.#events;
  }

  /** Whether there were older ones, which are not kept. */
  get cut(): boolean {
    return this.#cut;
  }

  add(events: readonly LogEvent[]): void {
    for (const { message } of events) this.#characters += message.length;
    this.#events = this.#trimmed([...this.#events, ...events]);
  }

  clear(): void {
    this.#events = [];
    this.#characters = 0;
    this.#cut = false;
  }

  #trimmed(events: LogEvent[]): LogEvent[] {
    let start = 0;
    for (; start < events.length && (events.length - start > this.most || this.#characters > this.mostCharacters); start += 1) {
      this.#characters -= events[start]?.message.length ?? 0;
    }
    this.#cut ||= start > 0;
    return start === 0 ? events : events.slice(start);
  }
}
