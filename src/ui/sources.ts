import * as path from 'node:path';
import * as vscode from 'vscode';
import { isInputError } from '../core/errors';
import { readManifest, type SourceFolder, type Target } from '../core/manifest';
import type { FunctionRef } from '../core/provider';
import { contextKeys } from './ids';

/** A source folder whose `deck.json` cannot be used, and why. */
export interface BrokenSource {
  readonly path: string;
  readonly problem: string;
}

const manifests = '**/deck.json';
const notSources = '**/{node_modules,.venv,venv,dist,out,.git}/**';

/** The source folders of the workspace. Looks for them on the first question and keeps itself up to date from then on. */
export class Sources implements vscode.Disposable {
  readonly #changes = new vscode.EventEmitter<void>();
  readonly onDidChange = this.#changes.event;
  #folders: readonly SourceFolder[] = [];
  #broken: readonly BrokenSource[] = [];
  #scan: Promise<readonly SourceFolder[]> | undefined;
  #watcher: vscode.FileSystemWatcher | undefined;

  /** What is known so far; `ready` waits for the first look. */
  all(): readonly SourceFolder[] {
    return this.#folders;
  }

  broken(): readonly BrokenSource[] {
    return this.#broken;
  }

  ready(): Promise<readonly SourceFolder[]> {
    this.#watcher ??= this.#watch();
    return (this.#scan ??= this.#look());
  }

  /** The source folder that has a target which is this function. */
  of(ref: FunctionRef): SourceFolder | undefined {
    return this.#folders.find((source) => this.refs(source).some((other) => isSame(ref, other)));
  }

  /** The target of the folder which is this function. */
  target(source: SourceFolder, ref: FunctionRef): Target | undefined {
    return Object.values(source.manifest.targets ?? {}).find((target) => isSame(ref, toRef(source, target)));
  }

  /** The functions that a source folder deploys to. */
  refs(source: SourceFolder): readonly FunctionRef[] {
    return Object.values(source.manifest.targets ?? {}).map((target) => toRef(source, target));
  }

  /** The innermost source folder around a file or folder. */
  around(file: string): SourceFolder | undefined {
    const holders = this.#folders.filter((source) => file === source.path || file.startsWith(source.path + path.sep));
    return holders.sort((a, b) => b.path.length - a.path.length)[0];
  }

  dispose(): void {
    this.#watcher?.dispose();
    this.#changes.dispose();
  }

  #watch(): vscode.FileSystemWatcher {
    const watcher = vscode.workspace.createFileSystemWatcher(manifests);
    for (const event of [watcher.onDidChange, watcher.onDidCreate, watcher.onDidDelete]) event(() => this.refresh());
    return watcher;
  }

  /** Looks again, for example after a folder was written. */
  refresh(): Promise<readonly SourceFolder[]> {
    return (this.#scan = this.#look());
  }

  async #look(): Promise<readonly SourceFolder[]> {
    const files = await vscode.workspace.findFiles(manifests, notSources);
    const read = await Promise.all(files.map(({ fsPath }) => readSource(path.dirname(fsPath))));
    this.#folders = read.filter((found) => 'manifest' in found).sort((a, b) => a.path.localeCompare(b.path));
    this.#broken = read.filter((found) => 'problem' in found);
    const handlers = this.#folders.flatMap(handlerFiles);
    await vscode.commands.executeCommand('setContext', contextKeys.handlerFiles, handlers);
    this.#changes.fire();
    return this.#folders;
  }
}

/** The scope of a target that names none: the provider's only one carries the provider's name. */
export function toRef(source: SourceFolder, target: Target): FunctionRef {
  return { provider: target.provider, scope: target.scope ?? target.provider, name: target.name ?? source.manifest.name };
}

/** Whether both name the same function, whatever the version. */
export function isSame(one: FunctionRef, other: FunctionRef): boolean {
  return one.provider === other.provider && one.scope === other.scope && one.name === other.name;
}

async function readSource(folder: string): Promise<SourceFolder | BrokenSource> {
  try {
    return { path: folder, manifest: await readManifest(folder, { signal: new AbortController().signal }) };
  } catch (error) {
    if (isInputError(error)) return { path: folder, problem: error.message };
    throw error;
  }
}

// Every file that the handler's module may be in; the context key only has to hold the one that is there.
function handlerFiles({ path: folder, manifest }: SourceFolder): string[] {
  const module = manifest.handler?.slice(0, manifest.handler.lastIndexOf('.'));
  if (!module) return [];
  return ['.py', '.js', '.mjs', '.cjs', '.ts', '.mts'].map((ending) => path.join(folder, ...module.split('/')) + ending);
}
