/** A place in a stack trace. */
export interface Frame {
  /** As the trace names it, without a `file://` in front. */
  readonly file: string;
  /** Counted from 1. */
  readonly line: number;
  /** Counted from 1. */
  readonly column?: number;
  readonly name?: string;
}

/** Where in a line a frame stands, for a link: `start` is inclusive, `end` exclusive. */
export interface FoundFrame {
  readonly start: number;
  readonly end: number;
  readonly frame: Frame;
}

// Every repetition is bounded: log lines are written by strangers, and no line may make this slow.
const longestLine = 20_000;
/** `File "x", line 3, in f`; Lambda writes a syntax error as `File "x" Line 3`. */
const python = /\bFile "(?<file>[^"\n]{1,500})",? [Ll]ine (?<line>\d{1,7})(?:, in (?<name>[^\s"\\]{1,200}))?/g;
/** `invalid syntax (x.py, line 3)`. */
const pythonSyntax = /\((?<file>[^\s()"]{1,200}\.py), line (?<line>\d{1,7})\)/g;
/** `at f (x:3:9)`, `at x:3:9`. Frames inside Node itself, `node:…`, are left out by the colon. */
const node =
  /(?<=^|[\s"'[\\]n?)at (?:async )?(?:(?<name>[^()"\n]{1,200}?) \()?(?<file>(?:file:\/\/\/)?(?:[A-Za-z]:(?=[\\/]))?(?=[^():"\n]{0,500}[./\\])[^():"\n]{1,500}):(?<line>\d{1,7}):(?<column>\d{1,7})/g;
/** `x.js:3` alone on its line: how Node says where a file would not compile. */
const nodeSyntax = /^\s{0,20}(?!at\s|\s)(?<file>(?:file:\/\/\/)?(?:[A-Za-z]:(?=[\\/]))?[^():"\n]{1,500}\.[cm]?[jt]sx?):(?<line>\d{1,7})(?::(?<column>\d{1,7}))?\s{0,20}$/g;

/** The stack frames that a line names, in the order they stand. */
export function findFrames(line: string): readonly FoundFrame[] {
  if (!mayHoldFrame(line)) return [];
  const text = line.slice(0, longestLine);
  return [python, pythonSyntax, node, nodeSyntax]
    .flatMap((pattern) => [...text.matchAll(pattern)].map(found))
    .sort((a, b) => a.start - b.start);
}

/** The frames of a stack trace, innermost first, in whichever language it was written. */
export function parseFrames(lines: readonly string[]): readonly Frame[] {
  const frames = lines.flatMap((entry) => entry.split('\n')).flatMap((line) => findFrames(line));
  const outermostFirst = frames.filter(({ frame }) => isPython(frame)).reverse();
  const innermostFirst = frames.filter(({ frame }) => !isPython(frame));
  return [...outermostFirst, ...innermostFirst].map(({ frame }) => frame);
}

/**
 * The source file that a frame of deployed code belongs to: the one of `files` (paths below `root`, or absolute ones in it)
 * that ends the frame's path and is longest. `undefined` for frames in dependencies and in the language's own code.
 */
export function matchFrame(frame: Frame, root: string, files: readonly string[]): string | undefined {
  const base = slashes(root).replace(/\/*$/, '/');
  const named = slashes(frame.file).replace(/^\.\//, '');
  const path = below(base, named) ?? below('/var/task/', named);
  const inner = path ?? named;
  if (isForeign(inner, path !== undefined)) return undefined;
  const candidates = files.map((file) => ({ file, path: below(base, slashes(file)) ?? slashes(file) }));
  if (path !== undefined) return candidates.find((file) => file.path === path)?.file;
  if (!inner.includes('/')) return onlyOne(candidates.filter((file) => `/${file.path}`.endsWith(`/${inner}`)))?.file;
  return candidates
    .filter((file) => inner === file.path || inner.endsWith(`/${file.path}`))
    .sort((a, b) => b.path.length - a.path.length)[0]?.file;
}

function mayHoldFrame(line: string): boolean {
  return line.includes('at ') || line.includes('ine ') || /:\d{1,7}\s{0,20}$/.test(line.slice(-40));
}

function found(match: RegExpExecArray): FoundFrame {
  const { file = '', line, column, name } = match.groups ?? {};
  const frame = { file: filePath(file), line: Number(line), column: column ? Number(column) : undefined, name: name?.trim() };
  const offset = match[0].startsWith('at ') ? match[0].lastIndexOf(file) : match[0].length - match[0].trimStart().length;
  const end = match[0].trimEnd().replace(/, in [^\s"\\]+$/, '').length;
  return { start: match.index + offset, end: match.index + end, frame };
}

function filePath(file: string): string {
  if (!file.startsWith('file:///')) return file.trim();
  const path = decode(file.slice('file://'.length));
  return /^\/[A-Za-z]:\//.test(path) ? path.slice(1) : path;
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch (error) {
    if (error instanceof URIError) return text;
    throw error;
  }
}

function isPython(frame: Frame): boolean {
  return /\.pyw?$|^<.*>$/.test(frame.file);
}

function slashes(path: string): string {
  return path.replaceAll('\\', '/').replace(/^[a-z]:/, (drive) => drive.toUpperCase());
}

function below(base: string, path: string): string | undefined {
  return path.startsWith(base) ? path.slice(base.length) : undefined;
}

/** Whether a path is in dependencies; one not known to be below the source folder may also be in the language's own code. */
function isForeign(path: string, isBelow: boolean): boolean {
  if (/(?:^|\/)(?:node_modules|site-packages|dist-packages)\//.test(path)) return true;
  if (isBelow) return false;
  return /^\/var\/(?:runtime|lang)\/|^<|^[a-z]+:\/\/|\/dist\/bootstrap\/|\/lib(?:64)?\/python[\d.]*\/|\/python\d*\/lib\//i.test(path);
}

function onlyOne<T>(values: readonly T[]): T | undefined {
  return values.length === 1 ? values[0] : undefined;
}
