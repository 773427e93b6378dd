import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';
import * as vscode from 'vscode';

const id = 'function-deck.function-deck';
/** One of the smallest that VS Code itself brings: a few commands and no view. */
const peer = 'vscode.merge-conflict';

/** Called by VS Code in its extension host: activates the extension and writes what VS Code itself measured of that. */
export async function run(): Promise<void> {
  const file = process.env.FUNCTION_DECK_FIGURES;
  const extension = vscode.extensions.getExtension(id);
  assert.ok(file && extension && !extension.isActive);
  const start = performance.now();
  await extension.activate();
  const waited = performance.now() - start;
  await vscode.extensions.getExtension(peer)?.activate();
  await vscode.commands.executeCommand('perfview.show');
  await writeFile(file, JSON.stringify({ waited, load: await time(id, 0), call: (await time(id, 1)) + (await time(id, 2)), peer: await total(peer) }));
}

async function total(extension: string): Promise<number> {
  return (await time(extension, 0)) + (await time(extension, 1)) + (await time(extension, 2));
}

/** From the rows of "Developer: Startup Performance": milliseconds for "Load Code", "Call Activate", "Finish Activate". */
async function time(extension: string, column: number): Promise<number> {
  for (let tries = 0; tries < 50; tries++) {
    const text = vscode.workspace.textDocuments.find(({ uri }) => uri.scheme === 'perf')?.getText() ?? '';
    const row = text.split('\n').find((line) => line.startsWith(`| ${extension} `));
    const times = row?.split('|').map((cell) => cell.trim()).filter((cell) => /^\d+$/.test(cell));
    if (times) return Number(times[column]);
    await pause(200);
  }
  throw new Error(`The editor does not say how long ${extension} took.`);
}
