import { open, readdir, rm } from 'node:fs/promises';
import * as path from 'node:path';
import { InputError } from '../errors';
import { findProgram } from '../findProgram';
import type { DeployOptions } from '../provider';
import { cached, cacheKey, fullDisk, saysFullDisk } from './cache';
import { type PackageFile, walk } from './files';
import { ownPython } from './ownPython';
import { architectureOf, isOlder, type PackageRequest, platformKey, versionOf } from './request';
import { readRequirements, type Requirements } from './requirements';
import { ifMissing } from './systemCode';
import { type Ended, type Program, run, tellingLine } from './spawn';

/** Installs what requirements.txt lists, for the function's platform; the files go to the top of the package. */
export async function installPython(given: PackageRequest, options: DeployOptions): Promise<readonly PackageFile[]> {
  const requirements = await readRequirements(path.join(given.folder, 'requirements.txt'));
  if (!requirements) return [];
  const request = { ...given, tools: { ...given.tools, python: await ownPython(given, options) } };
  const uv = await findProgram(['uv']);
  const key = cacheKey('python', [requirements.content, platformKey(request), await abiOf(request, options)]);
  const folder = await cached(request.cache, key, async (target) => {
    options.report('Installing dependencies', 0.1);
    const program = uv ? uvInstall(uv, request, target) : pipInstall(request, target);
    await install(program, requirements, target, options);
    await removeScripts(path.join(target, 'bin'));
  });
  return walk({ folder, skips: skipped, refuse }, options);
}

/** Which Python the packages are for when they are for this machine's: the same path may lead to another one tomorrow. */
async function abiOf({ folder, platform, tools }: PackageRequest, options: DeployOptions): Promise<string> {
  if (platform !== 'host' || !tools.python) return '';
  const { stdout } = await run({ file: tools.python, args: ['-I', '-S', '-c', 'import sys; print(sys.implementation.cache_tag)'], cwd: folder }, options);
  return stdout.trim();
}

/** What differs from install to install or from machine to machine, and what the function's Python makes itself. */
function skipped(file: string, isFolder: boolean): boolean {
  if (isFolder) return /(?:^|\/)__pycache__$/.test(file);
  return /\.pyc$|^\.lock$|\.dist-info\/(?:RECORD|INSTALLER|REQUESTED|direct_url\.json|uv_cache\.json|uv_build\.json)$/.test(file);
}

function refuse(file: string, why: string): never {
  throw new InputError(`The dependency file ${file} ${why}.`);
}

function uvInstall(uv: string, request: PackageRequest, target: string): Program {
  const python = request.tools.python ? ['--python', request.tools.python] : [];
  const flags = request.platform === 'linux' ? ['--python-platform', uvPlatform(request), '--python-version', pythonVersion(request), '--only-binary', ':all:'] : python;
  const args = ['pip', 'install', '--target', target, '--no-progress', '--link-mode', 'copy', ...flags, '-r', 'requirements.txt'];
  return { file: uv, args, cwd: request.folder };
}

function pipInstall(request: PackageRequest, target: string): Program {
  const { python } = request.tools;
  if (!python) {
    throw new InputError('requirements.txt lists dependencies, and neither uv nor Python was found to install them; install one of them, or set functionDeck.local.python.');
  }
  const quiet = ['--disable-pip-version-check', '--no-input', '--no-compile', '--no-color', '--progress-bar', 'off', '--quiet'];
  const flags = request.platform === 'linux' ? pipPlatform(request) : [];
  const args = ['-m', 'pip', 'install', '--target', target, ...quiet, ...flags, '-r', 'requirements.txt'];
  return { file: python, args, cwd: request.folder, env: { PIP_REQUIRE_VIRTUALENV: '0', PIP_USER: '0', PYTHONDONTWRITEBYTECODE: '1' } };
}

function pipPlatform(request: PackageRequest): readonly string[] {
  const machine = architectureOf(request) === 'arm64' ? 'aarch64' : 'x86_64';
  // Runtimes since 3.12 are on a Linux with glibc 2.34, older ones on one with 2.26.
  const tags = [...(hasNewLinux(request) ? [`manylinux_2_34_${machine}`, `manylinux_2_28_${machine}`] : []), `manylinux_2_17_${machine}`, `manylinux2014_${machine}`];
  return [...tags.flatMap((tag) => ['--platform', tag]), '--only-binary=:all:', '--python-version', pythonVersion(request), '--implementation', 'cp'];
}

function uvPlatform(request: PackageRequest): string {
  const machine = architectureOf(request) === 'arm64' ? 'aarch64' : 'x86_64';
  return `${machine}-manylinux${hasNewLinux(request) ? '_2_28' : '2014'}`;
}

function hasNewLinux({ manifest }: PackageRequest): boolean {
  return !isOlder(versionOf(manifest.runtime ?? ''), [3, 12]);
}

function pythonVersion({ manifest }: PackageRequest): string {
  return versionOf(manifest.runtime ?? '').join('.');
}

async function install(program: Program, requirements: Requirements, target: string, options: DeployOptions): Promise<void> {
  const ended = await run(program, options);
  if (ended.code !== 0) throw failure(program, ended, requirements, target);
}

function failure(program: Program, ended: Ended, requirements: Requirements, target: string): InputError {
  const { stderr, stdout } = ended;
  if (saysFullDisk(stderr)) return fullDisk(path.dirname(target), stderr);
  if (stderr.includes('No module named pip')) {
    return new InputError(`${program.file} has no pip to install requirements.txt with; run "${program.file} -m ensurepip", or install uv.`);
  }
  const reason = tellingLine(tellingOf(`${stdout}\n${stderr}`)) || 'no reason was given';
  const place = { file: requirements.file, line: requirements.lineOf(reason) };
  return new InputError(`The dependencies in requirements.txt could not be installed: ${reason}. Correct requirements.txt, then deploy again.`, place);
}

/** pip's last error line, or uv's first reason. */
function tellingOf(output: string): string {
  const lines = output.split('\n').map((line) => line.trim()).filter((line) => line && !/^\[notice\]|^WARNING|^ERROR: Exception:$/.test(line));
  const error = lines.findLast((line) => /^ERROR:/.test(line)) ?? lines.find((line) => /^(?:error:|╰─▶|Because)/.test(line)) ?? lines.at(-1) ?? '';
  return error.replace(/^(?:ERROR:|error:|╰─▶|×)\s*/, '');
}

/** Start scripts name this machine's Python, and the function has no use for them; programs stay. */
async function removeScripts(folder: string): Promise<void> {
  const names = (await readdir(folder).catch(ifMissing)) ?? [];
  for (const name of names) {
    const file = path.join(folder, name);
    if (/^#!.*python/.test(await firstLine(file))) await rm(file);
  }
}

async function firstLine(file: string): Promise<string> {
  const handle = await open(file);
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(512), 0, 512, 0);
    return buffer.subarray(0, bytesRead).toString('latin1').split('\n', 1)[0] ?? '';
  } finally {
    await handle.close();
  }
}
