export interface PrettyText {
  readonly text: string;
  /** Whether there is more than `text` shows. */
  readonly cut: boolean;
}

const deepestIndent = 60;

/**
 * Valid JSON text with line breaks and indentation, at most about `limit` characters of it. Every token stays as it was
 * written: numbers beyond double precision, doubled keys and escapes are what the function sent, not what a parser made of it.
 */
export function prettyJson(json: string, limit = Number.POSITIVE_INFINITY): PrettyText {
  const out: string[] = [];
  let length = 0;
  const layout = new Layout((piece) => (length += out.push(piece) && piece.length));
  for (const token of tokens(json)) {
    if (length >= limit) return { text: cutText(out.join(''), limit), cut: true };
    layout.add(token);
  }
  const text = out.join('');
  return { text: cutText(text, limit), cut: text.length > limit };
}

/** Cuts without leaving half a character behind. */
export function cutText(text: string, limit: number): string {
  if (text.length <= limit) return text;
  const last = text.charCodeAt(limit - 1);
  return text.slice(0, last >= 0xd800 && last < 0xdc00 ? limit - 1 : limit);
}

class Layout {
  #depth = 0;
  /** Just behind an opening bracket, where a closing one stays on the line. */
  #fresh = false;

  constructor(readonly write: (piece: string) => void) {}

  add(token: string): void {
    if (token === ',') return this.#line(',');
    if (token === ':') return this.write(': ');
    if (token === '}' || token === ']') return this.#close(token);
    if (this.#fresh) this.#line('');
    this.#fresh = token === '{' || token === '[';
    if (this.#fresh) this.#depth++;
    this.write(token);
  }

  #close(token: string): void {
    this.#depth--;
    if (!this.#fresh) this.#line('');
    this.#fresh = false;
    this.write(token);
  }

  #line(end: string): void {
    this.write(`${end}\n${'  '.repeat(Math.min(this.#depth, deepestIndent))}`);
  }
}

function* tokens(json: string): Generator<string> {
  // Sticky patterns over short stretches; strings may be megabytes long and are found by hand.
  const plain = /\s*(?:([{}[\],:])|([^\s{}[\],:"]{1,1000}))/y;
  const blank = /\s*/y;
  for (let at = 0; at < json.length; ) {
    blank.lastIndex = at;
    at += blank.exec(json)?.[0].length ?? 0;
    plain.lastIndex = at;
    const token = json[at] === '"' ? json.slice(at, stringEnd(json, at)) : plain.exec(json)?.[0];
    if (!token) return;
    yield token;
    at += token.length;
  }
}

function stringEnd(json: string, start: number): number {
  for (let at = start + 1; ; at++) {
    at = json.indexOf('"', at);
    if (at < 0) return json.length;
    let slashes = 0;
    while (json[at - 1 - slashes] === '\\') slashes++;
    if (slashes % 2 === 0) return at + 1;
  }
}
