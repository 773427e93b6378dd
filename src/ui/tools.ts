import * as path from 'node:path';
import * as vscode from 'vscode';
import { InputError } from '../core/errors';
import { findProgram } from '../core/findProgram';
import type { Tools } from '../core/package';
import { findBrought } from '../core/packaging/esbuild';
import { setting } from './settings';

/** Programs that packaging starts. The editor's own runs as Node when started with `ELECTRON_RUN_AS_NODE=1`. */
export async function findTools(dist: string): Promise<Tools> {
  const pythonIsChosen = Boolean(setting<string>('local.python'));
  return { node: process.execPath, python: await findPython(), pythonIsChosen, esbuild: findBrought(dist), packer: path.join(dist, 'packer.js') };
}

/** The user's Python: the setting, else the one of the PATH; `undefined` when there is none. */
export async function findPython(): Promise<string | undefined> {
  return setting<string>('local.python') || findProgram(['python3', 'python', 'py']);
}

/** Throws unless the user trusts the workspace: nothing of an untrusted folder is run, read as configuration or deployed. */
export function requireTrust(): void {
  if (vscode.workspace.isTrusted) return;
  throw new InputError(vscode.l10n.t('This folder is in Restricted Mode; run "Workspaces: Manage Workspace Trust" to trust it, then try again.'));
}
