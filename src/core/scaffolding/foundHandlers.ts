import * as path from 'node:path';
import type { Inferred, Texts } from './inferManifest';

/** A function that was found in a folder's files. */
export type Found = Required<Inferred>;

/** How functions of one kind are found. */
export interface Finding {
  /** Paths of the files to look into, among those that are known to be there. */
  readonly files: (names: readonly string[], texts: Texts) => readonly string[];
  /** What the folder is by these files; `undefined` when it is not of this kind. */
  readonly infer: (texts: Texts) => Inferred | undefined;
}

export const runtimes = { node: 'nodejs22.x', python: 'python3.13' } as const;

const code = /\.(?:[mc]?[jt]s|py)$/;

/** Whether a file may be a function's: code, and no declarations of types. */
export function isCode(file: string): boolean {
  return code.test(file) && !/\.d\.[mc]?ts$/.test(file);
}

export function stemOf(file: string): string {
  return file.replace(code, '');
}

export function runtimeOf(file: string): string {
  return file.endsWith('.py') ? runtimes.python : runtimes.node;
}

/** The one function that was found, or what all of several have in common: which of them is meant is not guessed. */
export function agreed(all: readonly Found[]): Inferred {
  const [only, other] = all;
  if (only && !other) return only;
  return { ...common(all, 'runtime'), ...common(all, 'signature') };
}

function common(all: readonly Found[], member: 'runtime' | 'signature'): Inferred {
  const [value, other] = new Set(all.map((each) => each[member]));
  return value !== undefined && other === undefined ? { [member]: value } : {};
}

/** What of a package.json tells of a function; nothing of it is certain. */
export interface Project {
  readonly main?: unknown;
  readonly dependencies?: Readonly<Record<string, unknown>>;
  readonly devDependencies?: Readonly<Record<string, unknown>>;
  readonly scripts?: Readonly<Record<string, unknown>>;
}

export function projectOf(texts: Texts): Project {
  try {
    const value: unknown = JSON.parse(texts['package.json'] || '{}');
    return typeof value === 'object' && value !== null ? value : {};
  } catch (error) {
    // The packaging says where the mistake is.
    if (error instanceof SyntaxError) return {};
    throw error;
  }
}

/** Whether a package.json lists a package, for running or for development. */
export function lists(texts: Texts, name: string): boolean {
  const { dependencies = {}, devDependencies = {} } = projectOf(texts);
  return dependencies[name] !== undefined || devDependencies[name] !== undefined;
}

/** The likely files of a project's `main`, without their endings: where it is compiled to is not there. */
export function mainStems(texts: Texts): readonly string[] {
  const { main } = projectOf(texts);
  const named = typeof main === 'string' ? path.posix.normalize(main) : 'index';
  const stem = named.replace(/\.[mc]?[jt]s$/, '');
  const stems = new Set([stem, path.posix.join(stem, 'index'), 'index', 'src/index']);
  return [...stems].filter((each) => !each.startsWith('.') && !path.posix.isAbsolute(each));
}
