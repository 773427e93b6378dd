import { accessSync, constants, existsSync, readdirSync } from 'node:fs';
import * as path from 'node:path';
import type { Manifest } from './manifest';
import { findSource, requireRuntime } from './packaging/handler';
import { readProject } from './packaging/nodeProject';
import { familyOf, type PackageRequest } from './packaging/request';
import { readRequirements } from './packaging/requirements';
import { frameworkOf } from './signature';
import { aroundFolder, findVenv } from './venv';

interface Request {
  /** The source folder, absolute. */
  readonly folder: string;
  readonly manifest: Manifest;
}

/**
 * Why a function cannot run from its folder as it is, as a sentence with the cure; `undefined` when it can. Throws
 * `InputError` for what no package could be made of either.
 */
export async function liveObstacle(request: Request): Promise<string | undefined> {
  const runtime = await requireRuntime(request as PackageRequest);
  await findSource(request as PackageRequest);
  const family = familyOf(runtime);
  if (family === 'node') return nodeObstacle(request);
  if (family === 'python') return pythonObstacle(request);
  return family === 'provided' ? bootstrapObstacle(request) : undefined;
}

async function nodeObstacle({ folder }: Request): Promise<string | undefined> {
  const wanted = Object.keys((await readProject(folder))?.whole['dependencies'] ?? {});
  const missing = wanted.filter((name) => !isInstalled(folder, name));
  return missing.length ? `Its folder does not have ${list(missing)} of package.json installed; run "npm install" there, then deploy again to have it run live.` : undefined;
}

/** As Node looks for it: in the folder and in all above. */
function isInstalled(folder: string, name: string): boolean {
  for (let at = folder; ; at = path.dirname(at)) {
    if (existsSync(path.join(at, 'node_modules', name, 'package.json'))) return true;
    if (at === path.dirname(at)) return false;
  }
}

async function pythonObstacle({ folder, manifest }: Request): Promise<string | undefined> {
  const requirements = await readRequirements(path.join(folder, 'requirements.txt'));
  if (!requirements) return undefined;
  const venv = findVenv(aroundFolder(folder));
  const installed = new Set(venv ? packagesIn(venv.packages) : []);
  // The runtime can stand in for the framework that calls the handler.
  installed.add(normal(frameworkOf(manifest.signature)?.python ?? ''));
  const missing = requirements.content.flatMap(nameOf).filter((name) => !installed.has(normal(name)));
  if (!missing.length) return undefined;
  const cure = venv ? 'run "pip install -r requirements.txt" in its .venv' : 'make a .venv there and install requirements.txt in it';
  return `Its folder does not have ${list(missing)} of requirements.txt installed; ${cure}, then deploy again to have it run live.`;
}

/** The package that a line asks for certainly: not by a path or an option, nor only on some machines. */
function nameOf(line: string): readonly string[] {
  const name = /^([A-Za-z\d](?:[\w.-]*[A-Za-z\d])?)\s*(?:\[[^\]]*\]\s*)?(?:$|[=<>!~]|#)/.exec(line)?.[1];
  // Among the lines is the state of what others name by a path, a digest.
  return name && !/^[\da-f]{64}$/.test(name) && !line.includes(';') && !/\.(?:whl|zip|tar\.gz)$/.test(name) ? [name] : [];
}

function packagesIn(folder: string): readonly string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder).flatMap((name) => /^(.+?)-[^-]+\.(?:dist|egg)-info$/.exec(name)?.[1] ?? []).map(normal);
}

// https://packaging.python.org/en/latest/specifications/name-normalization/
function normal(name: string): string {
  return name.replace(/[-_.]+/g, '-').toLowerCase();
}

function bootstrapObstacle({ folder }: Request): string | undefined {
  try {
    if (process.platform !== 'win32') accessSync(path.join(folder, 'bootstrap'), constants.X_OK);
    return undefined;
  } catch (error) {
    if (error instanceof Error) return 'The file bootstrap cannot be executed; run "chmod +x bootstrap" in the folder, then deploy again to have it run live.';
    throw error;
  }
}

function list(names: readonly string[]): string {
  return names.length > 3 ? `${names.slice(0, 3).join(', ')} and ${names.length - 3} more` : names.join(', ');
}
