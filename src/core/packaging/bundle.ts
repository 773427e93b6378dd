import { access, mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import * as path from 'node:path';
import { InputError } from '../errors';
import type { DeployOptions } from '../provider';
import { frameworkOf } from '../signature';
import { withTemp } from './cache';
import { broughtEsbuild, ownEsbuild, runEsbuild } from './esbuild';
import { walk } from './files';
import { refuseLeaks } from './leaks';
import { type Installed, installNode } from './node';
import { isModule, readProject } from './nodeProject';
import { readContent } from './read';
import { type PackageRequest, versionOf } from './request';
import type { Rules } from './rules';
import { tellingLine } from './spawn';
import type { ZipEntry } from './zip';

const code = /\.(?:[mc]?[jt]sx?)$/;
const staged = /\.(?:[mc]?[jt]sx?|json|css|txt)$/;
const leftOut = /(?:^|\/)(?:tsconfig[^/]*\.json|package\.json|package-lock\.json|npm-shrinkwrap\.json|yarn\.lock|pnpm-lock\.yaml|tests?\/.*|__tests__\/.*)$/;

/** What an ES module knows about its own place, said in CommonJS. */
const fileNames = [
  '--banner:js=const importMetaUrl = require("url").pathToFileURL(__filename).href;',
  '--define:import.meta.url=importMetaUrl',
  '--define:import.meta.filename=__filename',
  '--define:import.meta.dirname=__dirname',
];

/** Whether a file of a TypeScript folder is an asset of the function, and not part of what the bundle is made from. */
export function isAsset(file: string): boolean {
  return !code.test(file) && !leftOut.test(file);
}

/**
 * Bundles a TypeScript handler with what it imports; packages are left out where they are installed beside it. The bundle
 * stands beside a first file of the handler's name, because source maps are only read for files that are loaded after they
 * were switched on.
 */
export async function bundle(request: PackageRequest, entry: string, rules: Rules, options: DeployOptions): Promise<readonly ZipEntry[]> {
  const isLinked = (request.builds ?? false) || frameworkOf(request.manifest.signature) !== undefined;
  const installed = isLinked ? undefined : await installNode(request, options);
  const format = isLinked && isModule(await readProject(request.folder), entry) ? 'esm' : 'cjs';
  return withTemp(request.cache, async (stage) => {
    options.report('Bundling TypeScript', 0.4);
    await copySources(request.folder, stage, rules, options);
    if (installed) await symlink(path.join(installed.folder, 'node_modules'), path.join(stage, 'node_modules'), 'junction');
    const base = entry.replace(/\.[mc]?ts$/, '');
    await build(request, { stage, entry, base, installed, isLinked, format }, options);
    await refuseLeaksOfInputs(request.folder, stage, rules);
    const built = await Promise.all(['.bundle.js', '.bundle.js.map'].map((ending) => output(stage, base + ending)));
    return [{ path: `${base}.js`, executable: false, content: Buffer.from(firstFiles[format](path.posix.basename(base), request)) }, ...built];
  });
}

interface Build {
  readonly stage: string;
  readonly entry: string;
  readonly base: string;
  readonly installed: Installed | undefined;
  /** Whether packages are not bundled. */
  readonly isLinked: boolean;
  readonly format: 'cjs' | 'esm';
}

const firstFiles: Readonly<Record<Build['format'], (base: string, request: PackageRequest) => string>> = {
  cjs: (base) => `process.setSourceMapsEnabled?.(true);\nmodule.exports = require(${JSON.stringify(`./${base}.bundle.js`)});\n`,
  esm: (base, { manifest: { handler = '' } }) => {
    const member = JSON.stringify(path.posix.basename(handler).split('.')[1] ?? '');
    const load = `const { ${member}: member } = await import(${JSON.stringify(`./${base}.bundle.js`)});`;
    return `process.setSourceMapsEnabled?.(true);\n${load}\nexport { member as ${member} };\n`;
  },
};

/** In a folder of their own, so that the only `node_modules` within reach are those of the lockfile. */
async function copySources(folder: string, stage: string, rules: Rules, options: DeployOptions): Promise<void> {
  const skips = (file: string, isFolder: boolean): boolean => rules.isPrivate(file, isFolder) || (isFolder ? /(?:^|\/)node_modules$/.test(file) : !staged.test(file));
  // What must be refused has been; the rest is in .deckignore and may be imported all the same.
  const files = await walk({ folder, skips, isPrivate: rules.isPrivate, refuse: () => undefined }, options);
  for (const source of files) {
    const name = source.path;
    await mkdir(path.dirname(path.join(stage, name)), { recursive: true });
    await writeFile(path.join(stage, name), await readContent(source));
  }
}

async function build(request: PackageRequest, plan: Build, options: DeployOptions): Promise<void> {
  const { folder, tools } = request;
  const { stage, entry, base } = plan;
  const esbuild = (await ownEsbuild(folder)) ?? (await broughtEsbuild(tools.esbuild));
  // What stands before the first `=` of an entry is the name of its output, which the flag before overrules.
  const args = [...(await flags(request, plan)), `--outfile=${base}.bundle.js`, '--metafile=inputs.metafile', `${entry.includes('=') ? 'entry=' : ''}./${entry}`];
  const { code: exit, stderr } = await runEsbuild(esbuild, { node: tools.node, args, cwd: stage }, options);
  if (exit !== 0) throw buildError(folder, stderr);
}

async function flags(request: PackageRequest, { installed, isLinked, format }: Build): Promise<readonly string[]> {
  const major = versionOf(request.manifest.runtime ?? '')[0] ?? 20;
  const output = ['--bundle', '--platform=node', `--target=node${major}`, `--format=${format}`, '--preserve-symlinks', ...(format === 'cjs' ? fileNames : [])];
  const external = isLinked ? ['--packages=external'] : await externals(request, installed);
  return [...output, '--sourcemap', '--sources-content=false', '--legal-comments=none', '--log-level=error', '--color=false', ...external];
}

/** A version that package.json asks for goes before the one that the runtime brings along. */
async function externals({ provided = [] }: PackageRequest, installed: Installed | undefined): Promise<readonly string[]> {
  const isAsked = async (pattern: string): Promise<boolean> =>
    installed !== undefined && isThere(path.join(installed.folder, 'node_modules', pattern.replace('/*', '')));
  const asked = await Promise.all(provided.map(isAsked));
  return provided.filter((_, i) => !asked[i]).map((pattern) => `--external:${pattern}`);
}

function buildError(folder: string, stderr: string): InputError {
  const message = tellingLine(/\[ERROR\] (.+)/.exec(stderr)?.[1] ?? '');
  const place = /^ {2,}(\S.*?):(\d+):(\d+):\s*$/m.exec(stderr);
  if (!place) return new InputError(`The TypeScript could not be bundled: ${message}; correct it, then deploy again.`);
  const [, file = '', line, column] = place;
  return new InputError(`${file}, line ${line}: ${message}; correct it, then deploy again.`, {
    file: path.join(folder, file),
    line: Number(line),
    column: Number(column) + 1,
  });
}

/** What is in the bundle does not go through the scan of the package's files. */
async function refuseLeaksOfInputs(folder: string, stage: string, rules: Rules): Promise<void> {
  const { inputs } = JSON.parse(await readFile(path.join(stage, 'inputs.metafile'), 'utf8')) as { inputs: Record<string, unknown> };
  for (const name of Object.keys(inputs)) {
    if (name.startsWith('node_modules/') || rules.names(name) || !(await isThere(path.join(stage, name)))) continue;
    refuseLeaks(name, path.join(folder, name), await readFile(path.join(stage, name)));
  }
}

async function output(stage: string, name: string): Promise<ZipEntry> {
  return { path: name, executable: false, content: await readFile(path.join(stage, name)) };
}

function isThere(file: string): Promise<boolean> {
  return access(file).then(() => true, () => false);
}
