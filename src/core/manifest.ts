import { access, readFile, writeFile } from 'node:fs/promises';
import * as path from 'node:path';
import { InputError } from './errors';
import type { CallOptions, TriggerSetting } from './provider';
import { replaceFile } from './replaceFile';

/** A named place that a source folder deploys to. */
export interface Target {
  readonly provider: string;
  readonly scope?: string;
  /** The function's name there, when it differs from the manifest's. */
  readonly name?: string;
  readonly role?: string;
  readonly trigger?: TriggerSetting;
  readonly access?: 'public' | 'private';
  /** A protected target asks for its typed name before anything is changed. */
  readonly protected?: boolean;
}

/** A source folder's `deck.json`. */
export interface Manifest {
  readonly name: string;
  readonly runtime?: string;
  readonly handler?: string;
  readonly description?: string;
  /** MB. */
  readonly memory?: number;
  /** Seconds. */
  readonly timeout?: number;
  readonly architecture?: 'x86_64' | 'arm64';
  readonly environment?: Readonly<Record<string, string>>;
  readonly cpu?: number;
  readonly concurrency?: number;
  readonly minInstances?: number;
  readonly maxInstances?: number;
  /** Names of environment variables to references into the provider's own secret store. */
  readonly secrets?: Readonly<Record<string, string>>;
  /** How the handler is called; Lambda's way when left out. */
  readonly signature?: string;
  readonly targets?: Readonly<Record<string, Target>>;
}

/** A folder whose code is deployed as one function. */
export interface SourceFolder {
  /** Absolute path. */
  readonly path: string;
  readonly manifest: Manifest;
}

/** Name of the manifest's file in a source folder. */
export const manifestFile = 'deck.json';

/** The reading and editing of manifests: a bundle of its own, loaded when first needed. */
const reader = (): Promise<typeof import('./manifestReader')> => import('./manifestReader');

/** The manifest of a source folder. Throws `InputError` when there is none or it cannot be used. */
export async function readManifest(folder: string, options: CallOptions): Promise<Manifest> {
  const file = path.join(folder, manifestFile);
  const [{ parseManifest }, text] = await Promise.all([reader(), readText(file, options)]);
  return parseManifest(text, file);
}

/** Whether a folder has a manifest, good or bad. */
export function existsManifest(folder: string): Promise<boolean> {
  return access(path.join(folder, manifestFile)).then(
    () => true,
    () => false,
  );
}

/** The text of a new manifest. */
export function manifestText(manifest: Manifest): string {
  return `${JSON.stringify(manifest, null, 2)}\n`;
}

/** Gives a folder its first manifest. Throws `InputError` when there is one already. */
export async function writeManifest(folder: string, manifest: Manifest): Promise<void> {
  const file = path.join(folder, manifestFile);
  const { parseManifest } = await reader();
  parseManifest(manifestText(manifest), file);
  await writeFile(file, manifestText(manifest), { flag: 'wx' }).catch((error: unknown) => {
    throw fileError(file, error);
  });
}

/** Adds or replaces one target; comments and layout of the rest stay. Nothing is written when the result would be wrong. */
export async function writeTarget(folder: string, targetName: string, target: Target): Promise<void> {
  const file = path.join(folder, manifestFile);
  const { parseManifest, setTarget } = await reader();
  const text = await readText(file);
  parseManifest(text, file);
  const mark = text.startsWith('\uFEFF') ? '\uFEFF' : '';
  const edited = mark + setTarget(text.slice(mark.length), targetName, target);
  parseManifest(edited, file);
  await replaceFile(file, edited).catch((error: unknown) => {
    throw fileError(file, error);
  });
}

async function readText(file: string, options?: CallOptions): Promise<string> {
  try {
    const bytes = await readFile(file, options);
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (error) {
    throw fileError(file, error);
  }
}

const cures: Readonly<Record<string, string>> = {
  ENOENT: 'is not there; run "New Function…", or deploy the folder and have it written',
  EEXIST: 'is there already; edit it instead',
  EACCES: 'may not be read or written; change its permissions',
  EPERM: 'may not be read or written; change its permissions',
  EROFS: 'is on a read-only disk; copy the folder to another place',
  ENOSPC: 'does not fit on the disk; free some space',
  EISDIR: 'is a folder; replace it by a file',
  ERR_ENCODING_INVALID_ENCODED_DATA: 'is not UTF-8 text; save it with the encoding UTF-8',
};

function fileError(file: string, error: unknown): unknown {
  const cure = error instanceof Error && 'code' in error ? cures[String(error.code)] : undefined;
  return cure ? new InputError(`${file} ${cure}.`, { file }, { cause: error }) : error;
}
