import { existsSync } from 'node:fs';
import { open } from 'node:fs/promises';
import * as path from 'node:path';
import { InputError, isInputError } from '../errors';
import type { CallOptions } from '../provider';
import { type Ended, run, tellingLine } from './spawn';
import { codeOf } from './systemCode';

/** A file that compiles. */
export interface Esbuild {
  readonly file: string;
  /** Whether Node runs it. */
  readonly isScript: boolean;
  /** Whether it was installed in the folder by the user. */
  readonly isOwn: boolean;
}

/** The file of the esbuild that comes along in `dist`: the program for this platform, else the script of the WebAssembly build. */
export function findBrought(dist: string): string {
  const program = path.join(dist, 'esbuild', process.platform === 'win32' ? 'esbuild.exe' : 'esbuild');
  return existsSync(program) ? program : path.join(dist, 'esbuild-wasm', 'bin', 'esbuild');
}

/** What `findBrought` found, whether it is there or not. */
export async function broughtEsbuild(file: string): Promise<Esbuild> {
  return { file, isScript: (await firstBytes(file)) === '#!', isOwn: false };
}

/** The esbuild that a folder has installed itself; its script may have been replaced by the program. */
export async function ownEsbuild(folder: string): Promise<Esbuild | undefined> {
  const file = path.join(folder, 'node_modules', 'esbuild', 'bin', 'esbuild');
  const start = await firstBytes(file);
  return start === undefined ? undefined : { file, isScript: start === '#!', isOwn: true };
}

/** What to run, absolute, and where. */
interface Task {
  /** Runs scripts. */
  readonly node: string;
  readonly args: readonly string[];
  readonly cwd: string;
  /** A source to compile in place of a file. */
  readonly input?: string | Uint8Array;
}

// Said of no place in the code, by an esbuild that is too old for what it was asked.
const unknownFlag = /\[ERROR\] (Invalid .+)$(?!\s+\S.*:\d+:\d+:)/m;

/** Compiles once; what is wrong with the code is in the output. Rejects with `InputError` when it was not esbuild that ended. */
export async function runEsbuild(esbuild: Esbuild, { node, args, cwd, input }: Task, options: CallOptions): Promise<Ended> {
  const [file, first] = esbuild.isScript ? [node, [esbuild.file]] : [esbuild.file, []];
  const ended = await run({ file, args: [...first, ...args], cwd, input: input === undefined ? undefined : Buffer.from(input) }, options).catch((error: unknown) => {
    throw isInputError(error) ? broken(esbuild, codeOf(error.cause) ?? error.message, error) : error;
  });
  // A program for another platform may be run by the shell, and a script may lack the program that it starts.
  const reason = ended.stderr.includes('[ERROR]') ? unknownFlag.exec(ended.stderr)?.[1] : reasonOf(ended);
  if (ended.code !== 0 && reason !== undefined) throw broken(esbuild, reason);
  return ended;
}

function reasonOf({ code, stderr }: Ended): string {
  const line = /^(?:fatal )?\w*error: .+$/im.exec(stderr)?.[0] ?? stderr.trim().split('\n').at(-1) ?? '';
  return tellingLine(line) || (code === null ? 'it was killed' : `exit code ${code}`);
}

function broken({ isOwn }: Esbuild, reason: string, cause?: unknown): InputError {
  const sentence = isOwn
    ? `The esbuild that is installed in this folder does not run (${reason}): install ${reason.startsWith('Invalid') ? 'a newer one there' : 'it there again'}, or remove it there.`
    : `The esbuild that comes with Function Deck does not run (${reason}): install Function Deck again, from the package for this machine, or install esbuild in this folder.`;
  return new InputError(sentence, undefined, { cause });
}

async function firstBytes(file: string): Promise<string | undefined> {
  const handle = await open(file).catch((error: unknown) => {
    // Not there, or not for anybody here to read.
    if (codeOf(error) === undefined) throw error;
    return undefined;
  });
  if (!handle) return undefined;
  try {
    const { buffer } = await handle.read(Buffer.alloc(2), 0, 2, 0);
    return buffer.toString('latin1');
  } finally {
    await handle.close();
  }
}
