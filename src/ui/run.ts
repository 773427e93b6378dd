import * as vscode from 'vscode';
import { isAbort, isInputError, isProviderError } from '../core/errors';

export type Command = (...args: unknown[]) => unknown;

/**
 * Registers commands. This is the one place that shows errors to the user: a command throws, this logs it, shows one
 * sentence, and stays silent when the user gave up.
 */
export function registerCommands(table: Readonly<Record<string, Command>>, log: vscode.LogOutputChannel): vscode.Disposable {
  const run = async (id: string, command: Command, args: unknown[]): Promise<unknown> => {
    try {
      return await command(...args);
    } catch (error) {
      if (isAbort(error)) return undefined;
      log.error(`${id}: ${describe(error)}`);
      // Not waited for: the command has ended, though its message may stay for long.
      void showError(error, log);
      return undefined;
    }
  };
  const entries = Object.entries(table);
  return vscode.Disposable.from(
    ...entries.map(([id, command]) => vscode.commands.registerCommand(id, (...args: unknown[]) => run(id, command, args))),
  );
}

/** What went wrong in one sentence. */
export function sentence(error: unknown): string {
  if (isProviderError(error) || isInputError(error)) return error.message;
  const reason = error instanceof Error ? error.message : String(error);
  return vscode.l10n.t('Something went wrong that Function Deck did not expect: {0}', reason);
}

async function showError(error: unknown, log: vscode.LogOutputChannel): Promise<void> {
  const place = isInputError(error) ? error.place : undefined;
  const open = vscode.l10n.t('Open File');
  const details = vscode.l10n.t('Show Details');
  const choice = await vscode.window.showErrorMessage(sentence(error), ...(place ? [open, details] : [details]));
  if (choice === details) log.show();
  if (choice === open && place) await openPlace(place);
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
