import { watch, type FSWatcher } from 'node:fs';
import path from 'node:path';

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

  /** Watches these folders from now on, of which the first holds the others; says whether one of them was not watched before. */
  watch(folders: readonly string[]): boolean {
    const wanted = new Set(this.#isWhole ? folders.slice(0, 1) : folders);
    this.#failure = undefined;
    for (const [folder, watcher] of this.#watchers) if (!wanted.has(folder)) this.#drop(folder, watcher);
    const added = [...wanted].filter((folder) => !this.#watchers.has(folder));
    return added.filter((folder) => this.#add(folder)).length > 0;
  }

  close(): void {
    for (const [folder, watcher] of this.#watchers) this.#drop(folder, watcher);
  }

  #add(folder: string): boolean {
    try {
      const watcher = watch(folder, { recursive: this.#isWhole, persistent: false });
      this.#watchers.set(folder, watcher);
      const end = () => {
        this.#drop(folder, watcher);
        this.#changed();
      };
      // Its own name is told when it is gone; another folder of this name needs another watcher.
      watcher.on('change', (_what, file) => (file === path.basename(folder) ? end() : this.#changed())).on('error', end);
      return true;
    } catch (error) {
      // Gone by now, or more than the system watches: then it is looked at from time to time instead.
      if (!(error instanceof Error)) throw error;
      this.#failure = error.message;
      return false;
    }
  }

  #drop(folder: string, watcher: FSWatcher): void {
    if (this.#watchers.get(folder) === watcher) this.#watchers.delete(folder);
    watcher.close();
  }
}
