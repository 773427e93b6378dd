import { createHash } from 'node:crypto';
import { lstat, readdir, readFile } from 'node:fs/promises';
import * as path from 'node:path';
import { InputError } from '../errors';
import { codeOf } from './systemCode';

/** What requirements.txt asks for. */
export interface Requirements {
  readonly file: string;
  /** Its lines and those of the files it includes, and the state of what it names by path: the same when these are. */
  readonly content: readonly string[];
  /** The line of the package that a reason is about. */
  lineOf(reason: string): number | undefined;
}

const includes = /^(?:-r|-c|--requirement|--constraint)[ =]*(\S+)/;
const paths = /^(?:-e|--editable|-f|--find-links)[ =]*(\S+)|^(\.{0,2}\/\S*|\.\.?|\S+\.(?:whl|zip|tar\.gz))(?:\s|$)|@\s*file:(?:\/\/)?(\S+)/;

/** `undefined` when the file is missing or asks for nothing. */
export async function readRequirements(file: string): Promise<Requirements | undefined> {
  const lines = await readLines(file);
  const asked = lines?.filter(isAsking) ?? [];
  if (!lines || !asked.length) return undefined;
  return { file, content: await contentOf(file, asked, new Set([file])), lineOf: (reason) => lineOf(lines, reason) };
}

function isAsking(line: string): boolean {
  return line !== '' && !line.startsWith('#');
}

/** Whether all that requirements.txt asks for is one package. */
export async function asksOnlyFor(file: string, name: string): Promise<boolean> {
  const asked = (await readLines(file))?.filter(isAsking) ?? [];
  return asked.length > 0 && asked.every((line) => /^[\w.-]+/.exec(line)?.[0] === name);
}

/** Throws `InputError` if requirements.txt names a path that is not in its folder. */
export async function refusePathsOutside(file: string): Promise<void> {
  for (const [index, line] of ((await readLines(file)) ?? []).entries()) {
    const named = includes.exec(line)?.[1] ?? paths.exec(line)?.slice(1).find(Boolean);
    const inside = named && !line.startsWith('#') ? path.relative(path.dirname(file), path.resolve(path.dirname(file), named)) : '';
    if (!inside.startsWith('..') && !path.isAbsolute(inside)) continue;
    throw new InputError(`requirements.txt names ${named}, which is not in the folder, so that the build in the cloud cannot see it; move it into the folder.`, { file, line: index + 1 });
  }
}

async function contentOf(file: string, lines: readonly string[], read: Set<string>): Promise<readonly string[]> {
  const content = [...lines];
  for (const line of lines) {
    const included = includes.exec(line)?.[1];
    const named = paths.exec(line)?.slice(1).find(Boolean);
    if (included) content.push(...(await include(path.resolve(path.dirname(file), included), read)));
    else if (named) content.push(await state(path.resolve(path.dirname(file), named)));
  }
  return content;
}

async function include(file: string, read: Set<string>): Promise<readonly string[]> {
  if (read.has(file)) return [];
  read.add(file);
  const lines = await readLines(file);
  return lines ? contentOf(file, lines.filter(isAsking), read) : [];
}

async function readLines(file: string): Promise<readonly string[] | undefined> {
  try {
    return (await readFile(file, 'utf8')).replace(/^\uFEFF/, '').split(/\r?\n/).map((line) => line.trim());
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw new InputError(`${path.basename(file)} cannot be read; make it a readable text file.`, { file }, { cause: error });
  }
}

/** A digest of the names, sizes and times below a path. */
async function state(file: string): Promise<string> {
  const hash = createHash('sha256');
  const add = async (at: string): Promise<void> => {
    const facts = await lstat(at).catch(() => undefined);
    hash.update(JSON.stringify([path.relative(file, at), facts?.size, facts?.mtimeMs]));
    if (facts?.isDirectory()) for (const name of (await readdir(at)).sort()) await add(path.join(at, name));
  };
  await add(file);
  return hash.digest('hex');
}

function lineOf(lines: readonly string[], reason: string): number | undefined {
  const words = new Set(reason.toLowerCase().split(/[^a-z0-9._-]+/));
  const index = lines.findIndex((line) => {
    const name = /^[A-Za-z0-9][A-Za-z0-9._-]*/.exec(line)?.[0].toLowerCase();
    return name !== undefined && words.has(name);
  });
  const wanted = reason.toLowerCase();
  const named = index >= 0 ? index : lines.findIndex((line) => isAsking(line) && wanted.includes(line.toLowerCase()));
  return named >= 0 ? named + 1 : undefined;
}
