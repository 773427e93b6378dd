import path from 'node:path';
import type { FileChange } from '../store/triggers';
import { appendedTo, contentOf, type Appended, type Content } from './fileContent';
import type { FileFacts } from './folderScan';

/** What happened to a file. */
export interface Change {
  readonly change: FileChange;
  /** Path in the folder, with slashes. */
  readonly file: string;
  /** Left out when it was removed. */
  readonly facts?: FileFacts;
  readonly appended?: Appended;
}

/** So long a file must stay as it is before it counts as written, moved in or removed; editors do it in several steps. */
export const settleMs = 200;
/** A file that is written to all the time is looked at after this time; only whole lines at its end count then. */
const restlessMs = 2000;

interface Pending {
  /** `undefined`: it is gone. */
  readonly facts?: FileFacts;
  readonly since: number;
  readonly first: number;
}

/** Tells what happened in a folder from what is seen there each time. */
export class FileChanges {
  readonly #folder: string;
  readonly #tellsAppended: boolean;
  readonly #known = new Map<string, Content>();
  readonly #pending = new Map<string, Pending>();

  constructor(folder: string, tellsAppended: boolean) {
    this.#folder = folder;
    this.#tellsAppended = tellsAppended;
  }

  /** Whether something has yet to come to rest. */
  get isUnsettled(): boolean {
    return this.#pending.size > 0;
  }

  /** Takes what is there as it is: nothing happened. */
  async begin(files: ReadonlyMap<string, FileFacts>): Promise<void> {
    for (const [file, facts] of files) await this.#know(file, facts);
  }

  /** What has happened and come to rest since, in the order of the paths. */
  async see(files: ReadonlyMap<string, FileFacts>, now: number): Promise<readonly Change[]> {
    const changes: Change[] = [];
    for (const file of [...new Set([...files.keys(), ...this.#known.keys(), ...this.#pending.keys()])].sort()) {
      const change = await this.#look(file, files.get(file), now);
      if (change) changes.push(change);
    }
    return changes;
  }

  async #look(file: string, facts: FileFacts | undefined, now: number): Promise<Change | undefined> {
    const known = this.#known.get(file);
    if (isSame(known, facts)) return void this.#pending.delete(file);
    const before = this.#pending.get(file);
    const isResting = before !== undefined && isSame(before.facts, facts);
    const pending = { facts, since: isResting ? before.since : now, first: before?.first ?? now };
    this.#pending.set(file, pending);
    if (now - pending.since >= settleMs) return this.#settle(file, known, facts);
    return known && facts && now - pending.first >= restlessMs ? this.#lines(file, known, facts) : undefined;
  }

  async #settle(file: string, known: Content | undefined, facts: FileFacts | undefined): Promise<Change> {
    this.#pending.delete(file);
    if (!facts) {
      this.#known.delete(file);
      return { change: 'removed', file };
    }
    const appended = known && this.#tellsAppended ? await appendedTo(this.#path(file), known, facts, false) : undefined;
    await this.#know(file, facts);
    return { change: appended ? 'appended' : 'created', file, facts, appended };
  }

  async #lines(file: string, known: Content, facts: FileFacts): Promise<Change | undefined> {
    const appended = this.#tellsAppended ? await appendedTo(this.#path(file), known, facts, true) : undefined;
    if (!appended) return undefined;
    const size = appended.from + Buffer.byteLength(appended.text);
    await this.#know(file, { ...facts, size });
    this.#pending.delete(file);
    return { change: 'appended', file, facts: { ...facts, size }, appended };
  }

  async #know(file: string, facts: FileFacts): Promise<void> {
    this.#known.set(file, this.#tellsAppended ? await contentOf(this.#path(file), facts) : facts);
  }

  #path(file: string): string {
    return path.join(this.#folder, file);
  }
}

function isSame(a: FileFacts | undefined, b: FileFacts | undefined): boolean {
  return a === b || (a !== undefined && b !== undefined && a.size === b.size && a.mtimeMs === b.mtimeMs && a.ino === b.ino);
}
