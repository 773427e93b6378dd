import * as vscode from 'vscode';
import { InputError } from '../../core/errors';
import type { Scaffolded } from '../../core/scaffold';
import { createVenv } from '../../core/scaffolding/venv';
import { commandIds } from '../ids';
import { withProgress } from '../progress';
import { findPython, requireTrust } from '../tools';

interface Offer {
  readonly label: string;
  readonly run: () => Promise<unknown>;
}

/** Says that a new function is there, with what one would do next; nothing happens unless the user clicks. */
export async function offerNext(made: Scaffolded): Promise<void> {
  const isOutside = !vscode.workspace.getWorkspaceFolder(vscode.Uri.file(made.folder));
  const offers = isOutside ? [openFolder(made)] : [deploy(made), ...venvOffers(made)];
  const message = vscode.l10n.t('{0} is ready.', made.manifest.name);
  const picked = await vscode.window.showInformationMessage(message, ...offers.map(({ label }) => label));
  await offers.find(({ label }) => label === picked)?.run();
}

function deploy({ folder }: Scaffolded): Offer {
  const run = async (): Promise<unknown> => vscode.commands.executeCommand(commandIds.deploy, vscode.Uri.file(folder));
  return { label: vscode.l10n.t('Deploy'), run };
}

function openFolder({ folder }: Scaffolded): Offer {
  const run = async (): Promise<unknown> => vscode.commands.executeCommand('vscode.openFolder', vscode.Uri.file(folder));
  return { label: vscode.l10n.t('Open Folder'), run };
}

function venvOffers(made: Scaffolded): Offer[] {
  if (!made.manifest.runtime?.startsWith('python') || !vscode.workspace.isTrusted) return [];
  return [{ label: vscode.l10n.t('Create .venv'), run: () => makeVenv(made) }];
}

async function makeVenv(made: Scaffolded): Promise<void> {
  requireTrust();
  const python = await findPython();
  if (!python) throw new InputError(vscode.l10n.t('No Python was found on the PATH; install Python, or set functionDeck.local.python.'));
  const title = vscode.l10n.t('Python environment of {0}', made.manifest.name);
  await withProgress(title, (progress) => createVenv(made.folder, python, progress));
  const message = vscode.l10n.t('{0} has its .venv.', made.manifest.name);
  const next = deploy(made);
  if (await vscode.window.showInformationMessage(message, next.label)) await next.run();
}
