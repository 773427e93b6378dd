import { readdirSync, statSync } from 'node:fs';
import path from 'node:path';

/** A virtual environment of Python. */
export interface Venv {
  readonly python: string;
  /** Where its packages are. */
  readonly packages: string;
  /** What changes when packages come or go: files to look at. */
  readonly watched: readonly string[];
}

const names = ['.venv', 'venv'];

/** The virtual environment of a folder, or of one of the few around it that may be its workspace. */
export function findVenv(folders: readonly string[]): Venv | undefined {
  for (const folder of folders) {
    for (const name of names) {
      const found = venvAt(path.join(folder, name));
      if (found) return found;
    }
  }
  return undefined;
}

/** The folder and up to three around it, nearest first; none beyond the root of a repository, and none of another user. */
export function aroundFolder(folder: string): readonly string[] {
  const found = [folder];
  for (let at = folder; found.length < 4 && !isThere(path.join(at, '.git')); ) {
    const above = path.dirname(at);
    if (above === at || !isOwn(above)) break;
    found.push(above);
    at = above;
  }
  return found;
}

function venvAt(folder: string): Venv | undefined {
  const config = path.join(folder, 'pyvenv.cfg');
  if (!isThere(config)) return undefined;
  const isWindows = process.platform === 'win32';
  const packages = isWindows ? path.join(folder, 'Lib', 'site-packages') : packagesIn(path.join(folder, 'lib'));
  if (!packages) return undefined;
  return { python: path.join(folder, ...(isWindows ? ['Scripts', 'python.exe'] : ['bin', 'python'])), packages, watched: [config, packages] };
}

function packagesIn(lib: string): string | undefined {
  const version = isThere(lib) ? readdirSync(lib).find((name) => /^python\d/.test(name)) : undefined;
  return version && path.join(lib, version, 'site-packages');
}

function isOwn(folder: string): boolean {
  const owner = statSync(folder, { throwIfNoEntry: false })?.uid;
  return owner !== undefined && (process.getuid === undefined || owner === process.getuid());
}

function isThere(file: string): boolean {
  return statSync(file, { throwIfNoEntry: false }) !== undefined;
}
