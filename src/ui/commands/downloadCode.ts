import { homedir } from 'node:os';
import * as path from 'node:path';
import * as vscode from 'vscode';
import { formatBytes } from '../../core/bytes';
import { handlerModule } from '../../core/handlerModule';
import { listFiles } from '../../core/listFiles';
import type { FunctionRef } from '../../core/provider';
import { isFreeFolder } from '../../core/scaffolding/newFiles';
import { unpackInto } from '../../core/unpack';
import { chooseFunction } from '../args';
import type { Deck } from '../deck';
import { withProgress } from '../progress';
import type { Command } from '../run';

type Needs = Pick<Deck, 'service' | 'sources' | 'view'>;

interface Downloaded {
  readonly ref: FunctionRef;
  readonly folder: string;
  readonly files: readonly string[];
  readonly bytes: number;
}

const mostFiles = 10_000;

/** Downloads the code of a function and unpacks it into a new folder, never over anything that is there. */
export function downloadCode(deck: Needs): Command {
  return async (arg) => {
    const ref = await chooseFunction(deck, arg, 'code', vscode.l10n.t('Function whose code to download'));
    const folder = ref && (await askFolder(ref));
    if (!ref || !folder) return;
    const { code } = deck.service.able(ref.provider, 'code');
    const title = vscode.l10n.t('Downloading the code of {0}', ref.name);
    const found = await withProgress(title, async ({ signal, report }): Promise<Downloaded> => {
      const zip = await code.download(ref, { signal });
      report(vscode.l10n.t('Unpacking {0}', formatBytes(zip.length)));
      return { ref, folder, files: await unpackInto(folder, zip, { signal }), bytes: zip.length };
    });
    void offerNext(found, await findHandlers(deck, found));
  };
}

async function askFolder({ name }: FunctionRef): Promise<string | undefined> {
  const home = vscode.workspace.workspaceFolders?.find(({ uri }) => uri.scheme === 'file')?.uri.fsPath ?? homedir();
  const value = await freeFolder(path.join(home, `${name.replace(/[^\w.-]/g, '_')}-code`));
  const typed = await vscode.window.showInputBox({
    title: vscode.l10n.t('Download the code of {0}', name),
    prompt: vscode.l10n.t('New folder for it'),
    value,
    valueSelection: [value.length - path.basename(value).length, value.length],
    ignoreFocusOut: true,
    validateInput: async (text) => {
      if (!path.isAbsolute(text.trim())) return vscode.l10n.t('Type a whole path, such as {0}.', value);
      return (await isFreeFolder(text.trim())) ? undefined : vscode.l10n.t('There is something already; type a folder that is new or empty.');
    },
  });
  return typed?.trim() || undefined;
}

async function freeFolder(wanted: string): Promise<string> {
  for (let count = 1; count < 100; count += 1) {
    const folder = count === 1 ? wanted : `${wanted}-${count}`;
    if (await isFreeFolder(folder)) return folder;
  }
  return wanted;
}

/** The handler's file as it is deployed and as it is in the source folder, where both have it under the same name. */
async function findHandlers(deck: Needs, { ref, folder, files }: Downloaded): Promise<{ readonly deployed: string; readonly source: string } | undefined> {
  await deck.sources.ready();
  const source = deck.sources.of(ref);
  const { module } = handlerModule(source?.manifest.handler ?? '');
  if (!source || !module) return undefined;
  const own = new Set((await listFiles(source.path, mostFiles)).map((file) => path.relative(source.path, file).split(path.sep).join('/')));
  const stems = [module, module.replaceAll('.', '/')];
  const isHandler = (file: string): boolean => own.has(file) && stems.includes(file.replace(/\.\w+$/, '')) && /\.(?:py|[cm]?js)$/.test(file);
  const file = files.find(isHandler);
  return file === undefined ? undefined : { deployed: path.join(folder, file), source: path.join(source.path, file) };
}

async function offerNext({ ref, folder, files, bytes }: Downloaded, handlers: Awaited<ReturnType<typeof findHandlers>>): Promise<void> {
  const open = vscode.l10n.t('Open Folder');
  const compare = vscode.l10n.t('Compare Handler');
  const shown = vscode.workspace.asRelativePath(folder);
  const text = vscode.l10n.t('The code of {0} is in {1}: {2} files from {3}.', ref.name, shown, files.length, formatBytes(bytes));
  const choice = await vscode.window.showInformationMessage(text, open, ...(handlers ? [compare] : []));
  if (choice === open) await openFolder(vscode.Uri.file(folder));
  if (choice === compare && handlers) await openDiff(handlers);
}

async function openFolder(folder: vscode.Uri): Promise<void> {
  if (vscode.workspace.getWorkspaceFolder(folder)) await vscode.commands.executeCommand('revealInExplorer', folder);
  else await vscode.commands.executeCommand('vscode.openFolder', folder, { forceNewWindow: true });
}

async function openDiff({ deployed, source }: { readonly deployed: string; readonly source: string }): Promise<void> {
  const title = vscode.l10n.t('{0} (deployed ↔ source folder)', path.basename(source));
  await vscode.commands.executeCommand('vscode.diff', vscode.Uri.file(deployed), vscode.Uri.file(source), title);
}
