import * as path from 'node:path';
import { isInputError } from '../errors';
import type { DeployOptions } from '../provider';
import { frameworkOf } from '../signature';
import { assembleBuilt } from './built';
import { bundledProject } from './builtProject';
import { bundle, isAsset } from './bundle';
import type { PackageFile } from './files';
import { type Entry, findEntry } from './handler';
import { installNode, nodeModules } from './node';
import { installPython } from './python';
import { familyOf, type PackageRequest } from './request';
import { asksOnlyFor, refusePathsOutside } from './requirements';
import type { Rules } from './rules';
import type { ZipEntry } from './zip';

/** What goes into a package: files of the source folder, files of dependencies, and files that were made for it. */
export interface Parts {
  readonly sources: readonly PackageFile[];
  readonly dependencies: readonly PackageFile[];
  readonly made: readonly ZipEntry[];
  readonly entry: Entry | undefined;
}

export async function assemble(request: PackageRequest, sources: readonly PackageFile[], rules: Rules, options: DeployOptions): Promise<Parts> {
  const family = familyOf(request.manifest.runtime ?? '');
  if (family === 'node') return request.builds ? assembleBuilt(request, sources, rules, options) : assembleNode(request, sources, rules, options);
  const names = namesOf(sources);
  const dependencies = family === 'python' ? (await pythonPackages(request, options)).filter(({ path }) => !names.has(path)) : [];
  for (const { path } of dependencies) names.add(path);
  return { sources, dependencies, made: [], entry: await findEntry(request, names) };
}

async function pythonPackages(request: PackageRequest, options: DeployOptions): Promise<readonly PackageFile[]> {
  const requirements = path.join(request.folder, 'requirements.txt');
  if (request.builds) {
    await refusePathsOutside(requirements);
    return [];
  }
  try {
    return await installPython(request, options);
  } catch (error) {
    // Without a network, say: this machine can stand in for the framework, and then tells so in the function's log.
    const framework = frameworkOf(request.manifest.signature)?.python;
    if (!isInputError(error) || request.platform !== 'host' || !framework || !(await asksOnlyFor(requirements, framework))) throw error;
    options.report(`Going on without ${framework}, which could not be installed`, 0.4);
    return [];
  }
}

async function assembleNode(request: PackageRequest, sources: readonly PackageFile[], rules: Rules, options: DeployOptions): Promise<Parts> {
  const inModules = request.manifest.handler?.startsWith('node_modules/') ?? false;
  const early = inModules ? undefined : await findEntry(request, among(sources));
  if (early?.language === 'typescript') return assembleTypescript(request, sources, early, rules, options);
  const dependencies = await installed(request, options);
  return { sources, dependencies, made: [], entry: early ?? (await findEntry(request, among(sources, dependencies))) };
}

async function assembleTypescript(request: PackageRequest, sources: readonly PackageFile[], entry: Entry, rules: Rules, options: DeployOptions): Promise<Parts> {
  const made = await bundle(request, entry.path, rules, options);
  const assets = sources.filter(({ path }) => isAsset(path) && !made.some((file) => file.path === path));
  if (!frameworkOf(request.manifest.signature)) return { sources: assets, dependencies: [], made, entry };
  // The framework that calls the handler has to be the very module that the handler registers with, so it is not bundled.
  return { sources: assets, dependencies: await installed(request, options), made: [...made, await bundledProject(request.folder, entry.path)], entry };
}

async function installed(request: PackageRequest, options: DeployOptions): Promise<readonly PackageFile[]> {
  const found = await installNode(request, options);
  return found ? nodeModules(found, options) : [];
}

/** For few questions, as to make a set of very many names takes longer. */
function among(...lists: readonly (readonly PackageFile[])[]): Pick<ReadonlySet<string>, 'has'> {
  return { has: (name) => lists.some((files) => files.some(({ path }) => path === name)) };
}

function namesOf(sources: readonly PackageFile[]): Set<string> {
  return new Set(sources.map(({ path }) => path));
}
