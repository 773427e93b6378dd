import * as vscode from 'vscode';
import { isAbort, isInputError, isProviderError } from '../core/errors';
import { plainText } from '../core/log/plainText';
import { isWebPage } from '../core/webPage';

export type Command = (...args: unknown[]) => unknown;

/**
 * Registers commands. This file is the one place that shows errors to the user: a command throws, this logs it, shows one
 * sentence, and stays silent when the user gave up.
 */
export function registerCommands(table: Readonly<Record<string, Command>>, log: vscode.LogOutputChannel): vscode.Disposable {
  const entries = Object.entries(table);
  return vscode.Disposable.from(
    ...entries.map(([id, command]) => vscode.commands.registerCommand(id, (...args: unknown[]) => show(id, async () => command(...args), log))),
  );
}

/** Does the work and shows the error if there is one, of which `id` says where it comes from in the log. */
export async function show<T>(id: string, work: () => Promise<T>, log: vscode.LogOutputChannel): Promise<T | undefined> {
  try {
    return await work();
  } catch (error) {
    if (isAbort(error)) return undefined;
    log.error(`${id}: ${describe(error)}${told(error)}`);
    // Not waited for: the work has ended, though its message may stay for long.
    void showError(error, log);
    return undefined;
  }
}

/** What went wrong in one sentence. */
export function sentence(error: unknown): string {
  if (isProviderError(error) || isInputError(error)) return error.message;
  const reason = error instanceof Error ? error.message : String(error);
  return vscode.l10n.t('Something went wrong that Function Deck did not expect: {0}', reason);
}

interface Offer {
  readonly label: string;
  readonly run: () => unknown;
}

async function showError(error: unknown, log: vscode.LogOutputChannel): Promise<void> {
  const details = { label: vscode.l10n.t('Show Details'), run: () => log.show() };
  const offers: Offer[] = [...fileOffers(error), details, ...pageOffers(error)];
  const choice = await vscode.window.showErrorMessage(sentence(error), ...offers.map(({ label }) => label));
  await offers.find(({ label }) => label === choice)?.run();
}

function fileOffers(error: unknown): Offer[] {
  const place = isInputError(error) ? error.place : undefined;
  return place ? [{ label: vscode.l10n.t('Open File'), run: () => openPlace(place) }] : [];
}

/** The address may come from a server; nothing but a page is opened for it. */
function pageOffers(error: unknown): Offer[] {
  const page = isProviderError(error) ? error.page : undefined;
  if (page === undefined || !isWebPage(page)) return [];
  return [{ label: vscode.l10n.t('Open Page'), run: () => vscode.env.openExternal(vscode.Uri.parse(page, true)) }];
}

async function openPlace(place: { file: string; line?: number; column?: number }): Promise<void> {
  const position = new vscode.Position((place.line ?? 1) - 1, (place.column ?? 1) - 1);
  await vscode.window.showTextDocument(vscode.Uri.file(place.file), { selection: new vscode.Range(position, position) });
}

function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const cause = error.cause === undefined ? '' : `\n  caused by ${describe(error.cause)}`;
  return `${error.stack ?? error.message}${cause}`;
}

/** The other side's own lines about it, for example those of a build. */
function told(error: unknown): string {
  const lines = (isProviderError(error) && error.lines) || [];
  return lines.map((line) => `\n  ${plainText(line)}`).join('');
}
