import { readFile } from 'node:fs/promises';
import * as path from 'node:path';
import { InputError } from '../errors';
import type { Manifest } from '../manifest';
import type { Limits } from './limits';

/** Programs to run: absolute paths. */
export interface Tools {
  readonly node: string;
  readonly python?: string;
  /** Then it is never replaced by a fitter one. */
  readonly pythonIsChosen?: boolean;
  /** The esbuild that comes along, as `findBrought` has it. */
  readonly esbuild: string;
  /** The script of the threads that work through many files; without it one thread does. */
  readonly packer?: string;
}

export interface PackageRequest {
  /** The source folder, absolute. */
  readonly folder: string;
  readonly manifest: Manifest;
  /** What the dependencies are installed for: this machine, or the clouds' Linux on `manifest.architecture`. */
  readonly platform: 'host' | 'linux';
  /** Folder that installed dependencies are kept in; made when missing. */
  readonly cache: string;
  readonly tools: Tools;
  /** Node modules that the runtime brings along, as `PackagingRules.provided` has them. */
  readonly provided?: readonly string[];
  /** Whether the provider installs the dependencies, as `PackagingRules.builds` has it. */
  readonly builds?: boolean;
  /** Patterns in gitignore syntax that stay out besides those of `.deckignore`. */
  readonly ignore?: readonly string[];
  readonly limits?: Limits;
}

export type Family = 'node' | 'python' | 'provided' | 'other';

/** Which language's rules a runtime follows. */
export function familyOf(runtime: string): Family {
  if (runtime.startsWith('nodejs')) return 'node';
  if (runtime.startsWith('python')) return 'python';
  return runtime.startsWith('provided') ? 'provided' : 'other';
}

/** The numbers in a runtime's name: `[3, 13]` for `python3.13`, `[22]` for `nodejs22.x`. */
export function versionOf(runtime: string): readonly number[] {
  return (/\d+(?:\.\d+)*/.exec(runtime)?.[0] ?? '').split('.').filter(Boolean).map(Number);
}

/** Whether version `a` is older than `b`; parts that only one has are not compared. */
export function isOlder(a: readonly number[], b: readonly number[]): boolean {
  const index = a.findIndex((part, at) => b[at] !== undefined && part !== b[at]);
  return index >= 0 && (a[index] ?? 0) < (b[index] ?? 0);
}

export function architectureOf({ manifest, platform }: PackageRequest): 'x86_64' | 'arm64' {
  if (platform === 'linux') return manifest.architecture ?? 'x86_64';
  return process.arch === 'arm64' ? 'arm64' : 'x86_64';
}

/** What the dependencies of two packages must have in common to be the same. */
export function platformKey(request: PackageRequest): string {
  const system = request.platform === 'linux' ? 'linux' : process.platform;
  return `${request.platform} ${system} ${architectureOf(request)} ${request.manifest.runtime ?? ''}`;
}

/** An error that leads to the member of the manifest that it is about. */
export async function manifestError(folder: string, member: string, sentence: string): Promise<InputError> {
  const file = path.join(folder, 'deck.json');
  const text = await readFile(file, 'utf8').catch(() => undefined);
  if (text === undefined) return new InputError(sentence);
  const line = text.split('\n').findIndex((candidate) => candidate.includes(`"${member}"`)) + 1;
  return new InputError(sentence, { file, line: Math.max(line, 1) });
}
