import type { Parts } from './assemble';
import type { PackageFile } from './files';
import type { Rules } from './rules';
import type { Stamp } from './stamp';

/** A file that goes into a package: one of the disk, or one that was made. */
export interface Item {
  readonly path: string;
  readonly executable: boolean;
  readonly bytes: number;
  /** Where it is on disk. */
  readonly file?: string;
  readonly stamp?: Stamp;
  /** What was made. */
  readonly content?: Uint8Array;
  /** Whether it may hold no secrets. */
  readonly isSource: boolean;
  /** Whether what was packed of it may be kept for the next time. */
  readonly keeps: boolean;
}

/** All parts, sorted by path. */
export function itemsOf({ sources, dependencies, made }: Parts, rules: Rules): readonly Item[] {
  const items = [
    ...sources.map((source) => sourceItem(source, rules.names(source.path))),
    ...dependencies.map((file) => fileItem(file, file.executable, false, true)),
    ...made.map(({ path, executable, content }) => ({ path, executable, bytes: content.length, content, isSource: false, keeps: false })),
  ];
  return items.sort((a, b) => (a.path < b.path ? -1 : 1));
}

/** What the user lists by name may be a secret, so no copy of it stays. */
function sourceItem(source: PackageFile, isNamed: boolean): Item {
  return fileItem(source, source.executable || source.path === 'bootstrap', !isNamed, !isNamed);
}

function fileItem({ path, file, bytes, stamp }: PackageFile, executable: boolean, isSource: boolean, keeps: boolean): Item {
  return { path, file, bytes, stamp, executable, isSource, keeps };
}

/** Whether the work is done before a thread has started, or the last package is found. */
export function isLittle(items: readonly Item[]): boolean {
  return items.length <= 64 && items.reduce((sum, { bytes }) => sum + bytes, 0) <= 512 * 1024;
}
