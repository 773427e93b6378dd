import { mkdir, readdir, writeFile } from 'node:fs/promises';
import * as path from 'node:path';
import type { FunctionRef } from '../provider';

/** Where saved events of functions without a source folder are, below the workspace folder. */
export const sharedEvents = path.join('.function-deck', 'events');

/** Where saved events are, below a source folder. */
export const sourceEvents = 'events';

/** Folder of a function's saved events below the workspace, when it has no source folder. */
export function sharedFolder(ref: FunctionRef): string {
  return path.join(sharedEvents, ...[ref.provider, ref.scope, ref.name].map(pathPart));
}

/** The function whose folder a saved event is in; `undefined` when it is not below `.function-deck/events`. */
export function sharedRef(file: string, workspace: string): FunctionRef | undefined {
  const parts = path.relative(path.join(workspace, sharedEvents), file).split(path.sep);
  const [provider, scope, name] = parts.map(unescape);
  if (parts.length !== 4 || !provider || !scope || !name || parts[0] === '..') return undefined;
  return { provider, scope, name };
}

/** The saved events in a folder, by name; none when there is no such folder. */
export async function listEvents(folder: string): Promise<readonly string[]> {
  try {
    const entries = await readdir(folder, { withFileTypes: true });
    const files = entries.filter((entry) => entry.isFile() && entry.name.endsWith('.json')).map(({ name }) => name);
    return files.sort((a, b) => a.localeCompare(b)).map((name) => path.join(folder, name));
  } catch (error) {
    if (isCode(error, 'ENOENT', 'ENOTDIR')) return [];
    throw error;
  }
}

/** Writes a new saved event, never over an existing one: the answer may be `name-2.json`. */
export async function createEvent(folder: string, name: string, text: string): Promise<string> {
  await mkdir(folder, { recursive: true });
  for (let count = 1; ; count++) {
    const file = path.join(folder, `${pathPart(name)}${count === 1 ? '' : `-${count}`}.json`);
    try {
      await writeFile(file, text, { flag: 'wx' });
      return file;
    } catch (error) {
      if (!isCode(error, 'EEXIST')) throw error;
    }
  }
}

/** Keeps an event that stands elsewhere as a file like the others, in place of an earlier one of this name. */
export async function keepEvent(folder: string, name: string, event: unknown): Promise<string> {
  await mkdir(folder, { recursive: true });
  const file = path.join(folder, `${pathPart(name)}.json`);
  await writeFile(file, `${JSON.stringify(event, undefined, 2)}\n`);
  return file;
}

/** A text as one part of a path on every system; different texts give different parts. */
export function pathPart(text: string): string {
  const escaped = encodeURIComponent(text).replace(/[!'()*]|^\.|\.$/g, escape);
  // Names that Windows keeps for devices, with whatever ending.
  return /^(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)/i.test(escaped) ? escaped.replace(/^./, escape) : escaped || '%';
}

function escape(character: string): string {
  return `%${character.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`;
}

function unescape(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch (error) {
    if (error instanceof URIError) return '';
    throw error;
  }
}

function isCode(error: unknown, ...codes: string[]): boolean {
  return error instanceof Error && 'code' in error && codes.includes(String(error.code));
}
