import { access } from 'node:fs/promises';
import * as path from 'node:path';
import { InputError } from '../errors';
import type { DeployOptions } from '../provider';
import type { Parts } from './assemble';
import { bundledProject, leadingProject } from './builtProject';
import { bundle, isAsset } from './bundle';
import type { PackageFile } from './files';
import { type Entry, findEntry } from './handler';
import { refuseLeaks } from './leaks';
import { readLocals } from './node';
import { type NodeProject, readProject } from './nodeProject';
import type { PackageRequest } from './request';
import type { Rules } from './rules';

const strictLocks = ['yarn.lock', 'pnpm-lock.yaml'];
const locks = new Set(['package-lock.json', 'npm-shrinkwrap.json', ...strictLocks]);

/** What a build in the cloud installs by; it enters the package even if .deckignore leaves it out. */
export const recipes: ReadonlySet<string> = new Set(['package.json', 'requirements.txt', ...locks]);

/** The parts of a Node package whose dependencies the provider installs. */
export async function assembleBuilt(request: PackageRequest, given: readonly PackageFile[], rules: Rules, options: DeployOptions): Promise<Parts> {
  const entry = await findEntry(request, new Set(given.map(({ path: name }) => name)));
  const project = await readProject(request.folder);
  if (!project) await refuseStrayModules(request.folder);
  const sources = project ? await withLocals(request.folder, project, given, options) : given;
  if (entry?.language === 'typescript') return bundled(request, { sources, given, entry, rules }, options);
  const made = entry && leadingProject(request, project, entry.path);
  if (made && project && !rules.names(made.path)) refuseLeaks(made.path, project.file, made.content);
  return { sources: sources.filter(({ path: name }) => name !== made?.path), dependencies: [], made: made ? [made] : [], entry };
}

interface Bundled {
  readonly sources: readonly PackageFile[];
  readonly given: readonly PackageFile[];
  readonly entry: Entry;
  readonly rules: Rules;
}

async function bundled(request: PackageRequest, { sources, given, entry, rules }: Bundled, options: DeployOptions): Promise<Parts> {
  const keepsDev = given.some(({ path: name }) => strictLocks.includes(name));
  const made = [...(await bundle(request, entry.path, rules, options)), await bundledProject(request.folder, entry.path, keepsDev)];
  const own = new Set(given);
  const isKept = (file: PackageFile): boolean => !own.has(file) || isAsset(file.path) || locks.has(file.path);
  const kept = sources.filter((file) => isKept(file) && !made.some(({ path: name }) => name === file.path));
  return { sources: kept, dependencies: [], made, entry };
}

/** With all files of the dependencies that package.json gives by a path, be they in .deckignore. */
async function withLocals(folder: string, project: NodeProject, sources: readonly PackageFile[], options: DeployOptions): Promise<readonly PackageFile[]> {
  refuseOutside(folder, project);
  const locals = await readLocals(project, options);
  const files = locals.flatMap(({ path: local, files: own }) => own.map((file) => ({ ...file, path: path.posix.join(slashed(path.relative(folder, local)), file.path) })));
  const names = new Set(files.map(({ path: name }) => name));
  return [...sources.filter(({ path: name }) => !names.has(name)), ...files];
}

function refuseOutside(folder: string, { dependencies, file }: NodeProject): void {
  for (const [name, spec] of Object.entries(dependencies)) {
    const [, kind, place = ''] = /^(file|link|portal|workspace):(.*)$/.exec(spec) ?? [];
    const inside = path.relative(folder, path.resolve(folder, place));
    if (!kind || (kind === 'file' && !inside.startsWith('..') && !path.isAbsolute(inside))) continue;
    throw new InputError(`package.json lists "${name}" as ${spec}, which is not in the folder, so that the build in the cloud cannot see it; move it into the folder and list it as "file:…", or publish it.`, { file });
  }
}

async function refuseStrayModules(folder: string): Promise<void> {
  const isThere = await access(path.join(folder, 'node_modules')).then(() => true, () => false);
  if (isThere) throw new InputError('The folder has node_modules and no package.json, and the build in the cloud installs only what a package.json lists; write one, for example with "npm init".');
}

function slashed(file: string): string {
  return file.split(path.sep).join('/');
}
