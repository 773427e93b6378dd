import { stat } from 'node:fs/promises';
import { InputError } from './errors';
import { assemble, type Parts } from './packaging/assemble';
import { recipes } from './packaging/built';
import { type PackageFile, walk } from './packaging/files';
import { isTypescript, requireMember, requireRuntime } from './packaging/handler';
import { KeptFiles } from './packaging/keptFiles';
import { pack } from './packaging/pack';
import { familyOf, type PackageRequest } from './packaging/request';
import { readRules, type Rules } from './packaging/rules';
import { tellingLine } from './packaging/spawn';
import { checkSyntax } from './packaging/syntax';
import type { DeploymentPackage, DeployOptions } from './provider';

export type { PackageRequest, Tools } from './packaging/request';

/**
 * Makes a source folder ready to upload. The same files give the same bytes on the same machine; elsewhere zlib may be another
 * version, or built for another processor, and deflate the same content to other bytes. Throws `InputError` when the folder
 * cannot be packed as it is; nothing in the folder is changed.
 */
export async function packageFolder(request: PackageRequest, options: DeployOptions): Promise<DeploymentPackage> {
  const runtime = await requireRuntime(request);
  options.report('Reading files', 0);
  const rules = await readRules(request.folder, [...(request.ignore ?? []), ...(await ownIgnores(request, runtime))]);
  const [kept, startedAt] = [new KeptFiles(request), Date.now()];
  const [sources, table] = await Promise.all([walkSources(request, rules, options), kept.load()]);
  const parts = await assemble(request, sources, rules, options);
  const [checked, packed] = await Promise.allSettled([check(request, parts, options), pack(request, { parts, rules, kept, table, startedAt }, options)]);
  if (checked.status === 'rejected') throw checked.reason;
  if (packed.status === 'rejected') throw packed.reason;
  return packed.value;
}

async function check(request: PackageRequest, { entry }: Parts, options: DeployOptions): Promise<void> {
  await checkSyntax(request, entry, options);
  await requireMember(request, entry);
}

/** Dependencies come from the lockfile; the folder's own `node_modules` has those for development too. */
async function ownIgnores(request: PackageRequest, runtime: string): Promise<readonly string[]> {
  if (request.builds) return ['/node_modules'];
  const isProject = await stat(`${request.folder}/package.json`).then(() => true, () => false);
  return isProject || familyOf(runtime) !== 'node' || (await isTypescript(request)) ? ['/node_modules'] : [];
}

async function walkSources({ folder, builds }: PackageRequest, rules: Rules, options: DeployOptions): Promise<readonly PackageFile[]> {
  const facts = await stat(folder).catch(() => undefined);
  if (!facts?.isDirectory()) throw new InputError(`There is no folder ${folder}; choose an existing source folder.`);
  const refuse = (file: string, why: string): never => {
    throw new InputError(`${tellingLine(`${file} ${why}`)}, or name it in .deckignore.`);
  };
  const { isPrivate } = rules;
  const skips: Rules['skips'] = (file, isFolder) => !(builds && recipes.has(file)) && rules.skips(file, isFolder);
  return walk({ folder, skips, isPrivate, refuse }, options);
}
