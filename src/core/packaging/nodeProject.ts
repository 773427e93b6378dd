import { readFile } from 'node:fs/promises';
import * as path from 'node:path';
import { InputError } from '../errors';

/** What of a package.json decides which packages are installed. */
export interface NodeProject {
  /** Absolute path of the package.json. */
  readonly file: string;
  /** All of its members. */
  readonly whole: Readonly<Record<string, unknown>>;
  readonly dependencies: Readonly<Record<string, string>>;
  /** The members that npm installs by. */
  readonly members: Readonly<Record<string, unknown>>;
  /** Name and text of the lockfile. */
  readonly lock?: { readonly name: string; readonly text: string };
}

const installMembers = ['dependencies', 'devDependencies', 'optionalDependencies', 'peerDependencies', 'peerDependenciesMeta', 'overrides', 'bundleDependencies', 'engines'];
const lockfiles = ['npm-shrinkwrap.json', 'package-lock.json'];

/** The folder's package.json; `undefined` when there is none. Throws `InputError` when it is not one. */
export async function readProject(folder: string): Promise<NodeProject | undefined> {
  const file = path.join(folder, 'package.json');
  const text = await readIfThere(file);
  if (text === undefined) return undefined;
  const whole = parse(text, file);
  const members = Object.fromEntries(installMembers.filter((name) => whole[name] !== undefined).map((name) => [name, whole[name]]));
  const dependencies = { ...record(whole['optionalDependencies'], file), ...record(whole['dependencies'], file) };
  return { file, whole, dependencies, members, lock: await readLock(folder) };
}

/** Whether Node takes the code of a file for an ES module. */
export function isModule(project: NodeProject | undefined, file: string): boolean {
  return /\.m[jt]s$/.test(file) || (!/\.c[jt]s$/.test(file) && project?.whole['type'] === 'module');
}

/** Absolute paths of the dependencies that package.json gives by a relative path. */
export function localDependencies({ file, dependencies }: NodeProject): readonly string[] {
  const paths = Object.values(dependencies).filter((spec) => /^file:(?!\/|[A-Za-z]:)/.test(spec));
  return paths.map((spec) => path.resolve(path.dirname(file), spec.slice('file:'.length)));
}

async function readLock(folder: string): Promise<NodeProject['lock']> {
  for (const name of lockfiles) {
    const text = await readIfThere(path.join(folder, name));
    if (text !== undefined) return { name, text };
  }
  return undefined;
}

function parse(text: string, file: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text.replace(/^\uFEFF/, ''));
    if (isRecord(value)) return value;
  } catch (error) {
    const reason = error instanceof SyntaxError ? error.message : String(error);
    throw new InputError(`package.json is not valid JSON (${reason}); correct it.`, { file }, { cause: error });
  }
  throw new InputError('package.json must hold an object in braces; correct it.', { file });
}

function record(value: unknown, file: string): Record<string, string> {
  if (value === undefined) return {};
  if (isRecord(value) && Object.values(value).every((spec) => typeof spec === 'string')) return value as Record<string, string>;
  throw new InputError('"dependencies" in package.json must be an object of names and versions; correct it.', { file });
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

async function readIfThere(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw new InputError(`${path.basename(file)} cannot be read; make it a readable text file.`, { file }, { cause: error });
  }
}
