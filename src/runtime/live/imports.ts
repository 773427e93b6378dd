import { lstatSync, readFileSync, realpathSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import path from 'node:path';
import { Turns } from '../../core/packaging/turns';
import { aroundFolder } from '../../core/venv';
import { errorCode } from '../store/files';
import { fingerprint, look, stateOf } from './fingerprint';

/** More is not read, found or followed. */
const mostRead = 1_000;
const mostFound = 200;
const mostLinked = 20;
const longest = 1024 * 1024;

/** What the sources of a folder import that a look at the folder does not see. */
export interface Imported {
  /** Beside the folder, or in it and not taken for code; absolute. */
  readonly files: readonly string[];
  /** Packages of the same workspace, which `node_modules` links to; where they really are. */
  readonly packages: readonly string[];
}

/** What scripts were found to import, with the state that they had: only what was changed is read again. */
export type ScriptsRead = Map<string, { readonly state: string; readonly names: readonly string[] }>;

/** Reads the sources of a folder, given with their states, for what they import by a text, and what that imports. */
export async function findImported(folder: string, sources: ReadonlyMap<string, string>, read: ScriptsRead): Promise<Imported> {
  return new Search(folder, sources, read).run();
}

const script = /\.[cm]?[jt]sx?$/;
const imports = /\b(?:from|import|require)\s*\(?\s*(['"])([^'"\n]+)\1/g;
const endings = ['', '.js', '.cjs', '.mjs', '.json', '.node', '.ts', '/index.js', '/index.cjs', '/index.mjs', '/index.ts'];

class Search {
  readonly #folder: string;
  readonly #read: ScriptsRead;
  /** What a look at the folder, or at a package, sees, and what was found. */
  readonly #seen: Map<string, string>;
  readonly #files = new Set<string>();
  readonly #packages = new Set<string>();
  readonly #names = new Set<string>();
  /** To be read, with the folder that it belongs to. */
  readonly #queue: (readonly [file: string, folder: string])[];

  constructor(folder: string, sources: ReadonlyMap<string, string>, read: ScriptsRead) {
    this.#folder = folder;
    this.#read = read;
    this.#seen = new Map(sources);
    this.#queue = [...sources.keys()].filter((file) => script.test(file)).map((file) => [file, folder]);
  }

  async run(): Promise<Imported> {
    const turns = new Turns();
    for (let at = 0; at < Math.min(this.#queue.length, mostRead); at++) {
      if (turns.isOver) await turns.give();
      const [file = '', folder = ''] = this.#queue[at] ?? [];
      for (const name of this.#namesIn(file)) this.#follow(name, file, folder);
    }
    return { files: [...this.#files], packages: [...this.#packages] };
  }

  #namesIn(file: string): readonly string[] {
    const state = this.#seen.get(file) ?? '';
    const before = this.#read.get(file);
    if (before?.state === state) return before.names;
    const names = [...new Set(Array.from(readScript(file).matchAll(imports), ([, , name = '']) => name))].filter((name) => !isBuiltin(name));
    this.#read.set(file, { state, names });
    return names;
  }

  #follow(name: string, file: string, folder: string): void {
    if (/^\.\.?(?:\/|$)/.test(name)) this.#followPath(path.resolve(path.dirname(file), name), folder);
    else if (/^[@\w]/.test(name)) this.#followPackage(packageOf(name), folder);
  }

  #followPath(target: string, folder: string): void {
    const places = endings.map((ending) => target + ending);
    if (this.#files.size >= mostFound || places.some((place) => this.#seen.has(place))) return;
    const found = places.find((place) => look(place)?.isFile());
    if (found === undefined || found.includes(`${path.sep}node_modules${path.sep}`)) return;
    this.#seen.set(found, stateOf([found]));
    this.#files.add(found);
    if (script.test(found)) this.#queue.push([found, folder]);
  }

  #followPackage(name: string, folder: string): void {
    if (this.#names.has(`${folder}\n${name}`)) return;
    this.#names.add(`${folder}\n${name}`);
    const place = linkedPackage(name, folder);
    if (place === undefined || this.#packages.has(place) || this.#packages.size >= mostLinked || isIn(this.#folder, place) || isIn(place, this.#folder)) return;
    this.#packages.add(place);
    for (const [file, state] of fingerprint(place, 'nodejs').files) {
      this.#seen.set(file, state);
      if (script.test(file)) this.#queue.push([file, place]);
    }
  }
}

/** Where a package really is, if `node_modules` has a link to sources; what pnpm links to is in `node_modules` itself. */
function linkedPackage(name: string, folder: string): string | undefined {
  const link = aroundFolder(folder).map((around) => path.join(around, 'node_modules', name)).find((place) => look(place));
  try {
    if (link === undefined || !lstatSync(link).isSymbolicLink()) return undefined;
    const place = realpathSync(link);
    return place.split(path.sep).includes('node_modules') ? undefined : place;
  } catch (error) {
    // It is being installed anew; what the installer notes down is looked at as well.
    if (errorCode(error) === undefined) throw error;
    return undefined;
  }
}

function packageOf(name: string): string {
  return name.split('/').slice(0, name.startsWith('@') ? 2 : 1).join('/');
}

function isIn(file: string, folder: string): boolean {
  return file === folder || file.startsWith(folder + path.sep);
}

// In one go, because a call waits, and this takes a tenth of the time. What is very long was put together by a tool, and
// imports nothing by a path any more.
function readScript(file: string): string {
  try {
    const text = readFileSync(file, 'utf8');
    return text.length > longest ? '' : text;
  } catch (error) {
    if (errorCode(error) === undefined) throw error;
    return '';
  }
}
