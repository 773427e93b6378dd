import { mkdir, readdir, writeFile } from 'node:fs/promises';
import * as path from 'node:path';
import { type ParseError, parse, printParseErrorCode } from 'jsonc-parser';
import { InputError } from './errors';
import type { FunctionRef } from './provider';

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

/** The bytes to send for the text of a saved event. Throws `InputError` with the place when it is not JSON. */
export function toEvent(text: string, file: string): Uint8Array {
  const json = text.replace(/^\uFEFF/, '');
  try {
    JSON.parse(json);
    return new TextEncoder().encode(json);
  } catch (error) {
    if (error instanceof SyntaxError) throw mistake(json, file, error);
    throw error;
  }
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

const reasons: Readonly<Record<string, string>> = {
  CommaExpected: 'a comma is missing before this',
  ColonExpected: 'a colon is missing before this',
  CloseBraceExpected: 'a closing } is missing',
  CloseBracketExpected: 'a closing ] is missing',
  PropertyNameExpected: 'a name in double quotes is missing; the last entry has no comma behind it',
  ValueExpected: 'a value is missing',
  EndOfFileExpected: 'the event ended before this; remove the rest',
  InvalidCommentToken: 'comments are not part of JSON; remove it',
  UnexpectedEndOfString: 'a closing " is missing',
};

function mistake(json: string, file: string, cause: SyntaxError): InputError {
  const errors: ParseError[] = [];
  parse(json, errors, { disallowComments: true, allowTrailingComma: false, allowEmptyContent: false });
  const [first] = errors;
  const offset = first?.offset ?? 0;
  const before = json.slice(0, offset).split(/\r\n|\r|\n/);
  const line = before.length;
  const column = (before.at(-1)?.length ?? 0) + 1;
  const reason = json.trim() === '' ? 'the file is empty; an empty event is {}' : (first && reasons[printParseErrorCode(first.error)]) ?? 'this is no JSON value';
  const sentence = `The event ${path.basename(file)} is not valid JSON, line ${line}, column ${column}: ${reason}.`;
  return new InputError(sentence, { file, line, column }, { cause });
}

function isCode(error: unknown, ...codes: string[]): boolean {
  return error instanceof Error && 'code' in error && codes.includes(String(error.code));
}
