import { type Dirent, readdirSync, type Stats, statSync } from 'node:fs';
import path from 'node:path';

/** More files than that are not looked at; those nearest to the folder come first. */
const mostFiles = 5_000;

const skippedFolders = new Set([
  ...['node_modules', '.git', '.hg', '.svn', '.venv', 'venv', '__pycache__', '.mypy_cache', '.pytest_cache', '.ruff_cache', '.tox'],
  ...['.vscode', '.idea', '.cache', '.function-deck', 'coverage', 'cdk.out', '.terraform', '.aws-sam', '.serverless'],
]);
/** What editors, tools and saved events leave behind; none of it is code. */
const skippedFiles = /^(?:deck\.json|\.deckignore|\.DS_Store|Thumbs\.db|4913|\.#.*)$|~$|\.(?:pyc|pyo|swp|swo|swx|tmp|log|tsbuildinfo)$/;

/**
 * A text that changes with the files below a folder, by their names, times and sizes; what is installed there is not
 * looked at. In one go, because a call waits for it: some hundred files take about a millisecond.
 */
export function fingerprint(folder: string): string {
  const lines: string[] = [];
  const queue = [''];
  const linked = new Set<string>();
  for (let at = queue.shift(); at !== undefined && lines.length < mostFiles; at = queue.shift()) {
    for (const entry of list(path.join(folder, at))) {
      const name = at ? `${at}/${entry.name}` : entry.name;
      if (isSkipped(entry, at)) continue;
      if (entry.isDirectory()) queue.push(name);
      else add(path.join(folder, name), name, entry, { lines, queue, linked });
    }
  }
  return lines.join('\n');
}

/** The state of single files, of which some may be missing. */
export function stateOf(files: readonly string[]): string {
  return files.map((file) => line(file, look(file))).join('\n');
}

interface Walk {
  readonly lines: string[];
  readonly queue: string[];
  readonly linked: Set<string>;
}

function add(file: string, name: string, entry: Dirent, { lines, queue, linked }: Walk): void {
  const facts = look(file);
  if (!entry.isSymbolicLink() || !facts?.isDirectory()) return void lines.push(line(name, facts));
  // A link to a folder that it is in has no end.
  const id = `${facts.dev}:${facts.ino}`;
  if (linked.has(id)) return;
  linked.add(id);
  queue.push(name);
}

function isSkipped(entry: Dirent, at: string): boolean {
  if (entry.isDirectory()) return skippedFolders.has(entry.name);
  return skippedFiles.test(entry.name) || (at === 'events' && entry.name.endsWith('.json')) || (entry.isSymbolicLink() && skippedFolders.has(entry.name));
}

function list(folder: string): readonly Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch (error) {
    // It went away meanwhile, or nobody here may read it: then it is no part of the code.
    if (error instanceof Error) return [];
    throw error;
  }
}

function look(file: string): Stats | undefined {
  try {
    return statSync(file, { throwIfNoEntry: false });
  } catch (error) {
    if (error instanceof Error) return undefined;
    throw error;
  }
}

function line(name: string, facts: Stats | undefined): string {
  return facts ? `${name} ${facts.mtimeMs} ${facts.ctimeMs} ${facts.size} ${facts.ino}` : `${name} -`;
}
