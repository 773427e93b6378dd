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
  ...['id_rsa*', 'id_dsa*', 'id_ecdsa*', 'id_ed25519*', '*.tfstate', '*.tfstate.*', '*.pyc', '.DS_Store', 'Thumbs.db', '.deckignore'],
];
const deniedPairs = ['node_modules/.cache/', '.docker/config.json'];

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
  const denies = (file: string): boolean => {
    const [last = '', above] = file.replace(/\/$/, '').split('/').reverse();
    const slash = file.endsWith('/') ? '/' : '';
    return byName.ignores(last + slash) || (above !== undefined && byPair.ignores(`${above}/${last}${slash}`));
  };
  const isPrivate = (file: string, isFolder: boolean): boolean =>
    file === 'deck.json' || prefixes(file, isFolder).some((part) => denies(part) && !names(part.replace(/\/$/, '')));
  return { names, isPrivate, skips: (file, isFolder) => user.ignores(isFolder ? `${file}/` : file) || isPrivate(file, isFolder) };
}

/** `a/`, `a/b/`, `a/b/c`: a path with every folder above it. */
function prefixes(file: string, isFolder: boolean): string[] {
  const parts = file.split('/');
  return parts.map((_, index) => parts.slice(0, index + 1).join('/') + (index < parts.length - 1 || isFolder ? '/' : ''));
}

/** Only lines without wildcards count, so that `!*` does not let secrets in. */
function namedFiles(text: string): (file: string) => boolean {
  const lines = text.split(/\r?\n/).map((line) => line.trim());
  const names = lines.filter((line) => line.startsWith('!') && !/[*?[\]]/.test(line)).map((line) => line.slice(1).replace(/\/$/, ''));
  const paths = new Set(names.filter((name) => name.includes('/')).map((name) => name.replace(/^\//, '')));
  const bases = new Set(names.filter((name) => !name.includes('/')));
  return (file) => paths.has(file) || bases.has(path.posix.basename(file));
}

async function readText(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return '';
    throw new InputError('.deckignore cannot be read; make it a readable text file.', { file }, { cause: error });
  }
}
