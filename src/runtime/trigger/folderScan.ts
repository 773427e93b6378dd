import { lstat, opendir } from 'node:fs/promises';
import path from 'node:path';
import { errorCode } from '../store/files';
import { Refusal } from './refusal';

export interface FileFacts {
  readonly size: number;
  readonly mtimeMs: number;
  readonly ino: number;
}

export interface FolderScan {
  /** By path in the folder, with slashes. */
  readonly files: ReadonlyMap<string, FileFacts>;
  /** The folders that were looked into, absolute, the first of them the folder itself. */
  readonly folders: readonly string[];
}

const mostFiles = 20_000;

// What others keep beside the files, and what programs write before they put a file in its place.
const ignoredFolders = new Set(['node_modules', '.git', '.hg', '.svn', '__pycache__', '.venv']);
const ignoredFiles = /^(\.DS_Store|Thumbs\.db|4913|\.#.*|#.*#|~\$.*|\.goutputstream-.*|.*(~|\.tmp|\.swp|\.swx|\.crswap|\.part|\.crdownload))$/i;

/** The files of a folder and of those in it; symbolic links are not followed. Throws when the folder itself is not there. */
export async function scanFolder(folder: string, wants: (file: string) => boolean): Promise<FolderScan> {
  const files = new Map<string, FileFacts>();
  const folders: string[] = [];
  for (const waiting = ['']; waiting.length; ) {
    const below = waiting.shift() ?? '';
    const entries = await entriesOf(folder, below);
    if (entries) folders.push(path.join(folder, below));
    const named = (entries ?? []).map(({ name, ...entry }) => ({ ...entry, file: below ? `${below}/${name}` : name }));
    waiting.push(...named.filter(({ isFolder }) => isFolder).map(({ file }) => file));
    await addFacts(folder, named.filter(({ file, isFolder }) => !isFolder && wants(file)).map(({ file }) => file), files);
    if (files.size > mostFiles) throw new Refusal(`There are more than ${mostFiles} files in ${folder}; watch a smaller folder, or only paths with a certain beginning or end.`);
  }
  return { files, folders };
}

interface Entry {
  readonly name: string;
  readonly isFolder: boolean;
}

// A folder in it may be gone by now, or be for others to see.
async function entriesOf(folder: string, below: string): Promise<readonly Entry[] | undefined> {
  const entries: Entry[] = [];
  try {
    for await (const entry of await opendir(path.join(folder, below))) {
      const isFolder = entry.isDirectory();
      if (isFolder ? !ignoredFolders.has(entry.name) : entry.isFile() && !ignoredFiles.test(entry.name)) entries.push({ name: entry.name, isFolder });
    }
    return entries;
  } catch (error) {
    if (below && ['ENOENT', 'ENOTDIR', 'EACCES', 'EPERM'].includes(errorCode(error) ?? '')) return undefined;
    throw error;
  }
}

async function addFacts(folder: string, names: readonly string[], files: Map<string, FileFacts>): Promise<void> {
  for (let from = 0; from < names.length; from += 64) {
    const some = names.slice(from, from + 64);
    const facts = await Promise.all(some.map((name) => factsOf(path.join(folder, name))));
    some.forEach((name, index) => facts[index] && files.set(name, facts[index]));
  }
}

async function factsOf(file: string): Promise<FileFacts | undefined> {
  try {
    const { size, mtimeMs, ino } = await lstat(file);
    return { size, mtimeMs, ino };
  } catch (error) {
    if (errorCode(error) !== undefined) return undefined;
    throw error;
  }
}
