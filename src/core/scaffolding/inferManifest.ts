import type { Manifest } from '../manifest';

/** What a folder's file names tell of the function in it. */
export type Inferred = Pick<Manifest, 'runtime' | 'handler'>;

const known: readonly { readonly file: RegExp; readonly runtime: string; readonly function: string }[] = [
  { file: /^lambda_function\.py$/, runtime: 'python3.13', function: 'lambda_handler' },
  { file: /^(?:main|app|handler)\.py$/, runtime: 'python3.13', function: 'handler' },
  { file: /^index\.(?:js|mjs|cjs|ts|mts)$/, runtime: 'nodejs22.x', function: 'handler' },
  { file: /^(?:app|handler|main)\.(?:js|mjs|cjs|ts|mts)$/, runtime: 'nodejs22.x', function: 'handler' },
  { file: /^bootstrap$/, runtime: 'provided.al2023', function: 'handler' },
];

/** The likeliest runtime and handler for a folder with these files at its top; empty when nothing is known. */
export function inferManifest(files: readonly string[]): Inferred {
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
