import * as vscode from 'vscode';
import type { SourceFolder } from '../../core/manifest';
import { type FunctionRef, refKey } from '../../core/provider';
import type { Sources } from '../sources';

/** Finds the source folder of a function without looking through them all: every row of a long list asks. */
export class SourceIndex implements vscode.Disposable {
  readonly #sources: Sources;
  readonly #changes = new vscode.EventEmitter<void>();
  readonly #held: vscode.Disposable;
  readonly onDidChange = this.#changes.event;
  #folders = new Map<string, SourceFolder>();

  constructor(sources: Sources) {
    this.#sources = sources;
    this.#held = sources.onDidChange(() => this.#build());
  }

  async ready(): Promise<void> {
    await this.#sources.ready();
  }

  of(ref: FunctionRef): SourceFolder | undefined {
    return this.#folders.get(refKey({ ...ref, qualifier: undefined }));
  }

  dispose(): void {
    this.#held.dispose();
    this.#changes.dispose();
  }

  #build(): void {
    const entries = this.#sources.all().flatMap((folder) => this.#sources.refs(folder).map((ref) => [refKey(ref), folder] as const));
    // The first folder wins, as in `Sources.of`.
    this.#folders = new Map(entries.reverse());
    this.#changes.fire();
  }
}
