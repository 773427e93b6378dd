import type * as vscode from 'vscode';
import type { InvokeResult } from '../core/provider';
import type { Invocation } from './result/model';
import type { ResultPanel } from './result/panel';
import type { Sources } from './sources';

/** Shows what came of the last invocation, in a panel that is loaded with the first one. */
export class ResultView implements vscode.Disposable {
  #panel: Promise<ResultPanel> | undefined;

  constructor(
    readonly extension: vscode.Uri,
    readonly sources: Sources,
  ) {}

  /**
   * Shows a result beside the editor, which keeps the focus. `learned` is given the result once more if something becomes
   * known of it afterwards.
   */
  async show(invocation: Invocation, learned: (result: InvokeResult) => void): Promise<void> {
    await (await this.#load()).show(invocation, learned);
  }

  /** Marks what is shown as old news while a call runs. */
  async during<T>(call: () => Promise<T>): Promise<T> {
    return (await this.#load()).during(call);
  }

  dispose(): void {
    void this.#panel?.then((panel) => panel.dispose());
  }

  #load(): Promise<ResultPanel> {
    return (this.#panel ??= import('./result/panel').then(({ ResultPanel }) => new ResultPanel(this.extension, this.sources)));
  }
}
