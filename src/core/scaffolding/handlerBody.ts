/** A place in a text, counted from 0. */
export interface Place {
  readonly line: number;
  readonly column: number;
}

/** The first line of a function's body, behind its documentation; `undefined` when the function is not in the text. */
export function findBody(text: string, functionName: string): Place | undefined {
  const lines = text.split(/\r?\n/);
  const start = lines.findIndex((line) => declares(line, functionName));
  if (start < 0) return undefined;
  const opening = lines.findIndex((line, index) => index >= start && /[{:]\s*$/.test(line));
  const first = skipDocs(lines, opening < 0 ? start : opening + 1);
  return { line: first, column: /^\s*/.exec(lines[first] ?? '')?.[0].length ?? 0 };
}

function declares(line: string, functionName: string): boolean {
  const name = functionName.replace(/[^\w$-]/g, '').replaceAll('$', '\\$');
  const declared = `\\b(?:def|function|const|let|var|exports\\.|exports)\\s*\\*?\\s*${name}\\b|^\\s*(?:async\\s+)?${name}\\s*\\(`;
  // A framework is told the name and the function: http('handler', (request, response) => {
  const registered = `\\b(?:http|cloudEvent)(?:<.*>)?\\(\\s*['"\`]${name}['"\`]`;
  return new RegExp(`${declared}|${registered}`).test(line);
}

/** Behind a Python documentation string. */
function skipDocs(lines: readonly string[], index: number): number {
  const quote = /^\s*[rR]?("""|''')/.exec(lines[index] ?? '')?.[1];
  if (!quote) return index;
  const isOneLine = (lines[index] ?? '').split(quote).length > 2;
  const end = isOneLine ? index : lines.findIndex((line, at) => at > index && line.includes(quote));
  return end < 0 || end + 1 >= lines.length ? index : end + 1;
}
