import { setTimeout as sleep } from 'node:timers/promises';
import * as path from 'node:path';
import * as vscode from 'vscode';
import type { FunctionProvider, FunctionRef } from '../../src/core/provider';
import type { FunctionDeckApi } from '../../src/ui/api';
import { commandIds } from '../../src/ui/ids';

export async function deck(): Promise<FunctionDeckApi> {
  const extension = vscode.extensions.getExtension<FunctionDeckApi>('function-deck.function-deck');
  if (!extension) throw new Error('The extension is not installed.');
  return extension.activate();
}

/** A path in the sample workspace. */
export function inWorkspace(...parts: string[]): string {
  const [folder] = vscode.workspace.workspaceFolders ?? [];
  if (!folder) throw new Error('No folder is open.');
  return path.join(folder.uri.fsPath, ...parts);
}

export function local(name: string): FunctionRef {
  return { provider: 'local', scope: 'local', name };
}

export function options(): { signal: AbortSignal } {
  return { signal: AbortSignal.timeout(30_000) };
}

/** The first answer of `look` that is something. */
export async function until<T>(what: string, look: () => T | undefined | false | Promise<T | undefined | false>, milliseconds = 20_000): Promise<T> {
  const end = Date.now() + milliseconds;
  for (;;) {
    const found = await look();
    if (found !== undefined && found !== false) return found;
    if (Date.now() > end) throw new Error(`Waited in vain for ${what}.`);
    await sleep(50);
  }
}

/** The document of an output channel; the editor makes one when the channel is shown. */
export function outputDocument(name: string): vscode.TextDocument | undefined {
  return vscode.workspace.textDocuments.find(({ uri }) => uri.scheme === 'output' && uri.path.endsWith(name));
}

export function outputLines(name: string): readonly string[] {
  return outputDocument(name)?.getText().split('\n') ?? [];
}

/** How many lines of a channel hold a text. */
export function count(name: string, text: string): number {
  return outputLines(name).filter((line) => line.includes(text)).length;
}

export async function untilShown(name: string, text: string, times = 1): Promise<void> {
  const what = `"${text}" in ${name}`;
  await until(what, () => count(name, text) >= times).catch((error: unknown) => {
    throw new Error(`${what} never came; it shows:\n${outputLines(name).join('\n').slice(-4_000)}`, { cause: error });
  });
}

/** What the extension wrote into its own log. */
export async function ownLog(): Promise<string> {
  await vscode.commands.executeCommand(commandIds.showOutput);
  const isOwn = ({ uri }: vscode.TextDocument): boolean => uri.scheme === 'output' && uri.path.includes('function-deck.Function Deck');
  return (await until('the log of the extension', () => vscode.workspace.textDocuments.find(isOwn))).getText();
}

export async function write(file: string, text: string): Promise<void> {
  await vscode.workspace.fs.writeFile(vscode.Uri.file(file), Buffer.from(text));
}

export async function read(file: string): Promise<string> {
  return Buffer.from(await vscode.workspace.fs.readFile(vscode.Uri.file(file))).toString('utf8');
}

export async function deploy(name: string): Promise<void> {
  await vscode.commands.executeCommand(commandIds.deploy, vscode.Uri.file(inWorkspace(name)));
}

export async function invoke(ref: FunctionRef): Promise<void> {
  await vscode.commands.executeCommand(commandIds.invoke, ref);
}

/** Runs a command that nobody answers: whatever it asks is closed, until it ends. */
export async function unanswered(command: string, ...args: unknown[]): Promise<void> {
  let isDone = false;
  const done = Promise.resolve(vscode.commands.executeCommand(command, ...args)).finally(() => (isDone = true));
  while (!isDone) {
    await Promise.race([done, sleep(40)]);
    await vscode.commands.executeCommand('workbench.action.closeQuickOpen');
    await vscode.commands.executeCommand('notifications.clearAll');
  }
}

/** A provider of one function that can only be tailed. */
export function tailed(label: string, ref: FunctionRef, tail: FunctionProvider['tail']): FunctionProvider {
  return {
    id: ref.provider,
    label,
    remote: false,
    templates: [],
    scopes: async () => [{ id: ref.scope, label: 'Here' }],
    list: async function* () {
      yield { functions: [{ ref }] };
    },
    tail,
  };
}
