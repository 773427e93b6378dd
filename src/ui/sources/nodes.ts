import * as path from 'node:path';
import type { SourceFolder, Target } from '../../core/manifest';
import { type FunctionRef, refKey } from '../../core/provider';

/*
 * The rows of the source folders' view as plain data. A row carries what commands look for: `path` of the source folder,
 * `ref` of the function it deploys to, `event` of a saved event.
 */

export interface SourceRow {
  readonly kind: 'source';
  readonly id: string;
  readonly path: string;
  readonly name: string;
  readonly runtime?: string;
  /** Set when the folder deploys to one function only. */
  readonly ref?: FunctionRef;
  readonly children: readonly (TargetRow | EventRow)[];
}

export interface TargetRow {
  readonly kind: 'target';
  readonly id: string;
  readonly path: string;
  readonly key: string;
  readonly target: Target;
  readonly ref: FunctionRef;
}

export interface EventRow {
  readonly kind: 'event';
  readonly id: string;
  readonly event: string;
  readonly ref?: FunctionRef;
}

export interface BrokenRow {
  readonly kind: 'broken';
  readonly id: string;
  readonly path: string;
  readonly problem: string;
}

export type SourceNode = SourceRow | TargetRow | EventRow | BrokenRow;

/** The row of a source folder with its targets and saved events below it. */
export function sourceRow(source: SourceFolder, refs: readonly FunctionRef[], events: readonly string[]): SourceRow {
  const id = `source/${encodeURIComponent(source.path)}`;
  const targets = Object.entries(source.manifest.targets ?? {}).flatMap(([key, target], i): TargetRow[] => {
    const ref = refs[i];
    return ref ? [{ kind: 'target', id: `${id}#target/${encodeURIComponent(key)}`, path: source.path, key, target, ref }] : [];
  });
  const ref = new Set(refs.map(refKey)).size === 1 ? refs[0] : undefined;
  const saved = events.map((event): EventRow => ({ kind: 'event', id: `${id}#event/${encodeURIComponent(path.basename(event))}`, event, ref }));
  const { name, runtime } = source.manifest;
  return { kind: 'source', id, path: source.path, name, runtime, ref, children: [...targets, ...saved] };
}

export function brokenRow(source: { readonly path: string; readonly problem: string }): BrokenRow {
  return { kind: 'broken', id: `broken/${encodeURIComponent(source.path)}`, ...source };
}
