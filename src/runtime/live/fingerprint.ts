import { type Dirent, readdirSync, type Stats, statSync } from 'node:fs';
import path from 'node:path';
import { errorCode } from '../store/files';
import { type Ignores, isSkippedFolder, mayBeCode, readIgnored } from './codeFiles';

/** More files of code than that are not looked at, nor more names; those nearest to the folder come first. */
const mostFiles = 5_000;
const mostNames = 50_000;

/** What was found below a folder. */
export interface Fingerprint {
  /** Changes with the files that may be code, by their names, times and sizes. */
  readonly text: string;
  /** These files, absolute, with the state of each. */
  readonly files: ReadonlyMap<string, string>;
  /** How many names were looked at. */
  readonly names: number;
  /** Whether there are more than are looked at. */
  readonly isCut: boolean;
}

/**
 * Looks at what may be code below a folder; what is installed there, and what its `.deckignore` leaves out, is not looked
 * at, nor more than `most` files. In one go, because a call waits for it: some hundred files take about a millisecond.
 */
export function fingerprint(folder: string, runtime: string, most = mostFiles): Fingerprint {
  const walk: Walk = { folder, runtime, most, files: new Map(), queue: [''], linked: new Set(), ignores: undefined, names: 0, isCut: false };
  for (let at = walk.queue.shift(); at !== undefined && !walk.isCut; at = walk.queue.shift()) visit(walk, at);
  return { text: [...walk.files.values()].join('\n'), files: walk.files, names: walk.names, isCut: walk.isCut };
}

/** The state of single files, of which some may be missing. */
export function stateOf(files: readonly string[]): string {
  return files.map((file) => line(file, look(file))).join('\n');
}

interface Walk {
  readonly folder: string;
  readonly runtime: string;
  readonly most: number;
  readonly files: Map<string, string>;
  readonly queue: string[];
  readonly linked: Set<string>;
  ignores: Ignores | undefined;
  names: number;
  isCut: boolean;
}

function isFull({ files, names, most }: Walk): boolean {
  return files.size >= most || names >= mostNames;
}

function visit(walk: Walk, at: string): void {
  const entries = list(path.join(walk.folder, at));
  if (!at && entries.some(({ name }) => name === '.deckignore')) walk.ignores = readIgnored(walk.folder);
  for (const entry of entries) {
    if (isFull(walk)) return void (walk.isCut = true);
    walk.names++;
    add(walk, at, entry);
  }
}

function add(walk: Walk, at: string, entry: Dirent): void {
  const name = at ? `${at}/${entry.name}` : entry.name;
  if (entry.isDirectory()) return enter(walk, name, entry.name);
  const isLink = entry.isSymbolicLink();
  if (isLink ? isSkippedFolder(entry.name) : isLeftOut(walk, at, entry.name)) return;
  const file = path.join(walk.folder, name);
  const facts = look(file);
  if (!isLink || !facts?.isDirectory()) return isLink && isLeftOut(walk, at, entry.name) ? undefined : void walk.files.set(file, line(name, facts));
  // A link to a folder that it is in has no end.
  const id = `${facts.dev}:${facts.ino}`;
  if (walk.linked.has(id)) return;
  walk.linked.add(id);
  enter(walk, name, entry.name);
}

function enter({ queue, ignores }: Walk, name: string, last: string): void {
  if (!isSkippedFolder(last) && !ignores?.(`${name}/`)) queue.push(name);
}

function isLeftOut({ runtime, ignores }: Walk, at: string, name: string): boolean {
  return !mayBeCode(name, at, runtime) || (ignores?.(at ? `${at}/${name}` : name) ?? false);
}

// A folder that went away meanwhile, or that nobody here may read, is no part of the code.
function list(folder: string): readonly Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch (error) {
    if (errorCode(error) === undefined) throw error;
    return [];
  }
}

/** `undefined` for what is not there, or nobody here may look at. */
export function look(file: string): Stats | undefined {
  try {
    return statSync(file, { throwIfNoEntry: false });
  } catch (error) {
    if (errorCode(error) === undefined) throw error;
    return undefined;
  }
}

function line(name: string, facts: Stats | undefined): string {
  return facts ? `${name} ${facts.mtimeMs} ${facts.ctimeMs} ${facts.size} ${facts.ino}` : `${name} -`;
}
