import { createHash } from 'node:crypto';
import { copyFile, mkdir, realpath, rm, stat, writeFile } from 'node:fs/promises';
import * as path from 'node:path';
import { InputError } from '../errors';
import type { DeployOptions } from '../provider';
import { cached, cacheKey } from './cache';
import { type PackageFile, walk } from './files';
import { localDependencies, type NodeProject, readProject } from './nodeProject';
import { npm } from './npm';
import { readContent } from './read';
import { architectureOf, type PackageRequest, platformKey } from './request';
import { rulesOf } from './rules';
import { ifMissing } from './systemCode';

/** Installed dependencies of a folder. */
export interface Installed {
  /** Holds `node_modules`. */
  readonly folder: string;
  /** Links of `node_modules` may lead to anywhere in it. */
  readonly boundary: string;
}

/** Installs what package.json lists for running, as its lockfile says; `undefined` when it lists nothing. */
export async function installNode(request: PackageRequest, options: DeployOptions): Promise<Installed | undefined> {
  const project = await readProject(request.folder);
  if (!project || !Object.keys(project.dependencies).length) return undefined;
  const locals = await readLocals(project, options);
  const base = commonFolder([request.folder, ...locals.map(({ path: local }) => local)]);
  const place = path.relative(base, request.folder);
  const parts = [project.members, project.lock ?? null, locals.map(({ hash }) => hash), place, platformKey(request)];
  const boundary = await cached(request.cache, cacheKey('node', parts), async (root) => {
    options.report(project.lock ? 'Installing dependencies' : 'Installing dependencies (a package-lock.json would make them the same every time)', 0.1);
    await copyLocals(locals, base, root);
    await install(request, project, path.join(root, place), options);
  });
  return { folder: path.join(boundary, place), boundary };
}

/** The files of installed dependencies, without what only the install itself needs. */
export function nodeModules({ folder, boundary }: Installed, options: DeployOptions): Promise<PackageFile[]> {
  return walk(
    {
      folder: path.join(folder, 'node_modules'),
      prefix: 'node_modules/',
      boundary,
      skips: (file) => /(?:^|\/node_modules\/)(?:\.bin|\.cache|\.package-lock\.json)$/.test(file),
      refuse: (file, why) => {
        throw new InputError(`The dependency file node_modules/${file} ${why}.`);
      },
    },
    options,
  );
}

async function install(request: PackageRequest, project: NodeProject, folder: string, options: DeployOptions): Promise<void> {
  await mkdir(path.join(folder, 'node_modules'), { recursive: true });
  // Nothing else of package.json: no scripts, and no other cache entry for another version number.
  await writeFile(path.join(folder, 'package.json'), JSON.stringify({ name: 'package', version: '0.0.0', ...project.members }));
  if (project.lock) await writeFile(path.join(folder, project.lock.name), project.lock.text);
  const settings = path.join(folder, '.npmrc');
  await copyFile(path.join(request.folder, '.npmrc'), settings).catch(ifMissing);
  const how = project.lock ? ['ci'] : ['install', '--no-package-lock'];
  await npm(request.tools.node, folder, [...how, '--omit=dev', '--ignore-scripts', ...platformFlags(request)], project.file, options);
  // It may hold a token.
  await rm(settings, { force: true });
}

function platformFlags(request: PackageRequest): readonly string[] {
  if (request.platform === 'host') return [];
  return ['--os=linux', `--cpu=${architectureOf(request) === 'arm64' ? 'arm64' : 'x64'}`, '--libc=glibc'];
}

/** A dependency in a folder or a tarball. */
export interface Local {
  /** Absolute. */
  readonly path: string;
  /** Their paths are relative to `path`; the path of a tarball is empty. */
  readonly files: readonly PackageFile[];
  readonly hash: string;
}

/** Dependencies given by a path: npm looks for them beside the copy of package.json, so they are copied too. */
export function readLocals(project: NodeProject, options: DeployOptions): Promise<Local[]> {
  return Promise.all(localDependencies(project).map((local) => readLocal(local, project.file, options)));
}

async function readLocal(local: string, packageFile: string, options: DeployOptions): Promise<Local> {
  const facts = await stat(local).catch(() => undefined);
  if (!facts) throw new InputError(`package.json lists a dependency at ${local}, and there is nothing; correct its path.`, { file: packageFile });
  const files = facts.isDirectory() ? await walkLocal(local, options) : [{ path: '', file: await realpath(local), bytes: facts.size, executable: false }];
  const hash = createHash('sha256');
  for (const source of files) hash.update(`${source.path}\0`).update(await readContent(source));
  return { path: local, files, hash: hash.digest('hex') };
}

function walkLocal(folder: string, options: DeployOptions): Promise<PackageFile[]> {
  const rules = rulesOf('', ['node_modules/']);
  const refuse = (file: string, why: string): never => {
    throw new InputError(`${file} of a dependency in package.json ${why}.`);
  };
  return walk({ folder, skips: rules.skips, isPrivate: rules.isPrivate, refuse }, options);
}

async function copyLocals(locals: readonly Local[], base: string, root: string): Promise<void> {
  for (const local of locals) {
    for (const source of local.files) {
      const to = path.join(root, path.relative(base, local.path), source.path);
      await mkdir(path.dirname(to), { recursive: true });
      await writeFile(to, await readContent(source));
    }
  }
}

function commonFolder(paths: readonly string[]): string {
  let base = paths[0] ?? '';
  while (!paths.every((other) => other === base || other.startsWith(base.endsWith(path.sep) ? base : base + path.sep))) {
    if (path.dirname(base) === base) throw new InputError('package.json lists a dependency on another drive; move it beside the source folder.');
    base = path.dirname(base);
  }
  return base;
}
