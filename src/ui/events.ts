import { readFile, stat } from 'node:fs/promises';
import * as path from 'node:path';
import * as vscode from 'vscode';
import type { SourceFolder } from '../core/manifest';
import { type FunctionRef, refKey } from '../core/provider';
import { createEvent, listEvents, sharedEvents, sharedFolder, sharedRef, sourceEvents } from '../core/invocation/savedEvents';
import { contextKeys } from './ids';
import type { Sources } from './sources';

/** Which event a function was last invoked with. */
interface Use {
  readonly ref: FunctionRef;
  readonly file: string;
}

const memoryKey = 'events';
const remembered = 200;

/**
 * The saved events: JSON files in `events` of a source folder, else in `.function-deck/events` of the workspace, else (with
 * no folder open) in the extension's own storage.
 */
export class SavedEvents implements vscode.Disposable {
  readonly #changes = new vscode.EventEmitter<void>();
  readonly #watcher = vscode.workspace.createFileSystemWatcher('**/events/**/*.json', false, true);
  readonly #subscriptions: vscode.Disposable;
  /** A saved event came or went, or another one was used. */
  readonly onDidChange = this.#changes.event;

  constructor(
    readonly sources: Sources,
    readonly memory: vscode.Memento,
    readonly storage: string,
  ) {
    const changed = (): void => this.#changes.fire();
    const opened = (): void => void this.#markOpened();
    this.#subscriptions = vscode.Disposable.from(
      this.#watcher.onDidCreate(changed),
      this.#watcher.onDidDelete(changed),
      vscode.workspace.onDidOpenTextDocument(opened),
      sources.onDidChange(opened),
    );
    opened();
  }

  /** A function's saved events, as absolute paths. */
  list(ref: FunctionRef): Promise<readonly string[]> {
    return listEvents(this.#folder(ref));
  }

  /** The saved events beside a source folder's code. */
  listIn(source: SourceFolder): Promise<readonly string[]> {
    return listEvents(path.join(source.path, sourceEvents));
  }

  /** Saves a new event and never changes an existing one. Returns its path. */
  async create(ref: FunctionRef, name: string, text: string): Promise<string> {
    const file = await createEvent(this.#folder(ref), name, text.endsWith('\n') ? text : `${text}\n`);
    this.#changes.fire();
    return file;
  }

  /** The event that was used last and is still there, else the only one there is. */
  async current(ref: FunctionRef): Promise<string | undefined> {
    const last = this.#uses().find((use) => refKey(use.ref) === refKey(ref))?.file;
    if (last && (await isFile(last))) return last;
    const files = await this.list(ref);
    return files.length === 1 ? files[0] : undefined;
  }

  /** Remembers that a function was invoked with an event. */
  async use(ref: FunctionRef, file: string): Promise<void> {
    const others = this.#uses().filter((use) => refKey(use.ref) !== refKey(ref));
    await this.memory.update(memoryKey, [{ ref, file }, ...others].slice(0, remembered));
    this.#changes.fire();
  }

  /** The function that an event was last sent to, else the one whose folder it is in. */
  refOf(file: string): FunctionRef | undefined {
    const used = this.#uses().find((use) => use.file === file)?.ref;
    const homes = [this.storage, ...workspaceFolders()];
    return used ?? homes.map((home) => sharedRef(file, home)).find((ref) => ref);
  }

  /** Whether a file is where saved events are. */
  isEvent(file: string): boolean {
    if (!file.endsWith('.json')) return false;
    if (this.sources.all().some((source) => path.dirname(file) === path.join(source.path, sourceEvents))) return true;
    return [this.storage, ...workspaceFolders()].some((home) => file.startsWith(path.join(home, sharedEvents) + path.sep));
  }

  /** The bytes to send, as the editor has them: unsaved edits are saved first. Throws `InputError` when they are not JSON. */
  async read(file: string): Promise<Uint8Array> {
    const open = vscode.workspace.textDocuments.find(({ uri }) => uri.fsPath === file);
    if (open?.isDirty) await open.save();
    const { toEvent } = await import('../core/invocation/eventText');
    return toEvent(open?.getText() ?? (await readFile(file, 'utf8')), file);
  }

  dispose(): void {
    this.#subscriptions.dispose();
    this.#watcher.dispose();
    this.#changes.dispose();
  }

  #uses(): readonly Use[] {
    return this.memory.get<readonly Use[]>(memoryKey, []);
  }

  #folder(ref: FunctionRef): string {
    const source = this.sources.of(ref);
    if (source) return path.join(source.path, sourceEvents);
    return path.join(workspaceFolders()[0] ?? this.storage, sharedFolder(ref));
  }

  // The context key only has to hold the events that an editor shows.
  async #markOpened(): Promise<void> {
    const files = vscode.workspace.textDocuments.map(({ uri }) => uri.fsPath).filter((file) => this.isEvent(file));
    await vscode.commands.executeCommand('setContext', contextKeys.eventFiles, files);
  }
}

function workspaceFolders(): string[] {
  return (vscode.workspace.workspaceFolders ?? []).map(({ uri }) => uri.fsPath);
}

async function isFile(file: string): Promise<boolean> {
  try {
    return (await stat(file)).isFile();
  } catch (error) {
    if (error instanceof Error && 'code' in error) return false;
    throw error;
  }
}
