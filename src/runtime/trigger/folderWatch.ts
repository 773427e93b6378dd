import { watch, type FSWatcher } from 'node:fs';

/**
 * Says that something may have happened in a folder. Where the system watches whole trees it is asked to; elsewhere each
 * folder is watched by itself.
 */
export class FolderWatch {
  readonly #watchers = new Map<string, FSWatcher>();
  readonly #changed: () => void;
  readonly #isWhole = process.platform === 'darwin' || process.platform === 'win32';
  #failure?: string;

  constructor(changed: () => void) {
    this.#changed = changed;
  }

  /** Why it does not hear of everything; `undefined` when it does. */
  get failure(): string | undefined {
    return this.#failure;
  }

  /** Watches these folders from now on, of which the first holds the others. */
  watch(folders: readonly string[]): void {
    const wanted = new Set(this.#isWhole ? folders.slice(0, 1) : folders);
    this.#failure = undefined;
    for (const [folder, watcher] of this.#watchers) if (!wanted.has(folder)) this.#drop(folder, watcher);
    for (const folder of wanted) if (!this.#watchers.has(folder)) this.#add(folder);
  }

  close(): void {
    for (const [folder, watcher] of this.#watchers) this.#drop(folder, watcher);
  }

  #add(folder: string): void {
    try {
      const watcher = watch(folder, { recursive: this.#isWhole, persistent: false }, this.#changed);
      this.#watchers.set(folder, watcher);
      watcher.on('error', () => {
        this.#drop(folder, watcher);
        this.#changed();
      });
    } catch (error) {
      // Gone by now, or more than the system watches: then it is looked at from time to time instead.
      if (!(error instanceof Error)) throw error;
      this.#failure = error.message;
    }
  }

  #drop(folder: string, watcher: FSWatcher): void {
    if (this.#watchers.get(folder) === watcher) this.#watchers.delete(folder);
    watcher.close();
  }
}
