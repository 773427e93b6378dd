import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { unzipSync, zipSync } from 'fflate';
import { isInputError, type InputError } from '../../src/core/errors';
import type { Manifest } from '../../src/core/manifest';
import { packageFolder, type PackageRequest } from '../../src/core/package';
import { findBrought } from '../../src/core/packaging/esbuild';
import type { DeploymentPackage, DeployOptions } from '../../src/core/provider';
import { realPython } from './realPython';

export type Tree = Readonly<Record<string, string | Uint8Array>>;

const dist = path.resolve(__dirname, '../../dist');

/** Built beforehand, as it is a thread's script. */
export const packer = path.join(dist, 'packer.js');

/** A place on disk for one test file: source folders, and a cache of their own. */
export class World {
  readonly root = mkdtempSync(path.join(os.tmpdir(), 'deck package ü '));
  readonly cache = path.join(this.root, 'cache');
  readonly steps: string[] = [];
  #count = 0;

  folder(tree: Tree): string {
    const folder = path.join(this.root, `source ${++this.#count}`);
    mkdirSync(folder);
    this.write(folder, tree);
    return folder;
  }

  write(folder: string, tree: Tree): void {
    for (const [name, content] of Object.entries(tree)) {
      const file = path.join(folder, name);
      mkdirSync(path.dirname(file), { recursive: true });
      writeFileSync(file, content);
      if (name.endsWith('.sh')) chmodSync(file, 0o755);
    }
  }

  async pack(folder: string, manifest: Partial<Manifest>, more: Partial<PackageRequest> = {}, signal = new AbortController().signal): Promise<DeploymentPackage> {
    const python = await realPython();
    const tools = { node: process.execPath, python, esbuild: findBrought(dist), packer };
    const options: DeployOptions = { signal, report: (step) => void this.steps.push(step) };
    return packageFolder({ folder, manifest: { name: 'sample', ...manifest }, platform: 'host', cache: this.cache, tools, ...more }, options);
  }

  /** Packs and expects a mistake of the user's. */
  async refuse(folder: string, manifest: Partial<Manifest>, more: Partial<PackageRequest> = {}): Promise<InputError> {
    try {
      await this.pack(folder, manifest, more);
    } catch (error) {
      if (isInputError(error)) return error;
      throw error;
    }
    throw new Error('The folder was packed, although it must be refused.');
  }

  dispose(): void {
    rmSync(this.root, { recursive: true, force: true });
  }
}

export const python: Partial<Manifest> = { runtime: 'python3.11', handler: 'app.handler' };
export const javascript: Partial<Manifest> = { runtime: 'nodejs20.x', handler: 'index.handler' };
export const other: Partial<Manifest> = { runtime: 'java21', handler: 'sample.Handler' };

export function texts(bytes: Uint8Array): Record<string, string> {
  return Object.fromEntries(Object.entries(unzipSync(bytes)).map(([name, content]) => [name, Buffer.from(content).toString()]));
}

/** Runs npm for a test's preparations. */
export function npm(cwd: string, ...args: string[]): string {
  const script = process.env['npm_execpath'] ?? execFileSync('npm', ['root', '-g'], { encoding: 'utf8' }).trim() + '/npm/bin/npm-cli.js';
  return execFileSync(process.execPath, [script, ...args, '--offline', '--no-audit', '--no-fund', '--loglevel=error'], { cwd, encoding: 'utf8' });
}

/** A wheel with one module. */
export function wheel(name: string, version: string, tree: Tree): Uint8Array {
  const info = `${name}-${version}.dist-info`;
  const files: Tree = {
    ...tree,
    [`${info}/METADATA`]: `Metadata-Version: 2.1\nName: ${name}\nVersion: ${version}\n`,
    [`${info}/WHEEL`]: 'Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n',
    [`${info}/entry_points.txt`]: `[console_scripts]\n${name} = ${name}:main\n`,
  };
  const record = [...Object.keys(files), `${info}/RECORD`].map((file) => `${file},,\n`).join('');
  return zipSync(Object.fromEntries(Object.entries({ ...files, [`${info}/RECORD`]: record }).map(([file, content]) => [file, Buffer.from(content)])));
}
