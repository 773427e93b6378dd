import { readdir, readFile } from 'node:fs/promises';
import * as path from 'node:path';
import { throwIfAborted } from '../errors';
import type { Manifest } from '../manifest';
import type { CallOptions } from '../provider';
import type { Finding } from './foundHandlers';
import { azure } from './inferAzure';
import { inferFramework, tellingFiles } from './inferFramework';
import { openwhisk } from './inferOpenWhisk';
import { vercel } from './inferVercel';
import { webtask } from './inferWebtask';

/** What a folder tells of the function in it. */
export type Inferred = Pick<Manifest, 'runtime' | 'handler' | 'signature'>;

/** Texts of files by path below the folder, with `/`. */
export type Texts = Readonly<Record<string, string>>;

/** In the order in which they are asked. */
const findings: readonly Finding[] = [{ files: (_, texts) => tellingFiles(texts), infer: inferFramework }, azure, vercel, openwhisk, webtask];

/** Folders that functions are in by custom. */
const folders = ['api', 'functions', 'src', 'src/functions'];

const known: readonly { readonly file: RegExp; readonly runtime: string; readonly function: string }[] = [
  { file: /^lambda_function\.py$/, runtime: 'python3.13', function: 'lambda_handler' },
  { file: /^(?:main|app|handler)\.py$/, runtime: 'python3.13', function: 'handler' },
  { file: /^index\.(?:js|mjs|cjs|ts|mts)$/, runtime: 'nodejs22.x', function: 'handler' },
  { file: /^(?:app|handler|main)\.(?:js|mjs|cjs|ts|mts)$/, runtime: 'nodejs22.x', function: 'handler' },
  { file: /^bootstrap$/, runtime: 'provided.al2023', function: 'handler' },
];

/** The likeliest runtime and handler for a folder, by the files at its top and in them; what is not known is left out. */
export async function inferFolder(folder: string, { signal }: CallOptions): Promise<Inferred> {
  const names = [...(await readdir(folder)), ...(await Promise.all(folders.map((each) => filesIn(folder, each)))).flat()];
  const texts: Record<string, string> = {};
  // A folder of that name, or a file that may not be read, tells nothing.
  const add = async (file: string): Promise<void> => void (texts[file] = await readFile(path.join(folder, file), { encoding: 'utf8', signal }).catch(() => ''));
  await Promise.all(['package.json', 'requirements.txt'].map(add));
  await Promise.all([...new Set(findings.flatMap((finding) => finding.files(names, texts)))].map(add));
  throwIfAborted(signal);
  return inferManifest(names, texts);
}

async function filesIn(folder: string, name: string): Promise<readonly string[]> {
  const found = await readdir(path.join(folder, name)).catch(() => []);
  return found.map((file) => `${name}/${file}`);
}

export function inferManifest(files: readonly string[], texts: Texts = {}): Inferred {
  for (const { infer } of findings) {
    const inferred = infer(texts);
    if (inferred) return inferred;
  }
  for (const { file, runtime, function: name } of known) {
    const match = files.find((candidate) => file.test(candidate));
    if (match) return { runtime, handler: `${match.replace(/\.[^.]+$/, '')}.${name}` };
  }
  return {};
}

/** A function name made of a folder's name. */
export function nameFromFolder(folder: string): string {
  return folder.replace(/[^A-Za-z0-9-_]+/g, '-').replace(/^-+|-+$/g, '').slice(0, 64);
}
