import * as vscode from 'vscode';
import { type FunctionError, type FunctionRef, refKey } from '../core/provider';
import { plainText } from '../core/log/plainText';
import type { FunctionService } from '../core/service';
import { failingPlaces, type Place } from './result/failingPlaces';
import { findSourceFrames, toPosition } from './result/sourceFrames';
import type { Sources } from './sources';

interface Problem {
  readonly uri: vscode.Uri;
  readonly diagnostic: vscode.Diagnostic;
}

/** Where invocations failed, in the Problems view: one entry per function, until it works, is deployed again, or its line is edited. */
export class Problems implements vscode.Disposable {
  readonly #collection = vscode.languages.createDiagnosticCollection('function-deck');
  readonly #problems = new Map<string, Problem>();
  readonly #subscriptions: vscode.Disposable;

  constructor(
    service: FunctionService,
    readonly sources: Sources,
  ) {
    this.#subscriptions = vscode.Disposable.from(
      vscode.workspace.onDidChangeTextDocument((change) => this.#edited(change)),
      service.onDidChange((change) => {
        if (change.kind === 'deployed' || change.kind === 'removed') this.clear(change.ref);
      }),
    );
  }

  /** Marks the line of the function's own code where it failed; nothing when the stack names none. */
  async report(ref: FunctionRef, error: FunctionError): Promise<void> {
    await this.sources.ready();
    const locate = await findSourceFrames(this.sources.of(ref));
    const [innermost, ...callers] = failingPlaces(error, locate);
    if (!innermost) return this.clear(ref);
    this.#problems.set(refKey(ref), await toProblem(ref, error, innermost, callers));
    this.#show();
  }

  clear(ref: FunctionRef): void {
    if (this.#problems.delete(refKey(ref))) this.#show();
  }

  dispose(): void {
    this.#subscriptions.dispose();
    this.#collection.dispose();
  }

  #show(): void {
    const all = [...this.#problems.values()];
    const uris = new Map(all.map(({ uri }) => [uri.toString(), uri]));
    this.#collection.clear();
    for (const [key, uri] of uris) this.#collection.set(uri, all.filter((one) => one.uri.toString() === key).map(({ diagnostic }) => diagnostic));
  }

  #edited({ document, contentChanges }: vscode.TextDocumentChangeEvent): void {
    const here = [...this.#problems].filter(([, { uri }]) => uri.toString() === document.uri.toString());
    if (here.length === 0 || contentChanges.length === 0) return;
    for (const [key, { diagnostic }] of here) {
      const range = contentChanges.reduce<vscode.Range | undefined>(moved, diagnostic.range);
      if (range) diagnostic.range = range;
      else this.#problems.delete(key);
    }
    this.#show();
  }
}

/** Where a range is after an edit; `undefined` when the edit touched it. */
function moved(range: vscode.Range | undefined, { range: edited, text }: vscode.TextDocumentContentChangeEvent): vscode.Range | undefined {
  if (!range || edited.start.line > range.end.line) return range;
  if (edited.end.line >= range.start.line && !(edited.end.isEqual(edited.start) && edited.end.isBefore(range.start) && text.endsWith('\n'))) return undefined;
  const by = text.split('\n').length - 1 - (edited.end.line - edited.start.line);
  return new vscode.Range(range.start.translate(by), range.end.translate(by));
}

async function toProblem(ref: FunctionRef, error: FunctionError, innermost: Place, callers: readonly Place[]): Promise<Problem> {
  const uri = vscode.Uri.file(innermost.file);
  const message = plainText([error.type, error.message].filter(Boolean).join(': '));
  const diagnostic = new vscode.Diagnostic(await wholeLine(uri, innermost), message, vscode.DiagnosticSeverity.Error);
  diagnostic.source = vscode.l10n.t('Function Deck: {0}', ref.name);
  diagnostic.relatedInformation = callers.map((place) => {
    const location = new vscode.Location(vscode.Uri.file(place.file), toPosition(place));
    return new vscode.DiagnosticRelatedInformation(location, vscode.l10n.t('called from here'));
  });
  return { uri, diagnostic };
}

async function wholeLine(uri: vscode.Uri, place: Place): Promise<vscode.Range> {
  const document = await vscode.workspace.openTextDocument(uri);
  const line = document.lineAt(Math.min(toPosition(place).line, document.lineCount - 1));
  return new vscode.Range(line.lineNumber, line.firstNonWhitespaceCharacterIndex, line.lineNumber, line.text.length);
}
