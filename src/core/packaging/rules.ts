import ignore from 'ignore';
import { readFile } from 'node:fs/promises';
import * as path from 'node:path';
import { InputError } from '../errors';
import { codeOf } from './systemCode';

/** Names that never enter a package unless `.deckignore` lists the file itself with `!`. */
const denied = [
  ...['.git', '.hg/', '.svn/', '.venv', 'venv/', '__pycache__/', '.mypy_cache/', '.pytest_cache/', '.vscode/', '.idea/'],
  ...['.aws', '.ssh', '.gnupg', '.azure', '.gcloud', '.terraform/', '.function-deck', '.env*', '.npmrc', '.yarnrc*', '.pypirc'],
  ...['.netrc', '_netrc', '.git-credentials', '*.pem', '!cacert.pem', '*.key', '*.p12', '*.pfx', '*.ppk', '*.jks', '*.keystore'],
  ...['id_rsa*', 'id_dsa*', 'id_ecdsa*', 'id_ed25519*', '*.tfstate', '*.tfstate.*', '*.pyc', '.DS_Store', 'Thumbs.db', '.deckignore', 'local.settings.json'],
];
const deniedPairs = ['node_modules/.cache/', '.docker/config.json'];
/** Most names are like none of these, which one look tells. */
const doubtful = like([...denied, ...deniedPairs.map((pair) => path.posix.basename(pair))]);

/** What stays out of a package. Paths are relative to the source folder, with `/`. */
export interface Rules {
  /** Whether a file or folder stays out. */
  readonly skips: (file: string, isFolder: boolean) => boolean;
  /** Whether a path is private by its name or its folder's, and `.deckignore` does not list it by name. */
  readonly isPrivate: (file: string, isFolder: boolean) => boolean;
  /** Whether `.deckignore` lists exactly this path with `!`. */
  readonly names: (file: string) => boolean;
}

/** Reads the folder's `.deckignore`; `own` are further patterns in gitignore syntax. */
export async function readRules(folder: string, own: readonly string[] = []): Promise<Rules> {
  return rulesOf(await readText(path.join(folder, '.deckignore')), own);
}

export function rulesOf(text: string, own: readonly string[] = []): Rules {
  const user = ignore().add([...own]).add(text);
  const names = namedFiles(text);
  const byName = ignore().add(denied);
  const byPair = ignore().add(deniedPairs);
  const denies = (above: string, last: string): boolean => byName.ignores(last) || (above !== '' && byPair.ignores(`${path.posix.basename(above)}/${last}`));
  const folders = new Map<string, boolean>();
  const isPrivate = (file: string, isFolder: boolean): boolean => {
    const slash = file.lastIndexOf('/');
    const [dir, base] = [slash > 0 ? file.slice(0, slash) : '', file.slice(slash + 1)];
    if (file === 'deck.json' || (dir !== '' && inPrivate(dir))) return true;
    return doubtful.test(base) && denies(dir, isFolder ? `${base}/` : base) && !names(file);
  };
  const inPrivate = (folder: string): boolean => {
    const known = folders.get(folder) ?? isPrivate(folder, true);
    folders.set(folder, known);
    return known;
  };
  const isListed = own.length > 0 || /\S/.test(text) ? (file: string) => user.ignores(file) : () => false;
  return { names, isPrivate, skips: (file, isFolder) => isListed(isFolder ? `${file}/` : file) || isPrivate(file, isFolder) };
}

/** Matches whatever one of the patterns could. Those for any beginning are looked for at the end, and not after each beginning. */
function like(patterns: readonly string[]): RegExp {
  const sources = patterns.map((pattern) => pattern.replace(/[/!]/g, '').replace(/\./g, '\\.').replace(/\*/g, '.*'));
  const [ends, wholes] = [sources.filter((source) => source.startsWith('.*')), sources.filter((source) => !source.startsWith('.*'))];
  return new RegExp([...wholes.map((source) => `^${source}$`), ...ends.map((source) => `${source.slice(2)}$`)].join('|'), 'is');
}

/** Only lines without wildcards count, so that `!*` does not let secrets in. */
function namedFiles(text: string): (file: string) => boolean {
  const lines = text.split(/\r?\n/).map((line) => line.trim());
  const names = lines.filter((line) => line.startsWith('!') && !/[*?[\]]/.test(line)).map((line) => line.slice(1).replace(/\/$/, ''));
  const paths = new Set(names.filter((name) => name.includes('/')).map((name) => name.replace(/^\//, '')));
  const bases = new Set(names.filter((name) => !name.includes('/')));
  return (file) => names.length > 0 && (paths.has(file) || bases.has(path.posix.basename(file)));
}

async function readText(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return '';
    throw new InputError('.deckignore cannot be read; make it a readable text file.', { file }, { cause: error });
  }
}
