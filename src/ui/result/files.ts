import * as vscode from 'vscode';

export const resultScheme = 'function-deck-result';
const kept = 12;

interface Kept {
  readonly bytes: Uint8Array;
  readonly at: number;
}

/** Results as read-only files, so that the editor's own viewers show them whole; the latest few are kept. */
export class ResultFiles implements vscode.FileSystemProvider, vscode.Disposable {
  readonly #files = new Map<string, Kept>();
  readonly #changes = new vscode.EventEmitter<vscode.FileChangeEvent[]>();
  readonly onDidChangeFile = this.#changes.event;
  // After the event, which the editor subscribes to at once.
  readonly #registration = vscode.workspace.registerFileSystemProvider(resultScheme, this, { isReadonly: true, isCaseSensitive: true });
  #count = 0;

  /** Keeps bytes under a name. */
  add(name: string, bytes: Uint8Array): vscode.Uri {
    const uri = vscode.Uri.from({ scheme: resultScheme, path: `/${++this.#count}/${name}` });
    this.#files.set(uri.path, { bytes, at: Date.now() });
    const [oldest] = this.#files.keys();
    if (this.#files.size > kept && oldest !== undefined) this.#files.delete(oldest);
    return uri;
  }

  stat(uri: vscode.Uri): vscode.FileStat {
    const { bytes, at } = this.#find(uri);
    return { type: vscode.FileType.File, ctime: at, mtime: at, size: bytes.length };
  }

  readFile(uri: vscode.Uri): Uint8Array {
    return this.#find(uri).bytes;
  }

  watch(): vscode.Disposable {
    return new vscode.Disposable(() => undefined);
  }

  readDirectory(): [string, vscode.FileType][] {
    return [];
  }

  createDirectory(uri: vscode.Uri): void {
    throw vscode.FileSystemError.NoPermissions(uri);
  }

  writeFile(uri: vscode.Uri): void {
    throw vscode.FileSystemError.NoPermissions(uri);
  }

  delete(uri: vscode.Uri): void {
    throw vscode.FileSystemError.NoPermissions(uri);
  }

  rename(uri: vscode.Uri): void {
    throw vscode.FileSystemError.NoPermissions(uri);
  }

  dispose(): void {
    this.#registration.dispose();
    this.#changes.dispose();
  }

  #find(uri: vscode.Uri): Kept {
    const file = this.#files.get(uri.path);
    if (file) return file;
    throw vscode.FileSystemError.FileNotFound(uri);
  }
}
