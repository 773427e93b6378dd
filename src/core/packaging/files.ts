import type { Dirent, Stats } from 'node:fs';
import { readlink, realpath, stat } from 'node:fs/promises';
import * as path from 'node:path';
import { InputError, throwIfAborted } from '../errors';
import type { CallOptions } from '../provider';
import { Disk } from './disk';
import { type Stamp, stampOf } from './stamp';
import { codeOf } from './systemCode';

/** A file that enters a package. */
export interface PackageFile {
  /** In the package, with `/`. */
  readonly path: string;
  /** Where it is on disk; never a link. */
  readonly file: string;
  readonly bytes: number;
  readonly executable: boolean;
  /** As it was when the file was looked at. */
  readonly stamp?: Stamp;
}

export interface WalkRequest {
  readonly folder: string;
  /** Put before every path, with its `/`. */
  readonly prefix?: string;
  /** Links may lead to anywhere in this folder; the walked folder itself when left out. */
  readonly boundary?: string;
  readonly skips: (file: string, isFolder: boolean) => boolean;
  /** Whether a link may not lead there; the path is relative to the boundary. */
  readonly isPrivate?: (file: string, isFolder: boolean) => boolean;
  /** Told of what cannot be packed; it throws to stop. */
  readonly refuse: (file: string, why: string) => void;
}

interface Walk extends WalkRequest, CallOptions {
  readonly boundary: string;
  readonly disk: Disk;
  readonly found: PackageFile[];
  seen: number;
}

const maxEntries = 500_000;

/** All files below a folder, links followed inside the boundary, sorted by path. */
export async function walk(request: WalkRequest, options: CallOptions): Promise<PackageFile[]> {
  const folder = await realpath(request.folder);
  const boundary = await realpath(request.boundary ?? request.folder);
  const state: Walk = { ...request, boundary, signal: options.signal, disk: new Disk(), found: [], seen: 0 };
  await enter(state, folder, '', [folder]);
  return state.found.sort((a, b) => (a.path < b.path ? -1 : 1));
}

async function enter(state: Walk, real: string, at: string, above: readonly string[]): Promise<void> {
  throwIfAborted(state.signal);
  const entries = await guarded(state, at || '.', () => state.disk.list(real));
  if (!entries) return;
  state.seen += entries.length;
  if (state.seen > maxEntries) throw tooMany();
  const [names, others]: [string[], Dirent[]] = [[], []];
  const before = at && `${at}/`;
  for (const entry of entries) {
    if (!isPackable(state, before + entry.name, entry)) continue;
    if (entry.isFile()) names.push(entry.name);
    else others.push(entry);
  }
  await addAll(state, real, before, names);
  for (const entry of others) await visit(state, real, before + entry.name, entry, above);
}

function isPackable(state: Walk, at: string, entry: Dirent): boolean {
  if (state.skips(at, entry.isDirectory())) return false;
  if (!/[\\\u0000-\u001f\u007f]/.test(entry.name)) return true;
  state.refuse(at, 'has a backslash or control character in its name; rename it');
  return false;
}

async function visit(state: Walk, real: string, at: string, entry: Dirent, above: readonly string[]): Promise<void> {
  const file = path.join(real, entry.name);
  if (entry.isSymbolicLink()) return follow(state, file, at, above);
  if (entry.isDirectory()) return enter(state, file, at, [...above, file]);
  return refuse(state, at, 'is not a regular file (a pipe, socket or device); delete it');
}

async function addAll(state: Walk, real: string, before: string, names: readonly string[]): Promise<void> {
  // A join would look for dots in each of very many names.
  const above = real.endsWith(path.sep) ? real : real + path.sep;
  const answers = await state.disk.stats(names.map((name) => above + name));
  names.forEach((name, index) => {
    const answer = answers[index];
    if (!answer || answer instanceof Error) state.refuse(before + name, readProblem(before + name, answer));
    else put(state, above + name, before + name, answer);
  });
}

async function refuse(state: Walk, at: string, why: string): Promise<void> {
  state.refuse(at, why);
}

async function follow(state: Walk, link: string, at: string, above: readonly string[]): Promise<void> {
  const target = await realpath(link).catch(() => undefined);
  if (target === undefined) return refuse(state, at, `links to ${await readlink(link)}, which cannot be reached; correct the link`);
  const inside = path.relative(state.boundary, target).split(path.sep).join('/');
  if (inside === '..' || inside.startsWith('../') || path.isAbsolute(inside)) {
    return refuse(state, at, `links to ${target}, outside the folder; copy the file instead`);
  }
  const facts = await guarded(state, at, () => stat(target));
  if (!facts) return;
  if (inside && state.isPrivate?.(inside, facts.isDirectory())) {
    return refuse(state, at, `links to ${inside}, which never enters a package; delete the link`);
  }
  if (facts.isFile()) return put(state, target, at, facts);
  if (!facts.isDirectory()) return refuse(state, at, 'links to a pipe, socket or device; delete the link');
  // A link to a folder that it is in has no end; what it leads to is in the package already.
  if (!above.includes(target) && !state.skips(at, true)) await enter(state, target, at, [...above, target]);
}

function put(state: Walk, file: string, at: string, facts: Stats): void {
  const executable = (facts.mode & 0o100) !== 0 && process.platform !== 'win32';
  state.found.push({ path: (state.prefix ?? '') + at, file, bytes: facts.size, executable, stamp: stampOf(facts) });
}

async function guarded<T>(state: Walk, at: string, task: () => Promise<T>): Promise<T | undefined> {
  try {
    return await task();
  } catch (error) {
    state.refuse(at, readProblem(at, error));
    return undefined;
  }
}

/** Why a file could not be read, as the end of a sentence that begins with its name. */
export function readProblem(file: string, error: unknown): string {
  const code = codeOf(error) ?? String(error);
  if (code === 'ENOENT' && file.includes('\uFFFD')) return 'has a name that is not valid UTF-8; rename it';
  if (code === 'ENOENT') return 'vanished while it was being packed; deploy again';
  if (code === 'EACCES' || code === 'EPERM') return 'cannot be read; change its permissions';
  return `cannot be read (${code}); check the disk`;
}

function tooMany(): InputError {
  return new InputError(`The folder has more than ${maxEntries} entries; name what the function does not need in .deckignore.`);
}
