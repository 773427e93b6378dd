import * as path from 'node:path';
import * as vscode from 'vscode';
import { InputError } from '../../core/errors';
import type { DebugProcess } from '../../core/provider';
import { debugTypes } from '../ids';

/** The extensions that debug what functions are written in. */
const extensions = { node: 'ms-vscode.js-debug', python: 'ms-python.debugpy' } as const;

/** Where a process's code is, and how it is to be looked at. */
export interface Place {
  readonly name: string;
  /** The source folder; missing when it is not in this workspace. */
  readonly source: string | undefined;
  /** The extension's own folder, whose code is stepped over. */
  readonly dist: string;
  readonly justMyCode: boolean;
}

/** Throws `InputError` with what to install when functions of this runtime cannot be debugged in this editor. */
export function requireDebugger(runtime: string | undefined): void {
  if (!runtime?.startsWith('nodejs') || vscode.extensions.getExtension(extensions.node)) return;
  throw new InputError(vscode.l10n.t('Node functions are debugged by the editor\'s own extension "JavaScript Debugger" ({0}); enable it in the Extensions view, then try again.', extensions.node));
}

/** The folder that holds the debugger that the editor's Python extension brings along, if that is installed. */
export function bundledDebugpy(): string | undefined {
  const extension = vscode.extensions.getExtension(extensions.python);
  return extension && path.join(extension.extensionPath, 'bundled', 'libs');
}

/** The configuration of a session that attaches to a process. */
export function attachTo(process: DebugProcess, place: Place): vscode.DebugConfiguration {
  return process.language === 'node' ? node(process, place) : python(process, place);
}

function node({ port, folder, built = folder }: DebugProcess, { name, source, dist, justMyCode }: Place): vscode.DebugConfiguration {
  const moved = source !== undefined && path.resolve(source) !== path.resolve(folder);
  return {
    type: 'pwa-node',
    request: 'attach',
    name,
    address: '127.0.0.1',
    port,
    continueOnAttach: true,
    autoAttachChildProcesses: false,
    attachExistingChildren: false,
    cwd: folder,
    sourceMaps: true,
    outFiles: [`${slashed(built)}/**/*.{js,cjs,mjs}`, '!**/node_modules/**'],
    resolveSourceMapLocations: null,
    skipFiles: ['<node_internals>/**', `${slashed(dist)}/bootstrap/**`, ...(justMyCode ? ['**/node_modules/**'] : [])],
    ...(moved && { localRoot: source, remoteRoot: folder }),
  };
}

function python({ port, folder }: DebugProcess, { name, source, dist, justMyCode }: Place): vscode.DebugConfiguration {
  const moved = source !== undefined && path.resolve(source) !== path.resolve(folder);
  return {
    // Without the extension the editor talks to debugpy itself, which speaks its language.
    type: vscode.extensions.getExtension(extensions.python) ? 'debugpy' : debugTypes.function,
    request: 'attach',
    name,
    connect: { host: '127.0.0.1', port },
    justMyCode,
    redirectOutput: true,
    showReturnValue: true,
    subProcess: false,
    rules: [{ path: path.join(dist, 'bootstrap', '**'), include: false }],
    ...(moved && { pathMappings: [{ localRoot: source, remoteRoot: folder }] }),
  };
}

function slashed(file: string): string {
  return file.replaceAll('\\', '/');
}
