import * as vscode from 'vscode';
import { listFiles } from '../../core/listFiles';
import type { SourceFolder } from '../../core/manifest';
import { matchFrame } from '../../core/stack';
import type { Locate, Place } from './failingPlaces';

const mostFiles = 10_000;

/** Looks at the files of a source folder once; the answer finds places without waiting. */
export async function findSourceFrames(source: SourceFolder | undefined): Promise<Locate> {
  if (!source) return () => undefined;
  const files = await listFiles(source.path, mostFiles);
  // A log names the same few files over and over.
  const found = new Map<string, string | undefined>();
  return (frame) => {
    if (!found.has(frame.file)) found.set(frame.file, matchFrame(frame, source.path, files));
    const file = found.get(frame.file);
    return file === undefined ? undefined : { file, line: frame.line, column: frame.column };
  };
}

/** Where the editor has a place; a line that is there no more is the last one. */
export function toPosition({ line, column }: Place): vscode.Position {
  return new vscode.Position(Math.max(0, line - 1), Math.max(0, (column ?? 1) - 1));
}
