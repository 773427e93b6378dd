import { InputError } from '../errors';

/** Bytes that a package may have. */
export interface Limits {
  readonly zipped: number;
  readonly unzipped: number;
}

const megabyte = 1024 * 1024;

/** What the widest-used cloud takes in one upload. */
export const defaultLimits: Limits = { zipped: 50 * megabyte, unzipped: 250 * megabyte };

interface Sized {
  readonly path: string;
  readonly bytes: number;
}

/** The last count that a plain zip can tell; the next is the mark of another format, which not every reader knows. */
const maxFiles = 65_534;

/** Throws `InputError` that names the biggest parts if the files are over the limit before zipping. */
export function checkUnzipped(files: readonly Sized[], limits: Limits): void {
  if (files.length > maxFiles) throw tooMany(files);
  const total = files.reduce((sum, { bytes }) => sum + bytes, 0);
  if (total > limits.unzipped) throw tooBig(`${size(total)} unzipped`, limits.unzipped, files);
}

/** The same for the zip; `bytes` is its size, or its size so far. */
export function checkZipped(bytes: number, files: readonly Sized[], limits: Limits): void {
  if (bytes > limits.zipped) throw tooBig(`over ${size(limits.zipped)} zipped`, limits.zipped, files);
}

function tooBig(what: string, limit: number, files: readonly Sized[]): InputError {
  const biggest = biggestParts(files).map(({ path, bytes }) => `${path} (${size(bytes)})`);
  return new InputError(
    `The package is ${what}, and the limit is ${size(limit)}; the biggest parts are ${biggest.join(', ')}; name in .deckignore what the function does not need.`,
  );
}

function tooMany(files: readonly Sized[]): InputError {
  const fullest = biggestParts(files.map(({ path }) => ({ path, bytes: 1 }))).map(({ path, bytes }) => `${path} (${bytes})`);
  return new InputError(
    `The package has ${files.length} files, and the limit is ${maxFiles}; most are in ${fullest.join(', ')}; name in .deckignore what the function does not need.`,
  );
}

/** Folders of the top level, single modules, and files, biggest first. */
function biggestParts(files: readonly Sized[]): readonly Sized[] {
  const sums = new Map<string, number>();
  for (const { path, bytes } of files) sums.set(partOf(path), (sums.get(partOf(path)) ?? 0) + bytes);
  return [...sums].map(([path, bytes]) => ({ path, bytes })).sort((a, b) => b.bytes - a.bytes).slice(0, 3);
}

function partOf(path: string): string {
  return /^(?:node_modules\/(?:@[^/]+\/)?)?[^/]+/.exec(path)?.[0] ?? path;
}

function size(bytes: number): string {
  const value = bytes / megabyte;
  return `${value >= 10 ? Math.round(value) : value.toFixed(1)} MB`;
}
