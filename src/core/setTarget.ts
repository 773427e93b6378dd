import { applyEdits, findNodeAtLocation, modify, type Node, parseTree } from 'jsonc-parser';
import type { Target } from './manifest';

/** A manifest's text with one target added or replaced. A new one is laid out like its neighbour; all else stays as it is. */
export function setTarget(text: string, name: string, target: Target): string {
  const root = parseTree(text);
  const list = root && findNodeAtLocation(root, ['targets']);
  const neighbour = list?.children?.at(-1);
  if (!list || !neighbour || findNodeAtLocation(list, [name])) return rewrite(text, name, target);
  const end = neighbour.offset + neighbour.length;
  return text.slice(0, end) + like(text, neighbour, name, target) + text.slice(end);
}

function rewrite(text: string, name: string, target: Target): string {
  return applyEdits(text, modify(text, ['targets', name], target, { formattingOptions: layoutOf(text) }));
}

function like(text: string, neighbour: Node, name: string, target: Target): string {
  const gap = /\s*$/.exec(text.slice(0, neighbour.offset))?.[0] ?? ' ';
  const isTall = /\n/.test(text.slice(neighbour.offset, neighbour.offset + neighbour.length)) && gap.includes('\n');
  const layout = layoutOf(text);
  const value = JSON.stringify(target, undefined, layout.insertSpaces ? layout.tabSize : '\t');
  return `,${gap}${JSON.stringify(name)}: ${value.replace(/\n\s*/g, (line) => (isTall ? gap + line.slice(1) : ' '))}`;
}

function layoutOf(text: string): { insertSpaces: boolean; tabSize: number; eol: string } {
  const indent = /^([ \t]+)\S/m.exec(text)?.[1] ?? '  ';
  return { insertSpaces: !indent.startsWith('\t'), tabSize: indent.length, eol: text.includes('\r\n') ? '\r\n' : '\n' };
}
