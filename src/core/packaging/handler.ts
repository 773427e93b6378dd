import { access, readFile } from 'node:fs/promises';
import * as path from 'node:path';
import type { InputError } from '../errors';
import { frameworkOf } from '../signature';
import { type Family, familyOf, manifestError, type PackageRequest } from './request';

/** The file of a function's handler. */
export interface Entry {
  /** In the package, with `/`. */
  readonly path: string;
  readonly language: 'javascript' | 'typescript' | 'python' | 'other';
}

const nodeEndings = ['.ts', '.mts', '.cts', '.js', '.mjs', '.cjs', ''];

/** Throws `InputError` when the manifest lacks what every package needs. */
export async function requireRuntime({ folder, manifest }: PackageRequest): Promise<string> {
  const { runtime, handler } = manifest;
  if (!runtime) throw await manifestError(folder, 'runtime', 'deck.json does not say the runtime; add for example "runtime": "python3.13".');
  if (!handler && familyOf(runtime) !== 'provided') {
    throw await manifestError(folder, 'handler', `deck.json does not say the handler; add for example "handler": "${example(familyOf(runtime))}".`);
  }
  if (!isWellFormed(familyOf(runtime), handler ?? '')) {
    throw await manifestError(folder, 'handler', `The handler "${handler}" must name a file and a function in it; write for example "${example(familyOf(runtime))}".`);
  }
  return runtime;
}

function isWellFormed(family: Family, handler: string): boolean {
  if (family === 'python') return /^\/|^(?:[^./\\]+[./])+[^./\\]+$/.test(handler);
  return family !== 'node' || (/[^./\\]\.[^/\\]+$/.test(handler) && !handler.startsWith('../'));
}

/** The handler's file among those of a package; `undefined` when it lies elsewhere (a layer) or its place is not known. */
export async function findEntry(request: PackageRequest, names: Pick<ReadonlySet<string>, 'has'>): Promise<Entry | undefined> {
  const candidates = handlerFiles(request);
  if (!candidates.length) return undefined;
  const found = candidates.find((candidate) => names.has(candidate));
  if (found === undefined) throw await missing(request, candidates);
  return { path: found, language: languageOf(found) };
}

/** The handler's file in the source folder as it is. Throws as `findEntry` does. */
export async function findSource(request: PackageRequest): Promise<Entry | undefined> {
  const candidates = handlerFiles(request);
  const there = await Promise.all(candidates.map((candidate) => isThere(path.join(request.folder, candidate))));
  return findEntry(request, new Set(candidates.filter((_, index) => there[index])));
}

/**
 * Throws `InputError` if a handler that a framework calls is certainly not in its file, because the build in the cloud takes
 * minutes to find that out. What a file hands on from others is not looked into.
 */
export async function requireMember({ folder, manifest }: PackageRequest, entry: Entry | undefined): Promise<void> {
  if (!entry || entry.language === 'other' || !frameworkOf(manifest.signature)) return;
  const member = memberOf(manifest.handler ?? '', entry);
  const text = await readFile(path.join(folder, entry.path), 'utf8').catch(() => undefined);
  if (text === undefined || mentions(text, member) || handsOn.test(text)) return;
  const what = entry.language === 'python' ? 'does not define' : 'neither registers nor exports';
  throw await manifestError(folder, 'handler', `${entry.path} ${what} "${member}"; correct "handler" in deck.json, or the name in ${entry.path}.`);
}

const handsOn = /['"`]\.{1,2}\/|\bfrom\s+\S+\s+import\s+\*|\bmodule\.exports\b|\bexports\s*[[,)]|\b(?:globals|setattr)\s*\(/;

function mentions(text: string, member: string): boolean {
  const word = member.replace(/[^\w-]/g, '\\$&');
  return new RegExp(`(?<![\\w$])${word}(?![\\w$])`).test(text);
}

function memberOf(handler: string, { path: file, language }: Entry): string {
  if (language === 'python') return handler.slice(handler.lastIndexOf('.') + 1);
  return handler.slice(path.posix.join(path.posix.dirname(handler), path.posix.basename(file).replace(/\.[^.]*$/, '')).length + 1).split('.', 1)[0] ?? '';
}

/** Whether the handler is a TypeScript file of the folder. */
export async function isTypescript(request: PackageRequest): Promise<boolean> {
  const candidates = handlerFiles(request).filter((candidate) => languageOf(candidate) === 'typescript');
  return (await Promise.all(candidates.map((candidate) => isThere(path.join(request.folder, candidate))))).includes(true);
}

function handlerFiles({ manifest: { runtime = '', handler = '' } }: PackageRequest): readonly string[] {
  const family = familyOf(runtime);
  if (family === 'provided') return ['bootstrap'];
  if (family === 'other' || handler.startsWith('/')) return [];
  return family === 'python' ? pythonFiles(handler) : nodeFiles(handler);
}

/** `a.b.handler` is the function `handler` of the module `a.b`. */
function pythonFiles(handler: string): string[] {
  const module = handler.slice(0, Math.max(0, handler.lastIndexOf('.'))).replaceAll('.', '/');
  return [`${module}.py`, `${module}/__init__.py`];
}

/** `src/index.api.handler` is the member `api.handler` of the module `src/index`. */
function nodeFiles(handler: string): string[] {
  const { dir, base } = path.posix.parse(handler);
  const module = path.posix.normalize(path.posix.join(dir, base.split('.', 1)[0] ?? ''));
  return nodeEndings.map((ending) => module + ending);
}

function languageOf(file: string): Entry['language'] {
  if (/\.[mc]?ts$/.test(file)) return 'typescript';
  if (/\.[mc]?js$/.test(file)) return 'javascript';
  return file.endsWith('.py') ? 'python' : 'other';
}

async function missing(request: PackageRequest, candidates: readonly string[]): Promise<InputError> {
  const { folder, manifest } = request;
  const looked = candidates.filter((name) => !/\.[mc]ts$|\/__init__\.py$|\.cjs$/.test(name) && path.posix.basename(name).includes('.'));
  for (const candidate of candidates) {
    if (await isThere(path.join(folder, candidate))) {
      return manifestError(folder, 'handler', `The handler's file ${candidate} is left out of the package; take it off the list in .deckignore.`);
    }
  }
  if (candidates[0] === 'bootstrap') {
    return manifestError(folder, 'runtime', `There is no file "bootstrap" in the folder, which the runtime ${manifest.runtime} starts; build it or choose another runtime.`);
  }
  const sentence = `The handler "${manifest.handler}" needs a file ${looked.join(' or ')}, and there is none; correct "handler" in deck.json or add the file.`;
  return manifestError(folder, 'handler', sentence);
}

function isThere(file: string): Promise<boolean> {
  return access(file).then(() => true, () => false);
}

function example(family: Family): string {
  return family === 'python' ? 'lambda_function.lambda_handler' : 'index.handler';
}
