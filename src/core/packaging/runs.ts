/** Bytes out of several arrays, one after the other. What lay together before stays together, so little is copied. */
export class Runs {
  readonly #parts: Uint8Array[] = [];
  #source: Uint8Array | undefined;
  #from = 0;
  #to = 0;
  #length = 0;

  get length(): number {
    return this.#length;
  }

  add(source: Uint8Array, from = 0, to = source.length): void {
    this.#length += to - from;
    if (source !== this.#source || from !== this.#to) {
      this.#end();
      this.#source = source;
      this.#from = from;
    }
    this.#to = to;
  }

  parts(): readonly Uint8Array[] {
    this.#end();
    return this.#parts;
  }

  /** A copy of all. */
  bytes(): Uint8Array<ArrayBuffer> {
    const bytes = new Uint8Array(this.#length);
    let at = 0;
    for (const part of this.parts()) {
      bytes.set(part, at);
      at += part.length;
    }
    return bytes;
  }

  #end(): void {
    if (this.#source) this.#parts.push(this.#source.subarray(this.#from, this.#to));
    this.#source = undefined;
  }
}
