import { applyEdits, findNodeAtLocation, getNodeValue, type JSONPath, modify, type Node, parseTree } from 'jsonc-parser';
import type { Target } from './manifest';

/** A manifest's text with one target added or changed. What is new is laid out like its neighbour; all else stays as it is. */
export function setTarget(text: string, name: string, target: Target): string {
  if (!at(text, ['targets', name])?.children) return setMember(text, ['targets'], name, target);
  const members = Object.entries(target).filter(([, value]) => value !== undefined);
  const changed = members.reduce((edited, [member, value]) => setMember(edited, ['targets', name], member, value), text);
  const gone = memberNames(at(text, ['targets', name])).filter((member) => !members.some(([kept]) => kept === member));
  return gone.reduce((edited, member) => rewrite(edited, ['targets', name, member], undefined), changed);
}

function at(text: string, path: JSONPath): Node | undefined {
  const root = parseTree(text);
  return root && findNodeAtLocation(root, path);
}

function memberNames(node: Node | undefined): string[] {
  return (node?.children ?? []).map(({ children }) => String(children?.[0]?.value));
}

function setMember(text: string, path: JSONPath, name: string, value: unknown): string {
  const parent = at(text, path);
  const node = parent && findNodeAtLocation(parent, [name]);
  if (node) return JSON.stringify(getNodeValue(node)) === JSON.stringify(value) ? text : replace(text, node, value);
  const neighbour = parent?.children?.at(-1);
  return neighbour ? insert(text, neighbour, name, value) : rewrite(text, [...path, name], value);
}

function rewrite(text: string, path: JSONPath, value: unknown): string {
  return applyEdits(text, modify(text, path, value, { formattingOptions: layoutOf(text) }));
}

function replace(text: string, { offset, length }: Node, value: unknown): string {
  return text.slice(0, offset) + inOneLine(value) + text.slice(offset + length);
}

/** Puts a member after its neighbour, and leaves a comment that ends the neighbour's line where it is. */
function insert(text: string, neighbour: Node, name: string, value: unknown): string {
  const end = neighbour.offset + neighbour.length;
  const gap = /\s*$/.exec(text.slice(0, neighbour.offset))?.[0] ?? ' ';
  const added = `${gap}${JSON.stringify(name)}: ${like(text, neighbour, gap, value)}`;
  const rest = text.slice(end);
  const remark = gap.includes('\n') ? /^((?:[ \t]*,)?)([ \t]*(?:\/\/[^\r\n]*|\/\*[^\r\n]*\*\/))(?=[ \t]*\r?\n)/.exec(rest) : null;
  const [all = '', comma = '', comment = ''] = remark ?? [];
  return `${text.slice(0, end)},${comment}${added}${comma.trim()}${rest.slice(all.length)}`;
}

function like(text: string, neighbour: Node, gap: string, value: unknown): string {
  const isTall = /\n/.test(text.slice(neighbour.offset, neighbour.offset + neighbour.length)) && gap.includes('\n');
  const { insertSpaces, tabSize } = layoutOf(text);
  if (!isTall) return inOneLine(value);
  return JSON.stringify(value, undefined, insertSpaces ? tabSize : '\t').replace(/\n\s*/g, (line) => gap + line.slice(1));
}

function inOneLine(value: unknown): string {
  return JSON.stringify(value, undefined, 1).replace(/\n\s*/g, ' ');
}

function layoutOf(text: string): { insertSpaces: boolean; tabSize: number; eol: string } {
  const indent = /^([ \t]+)\S/m.exec(text)?.[1] ?? '  ';
  return { insertSpaces: !indent.startsWith('\t'), tabSize: indent.length, eol: text.includes('\r\n') ? '\r\n' : '\n' };
}
