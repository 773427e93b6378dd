import { setImmediate as nextTurn } from 'node:timers/promises';
import * as vscode from 'vscode';
import type { SourceFolder } from '../../core/manifest';
import { findFrames } from '../../core/stack';
import type { Locate } from '../result/failingPlaces';
import { languageIds } from '../ids';
import type { Logs } from '../logs';
import { findSourceFrames } from '../result/sourceFrames';
import type { Sources } from '../sources';

/** The end of a long log is what the user looks at. */
const mostLines = 50_000;
const longestTurnMs = 20;

/** Links from stack frames in a function's log to the lines of its source folder, and to nothing else. */
export function registerLogLinks(sources: Sources, logs: Logs): vscode.Disposable {
  return vscode.languages.registerDocumentLinkProvider({ language: languageIds.log }, {
    provideDocumentLinks: async (document, token) => {
      const folders = await foldersOf(document, sources, logs);
      const locates = await Promise.all(folders.map(findSourceFrames));
      return locates.length === 0 || token.isCancellationRequested ? [] : findLinks(document, locates, token);
    },
  });
}

/** The folder that the function was deployed from, else all that there are: the log may be one that was saved. */
async function foldersOf(document: vscode.TextDocument, sources: Sources, logs: Logs): Promise<readonly SourceFolder[]> {
  const all = await sources.ready();
  const ref = logs.shownIn(document.uri);
  const own = ref && sources.of(ref);
  return own ? [own] : ref ? [] : all;
}

async function findLinks(document: vscode.TextDocument, locates: readonly Locate[], token: vscode.CancellationToken): Promise<vscode.DocumentLink[]> {
  const links: vscode.DocumentLink[] = [];
  let turn = performance.now();
  for (let line = Math.max(0, document.lineCount - mostLines); line < document.lineCount; line += 1) {
    if (performance.now() - turn > longestTurnMs) {
      await nextTurn();
      turn = performance.now();
    }
    if (token.isCancellationRequested) return [];
    links.push(...lineLinks(document.lineAt(line), locates));
  }
  return links;
}

function lineLinks(line: vscode.TextLine, locates: readonly Locate[]): vscode.DocumentLink[] {
  return findFrames(line.text).flatMap(({ start, end, frame }) => {
    const place = locates.map((locate) => locate(frame)).find((found) => found !== undefined);
    if (!place) return [];
    const range = new vscode.Range(line.lineNumber, start, line.lineNumber, end);
    const target = vscode.Uri.file(place.file).with({ fragment: `L${place.line}${place.column ? `,${place.column}` : ''}` });
    const link = new vscode.DocumentLink(range, target);
    link.tooltip = vscode.l10n.t('Open line {0} of {1}', place.line, vscode.workspace.asRelativePath(place.file));
    return [link];
  });
}
