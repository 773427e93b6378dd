import { createHash } from 'node:crypto';
import { existsSync, readFileSync, realpathSync } from 'node:fs';
import { mkdir, rm, symlink } from 'node:fs/promises';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { frameworkOf } from '../../core/signature';
import { errorCode } from '../store/files';
import type { Brought } from './brought';
import type { Compiled, Fault, Output, Plan } from './compiler';
import { stateOf } from './fingerprint';
import { keep, kept, replace } from './kept';
import { compileWith, findOwn } from './program';

/** A handler as the manifest has it, with the signature that may stand before it. */
const handlerParts = /^(?:([a-z][a-z\d-]*\/[a-z\d-]+):)?((?:.*\/)?[^/.]*)/s;

/** What was compiled of a folder. */
export interface Built {
  /** Where the handler's module is to be loaded from. */
  readonly root: string;
  /** Sources that went into it and that a look at the folder does not see. */
  readonly outside: readonly string[];
}

/** The TypeScript file of a handler; `undefined` when its module is none. */
export function typescriptEntry(folder: string, handler: string): string | undefined {
  const [, , module = ''] = handlerParts.exec(handler) ?? [];
  const files = ['.ts', '.mts', '.cts'].map((ending) => path.join(folder, module + ending));
  return module ? files.find((file) => existsSync(file)) : undefined;
}

/** Where to compile to, and what for. */
export interface BuildRequest {
  readonly folder: string;
  readonly handler: string;
  readonly runtime: string;
  readonly entry: string;
  /** The folder and some around it, nearest first. */
  readonly around: readonly string[];
  /** What changes with the files of the folder and with what is installed for it. */
  readonly inside: string;
  /** The files of the folder that a look sees. */
  readonly files: ReadonlyMap<string, string>;
  /** Sources that went into it before and that a look at the folder does not see. */
  readonly outside: readonly string[];
}

/** The name of what is compiled for a handler of a folder: two functions of the same share it. */
export function buildName(request: Pick<BuildRequest, 'folder' | 'handler' | 'runtime'>): string {
  return createHash('sha256').update(turnOf(request)).digest('hex').slice(0, 24);
}

/** Builds of the same text must not run at once, or an older one could overwrite a newer. */
export function turnOf({ folder, handler, runtime }: Pick<BuildRequest, 'folder' | 'handler' | 'runtime'>): string {
  return `${folder}\n${handler}\n${runtime}`;
}

/** Whether the handler's packages stay out of what is compiled, because another program must load the very same. */
export function isLinked(handler: string): boolean {
  return frameworkOf(handlerParts.exec(handler)?.[1]) !== undefined;
}

/**
 * Compiles a TypeScript handler into a folder of its own. What cannot be compiled becomes a module that throws the reason,
 * so that it is reported as any other error in a function's code.
 */
export async function build(brought: Pick<Brought, 'compile'>, target: string, request: BuildRequest): Promise<Built> {
  const { files, around, inside } = request;
  const root = path.join(target, buildName(request));
  const plan = makePlan(request, root);
  const own = await findOwn(around);
  const state = (outside: readonly string[]): string => JSON.stringify([plan, own, inside, stateOf(outside)]);
  const before = await kept(root, state);
  if (before) return { root, outside: before };
  const compiled = own ? await compileWith(own, plan) : await brought.compile(plan);
  await mkdir(path.dirname(plan.outfile), { recursive: true, mode: 0o700 });
  if (plan.isLinked) await linkModules(root, around);
  for (const { path: file, contents } of outputs(compiled, plan)) await replace(file, contents);
  // What is at fault may be one of those from before, or a new one.
  const inputs = compiled.ok ? compiled.inputs : [...request.outside, ...(compiled.fault.file ? [compiled.fault.file] : [])];
  const outside = inputs.filter((file) => !files.has(file) && !file.split(path.sep).includes('node_modules'));
  if (compiled.ok) await keep(root, outside, state);
  return { root, outside };
}

function makePlan({ folder, handler, runtime, entry }: BuildRequest, root: string): Plan {
  const linked = isLinked(handler);
  const format = linked && isModule(entry, folder) ? 'esm' : 'cjs';
  // Endings that say what it is: no package.json around counts.
  const name = path.relative(folder, entry).replace(/[mc]?ts$/, format === 'esm' ? 'mjs' : 'cjs');
  const version = /^nodejs(\d+)/.exec(runtime)?.[1] ?? '20';
  return { folder: realpathSync(path.dirname(entry)), entry, format, isLinked: linked, target: `node${version}`, outfile: path.join(root, name) };
}

// By the nearest package.json, as Node itself decides.
function isModule(entry: string, folder: string): boolean {
  if (!entry.endsWith('.ts')) return entry.endsWith('.mts');
  for (let at = path.dirname(entry); ; at = path.dirname(at)) {
    const file = path.join(at, 'package.json');
    if (existsSync(file)) return /"type"\s*:\s*"module"/.test(readFileSync(file, 'utf8'));
    if (at === folder || at === path.dirname(at)) return false;
  }
}

function outputs(compiled: Compiled, { outfile }: Plan): readonly Output[] {
  if (!compiled.ok) return [{ path: outfile, contents: Buffer.from(failing(compiled.fault)) }];
  return compiled.files.map(({ path: file, contents }) => ({
    path: path.join(path.dirname(outfile), path.basename(file)),
    contents: file.endsWith('.map') ? withAbsoluteSources(contents, path.dirname(file)) : contents,
  }));
}

function withAbsoluteSources(map: Uint8Array, folder: string): Uint8Array {
  const content = JSON.parse(Buffer.from(map).toString('utf8')) as { sources: string[] };
  const base = pathToFileURL(folder + path.sep);
  // They are addresses, in which `ü` is `%C3%BC`, but for those on another drive of Windows.
  const sources = content.sources.map((source) => (/^[A-Za-z]:/.test(source) ? pathToFileURL(source) : new URL(source, base)).href);
  return Buffer.from(JSON.stringify({ ...content, sources }));
}

/** The stack begins as Node's own of a syntax error does: with the place and the code there. */
function failing({ message, file, line, column = 0, code = '' }: Fault): string {
  const place = file ? `${file}:${line}\n${code}\n${' '.repeat(column)}^\n\n` : '';
  const stack = JSON.stringify(`${place}SyntaxError: ${message}`);
  return `throw Object.assign(new SyntaxError(${JSON.stringify(message)}), { stack: ${stack} });\n`;
}

// The framework must be the one that the function itself loads.
async function linkModules(root: string, around: readonly string[]): Promise<void> {
  const modules = around.map((folder) => path.join(folder, 'node_modules')).find((folder) => existsSync(folder));
  const link = path.join(root, 'node_modules');
  await rm(link, { recursive: true, force: true });
  if (!modules) return;
  await symlink(modules, link, 'junction').catch((error: unknown) => {
    if (errorCode(error) !== 'EEXIST') throw error;
  });
}
