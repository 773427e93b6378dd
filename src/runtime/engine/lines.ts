/** The longest log event in bytes; a longer line becomes several events. */
export const maxEventBytes = 262_118;

/**
 * Cuts a byte stream into log events: one per line, each with its line end, and none of its bytes lost. Takes time
 * linear in what comes in, whatever the lines' lengths, and holds one event at most.
 */
export class LineSplitter {
  #parts: Buffer[] = [];
  #size = 0;

  push(chunk: Buffer): string[] {
    const end = chunk.lastIndexOf(10) + 1;
    const events = end ? this.#lines(chunk.subarray(0, end)) : [];
    this.#hold(chunk.subarray(end));
    while (this.#size > maxEventBytes) events.push(this.#cut());
    return events;
  }

  get isEmpty(): boolean {
    return this.#size === 0;
  }

  /** What is left: a last line without its end. */
  flush(): string[] {
    return this.#size ? cutText(this.#take().toString('utf8')) : [];
  }

  #lines(bytes: Buffer): string[] {
    this.#hold(bytes);
    const lines = this.#take().toString('utf8').split('\n');
    lines.pop();
    return lines.flatMap((line) => cutText(`${line}\n`));
  }

  #hold(bytes: Buffer): void {
    if (!bytes.length) return;
    this.#parts.push(bytes);
    this.#size += bytes.length;
  }

  #take(): Buffer {
    const bytes = this.#parts.length === 1 && this.#parts[0] ? this.#parts[0] : Buffer.concat(this.#parts);
    this.#parts = [];
    this.#size = 0;
    return bytes;
  }

  #cut(): string {
    const bytes = this.#take();
    const end = characterStart(bytes, maxEventBytes);
    this.#hold(bytes.subarray(end));
    return bytes.toString('utf8', 0, end);
  }
}

// The last place at or before `at` where no character is cut in two. More than three bytes back it is not UTF-8 anyway.
function characterStart(bytes: Buffer, at: number): number {
  for (let start = at; start > at - 4; start--) {
    if (((bytes[start] ?? 0) & 0xc0) !== 0x80) return start;
  }
  return at;
}

/** Cuts a text into events no longer than the limit. */
export function cutText(text: string): string[] {
  if (text.length * 3 <= maxEventBytes || Buffer.byteLength(text) <= maxEventBytes) return [text];
  const bytes = Buffer.from(text);
  const events: string[] = [];
  for (let from = 0; from < bytes.length; ) {
    const end = from + maxEventBytes >= bytes.length ? bytes.length : characterStart(bytes, from + maxEventBytes);
    events.push(bytes.toString('utf8', from, end));
    from = end;
  }
  return events;
}
