import { randomBytes } from 'node:crypto';
import * as vscode from 'vscode';
import { toDocument } from '../../core/invocation/payload';
import type { InvokeResult } from '../../core/provider';
import type { Locate, Place } from './failingPlaces';
import { commandIds } from '../ids';
import { ResultFiles } from './files';
import { resultHtml, type ResultWords } from './html';
import { resultLabels } from './labels';
import { LaterFactsOf } from './later';
import { type ResultMessage, toResultMessage } from './message';
import { type Invocation, type ResultModel, toResultModel, type Wait } from './model';
import { type PartName, partBytes, partFile } from './parts';
import { sentence } from '../run';
import { findSourceFrames, toPosition } from './sourceFrames';
import type { Sources } from '../sources';

interface Shown {
  readonly invocation: Invocation;
  readonly locate: Locate;
  readonly model: ResultModel;
  readonly places: readonly Place[];
}

/** The one panel that shows what came of the last invocation; a bundle of its own, loaded with the first result. */
export class ResultPanel implements vscode.Disposable {
  readonly #files = new ResultFiles();
  readonly #later = new LaterFactsOf(sentence);
  #panel: vscode.WebviewPanel | undefined;
  #shown: Shown | undefined;
  #latest: Invocation | undefined;
  #running = 0;

  constructor(
    readonly extension: vscode.Uri,
    readonly sources: Sources,
  ) {}

  /**
   * Shows a result beside the editor, which keeps the focus, and fills in what becomes known of it afterwards; `learned`
   * is given the result that is whole, unless a newer one came or the panel was closed before.
   */
  async show(invocation: Invocation, learned: (result: InvokeResult) => void): Promise<void> {
    this.#later.stop();
    const latest = (this.#latest = invocation);
    const locate = await findSourceFrames(this.sources.of(invocation.ref));
    if (this.#latest !== latest) return;
    const panel = (this.#panel ??= this.#open());
    panel.title = vscode.l10n.t('Result: {0}', invocation.ref.name);
    panel.reveal(panel.viewColumn, true);
    const waits = this.#later.start(invocation.result, (result, wait) => {
      void this.#render({ ...invocation, result }, locate, wait);
      learned(result);
    });
    await this.#render(invocation, locate, waits ? 'waiting' : undefined);
  }

  /** Marks what is shown as old news while a call runs. */
  async during<T>(call: () => Promise<T>): Promise<T> {
    this.#running++;
    if (this.#later.stop() && this.#shown) await this.#render(this.#shown.invocation, this.#shown.locate);
    try {
      await this.#post();
      return await call();
    } finally {
      this.#running--;
      await this.#post();
    }
  }

  dispose(): void {
    this.#later.stop();
    this.#panel?.dispose();
    this.#files.dispose();
  }

  async #render(invocation: Invocation, locate: Locate, wait?: Wait): Promise<void> {
    this.#shown = { invocation, locate, ...toResultModel(invocation, resultLabels(), locate, wait) };
    await this.#post();
  }

  #open(): vscode.WebviewPanel {
    const media = vscode.Uri.joinPath(this.extension, 'media');
    const column = { viewColumn: vscode.ViewColumn.Beside, preserveFocus: true };
    const panel = vscode.window.createWebviewPanel('functionDeck.result', '', column, { enableScripts: true, localResourceRoots: [media] });
    panel.webview.onDidReceiveMessage((message: unknown) => this.#receive(message));
    panel.onDidDispose(() => {
      this.#later.stop();
      this.#panel = undefined;
    });
    panel.webview.html = resultHtml({
      nonce: randomBytes(16).toString('base64'),
      cspSource: panel.webview.cspSource,
      style: panel.webview.asWebviewUri(vscode.Uri.joinPath(media, 'result.css')).toString(),
      script: panel.webview.asWebviewUri(vscode.Uri.joinPath(media, 'result.js')).toString(),
      language: vscode.env.language,
      words: words(),
    });
    return panel;
  }

  // A message to a page that is not there yet is lost; the page asks again when it is.
  async #post(): Promise<void> {
    await this.#panel?.webview.postMessage({ model: this.#shown?.model, running: this.#running > 0 });
  }

  async #receive(value: unknown): Promise<void> {
    const message = toResultMessage(value);
    if (!message || !this.#shown) return;
    try {
      await this.#answer(message, this.#shown);
    } catch (error) {
      await vscode.window.showErrorMessage(sentence(error));
    }
  }

  async #answer(message: ResultMessage, { invocation, places }: Shown): Promise<void> {
    const target = { ref: invocation.ref, event: invocation.event };
    if (message.type === 'ready') return this.#post();
    if (message.type === 'place') return openPlace(places[message.index]);
    if (message.type === 'open') return this.#openPart(invocation, message.part);
    if (message.type === 'save') return savePart(invocation, message.part);
    const commands = { again: commandIds.invoke, edit: commandIds.editEvent, tail: commandIds.tail };
    await vscode.commands.executeCommand(commands[message.type], message.type === 'tail' ? invocation.ref : target);
  }

  async #openPart(invocation: Invocation, part: PartName): Promise<void> {
    const bytes = partBytes(invocation.result, part);
    if (bytes) await vscode.commands.executeCommand('vscode.open', this.#files.add(partFile(invocation.ref, invocation.result, part), toDocument(bytes)));
  }
}

async function openPlace(place: Place | undefined): Promise<void> {
  if (!place) return;
  const position = toPosition(place);
  const options = { selection: new vscode.Range(position, position), viewColumn: vscode.ViewColumn.One };
  await vscode.window.showTextDocument(vscode.Uri.file(place.file), options);
}

async function savePart(invocation: Invocation, part: PartName): Promise<void> {
  const bytes = partBytes(invocation.result, part);
  const home = vscode.workspace.workspaceFolders?.[0]?.uri;
  const name = partFile(invocation.ref, invocation.result, part);
  const target = bytes && (await vscode.window.showSaveDialog({ defaultUri: home && vscode.Uri.joinPath(home, name) }));
  if (target) await vscode.workspace.fs.writeFile(target, bytes);
}

function words(): ResultWords {
  return {
    again: vscode.l10n.t('Invoke again'),
    edit: vscode.l10n.t('Edit event'),
    tail: vscode.l10n.t('Tail log'),
    open: vscode.l10n.t('Open in an editor'),
    save: vscode.l10n.t('Save as…'),
    response: vscode.l10n.t('HTTP response'),
    stack: vscode.l10n.t('Stack'),
    log: vscode.l10n.t('Log of this call'),
    facts: vscode.l10n.t('Facts'),
    running: vscode.l10n.t('Invoking…'),
  };
}
