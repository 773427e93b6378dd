import * as path from 'node:path';
import { frameworkOf } from '../signature';
import { isModule, type NodeProject, readProject } from './nodeProject';
import type { PackageRequest } from './request';
import type { ZipEntry } from './zip';

/**
 * A package.json for a bundled handler: what is to be installed for running, and nothing that would build the sources again.
 * `keepsDev`: the lockfile is only taken beside the development dependencies that it was made with.
 */
export async function bundledProject(folder: string, entry: string, keepsDev = false): Promise<ZipEntry> {
  const project = await readProject(folder);
  const leftOut = new Set(['scripts', ...(keepsDev ? [] : ['devDependencies'])]);
  const members = Object.entries(project?.whole ?? { private: true }).filter(([name]) => !leftOut.has(name));
  const type = isModule(project, entry) ? 'module' : 'commonjs';
  return packageJson({ ...Object.fromEntries(members), type, main: entry.replace(/\.[mc]?ts$/, '.js') });
}

/** A package.json that leads to the handler's file; `undefined` when the folder's own does. */
export function leadingProject({ manifest }: PackageRequest, project: NodeProject | undefined, entry: string): ZipEntry | undefined {
  if (project) return leads(project.whole['main'], entry) ? undefined : packageJson({ ...project.whole, main: entry });
  const framework = frameworkOf(manifest.signature)?.node;
  const dependencies = framework ? { [framework.name]: framework.range } : {};
  return packageJson({ private: true, main: entry, dependencies });
}

/** By the rules of Node: https://nodejs.org/api/modules.html#folders-as-modules */
function leads(main: unknown, entry: string): boolean {
  const file = path.posix.normalize(typeof main === 'string' && main ? main : 'index.js').replace(/\/$/, '');
  return [file, `${file}.js`, path.posix.join(file, 'index.js')].includes(entry);
}

function packageJson(members: Readonly<Record<string, unknown>>): ZipEntry {
  return { path: 'package.json', executable: false, content: Buffer.from(`${JSON.stringify(members, null, 2)}\n`) };
}
