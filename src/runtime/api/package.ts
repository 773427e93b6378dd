import { stat } from 'node:fs/promises';
import path from 'node:path';
import { folderBucket, folderHash } from '../../core/folderLink';
import type { StoredCode } from '../store/code';
import { errorCode } from '../store/files';
import type { VersionRecord } from '../store/records';
import { usedCode } from '../store/usedCode';
import type { Input, World } from './call';
import { ApiError, invalid } from './errors';
import { isObject, textOf } from './input';

const noZip = 'The local runtime takes the code as ZipFile; it reads no bucket and no image.';
// As AWS says it of a bucket that is not there, and here none is.
const noBucket = 'Error occurred while GetObject. S3 Error Code: NoSuchBucket. S3 Error Message: The specified bucket does not exist';
const maxZip = 52_428_800;

/** The zip in a request, `Code.ZipFile` or `ZipFile`. */
export function zipOf(input: Input): Buffer {
  const text = textOf(input, 'ZipFile');
  if (text === undefined) throw textOf(input, 'S3Bucket') === undefined ? invalid(noZip) : new ApiError(400, 'InvalidParameterValueException', noBucket, { Hint: noZip });
  const zip = Buffer.from(text, 'base64');
  if (!zip.length) throw invalid('Uploaded file must be a non-empty zip');
  if (zip.length > maxZip) throw new ApiError(413, 'RequestEntityTooLargeException', `Zipped size must be smaller than ${maxZip} bytes`);
  return zip;
}

export function codeInput(input: Input): Input {
  return isObject(input.Code) ? input.Code : {};
}

/** What a request brings as code: a zip, or a folder to run from. */
export type Code = { readonly zip: Buffer } | { readonly folder: string };

export function codeOf(input: Input): Code {
  if (textOf(input, 'S3Bucket') !== folderBucket) return { zip: zipOf(input) };
  const folder = textOf(input, 'S3Key') ?? '';
  if (!path.isAbsolute(folder)) throw invalid(`The S3Key beside the bucket ${folderBucket} must be the absolute path of a folder; "${folder}" is none.`);
  return { folder: path.resolve(folder) };
}

/** The part of a version that tells its code. */
export type CodeRecord = Pick<VersionRecord, 'codeSha256' | 'codeSize' | 'folder'>;

/** Keeps the code; a dry run only looks at it. */
export async function keepCode(world: World, code: Code, isDry = false): Promise<CodeRecord> {
  if ('folder' in code) return linkFolder(code.folder);
  const { sha256, size } = isDry ? world.code.hash(code.zip) : await storeCode(world, code.zip);
  return { codeSha256: sha256, codeSize: size, folder: undefined };
}

async function linkFolder(folder: string): Promise<CodeRecord> {
  const facts = await stat(folder).catch((error: unknown) => {
    // Not there, or not for us to look at.
    if (errorCode(error) === undefined) throw error;
    return undefined;
  });
  if (!facts?.isDirectory()) throw invalid(`There is no folder ${folder} to run from.`);
  return { codeSha256: folderHash(folder), codeSize: 0, folder };
}

/** Keeps a zip, or says in Lambda's words why it cannot be. */
export async function storeCode(world: World, zip: Buffer): Promise<StoredCode> {
  try {
    return await world.code.add(zip);
  } catch (error) {
    if (error instanceof Error && error.name === 'ArchiveError') throw invalid(error.message);
    if (errorCode(error) === 'EEXIST') throw invalid('The zip has two paths that differ only by case.');
    throw error;
  }
}

const graceMs = 61_000;

/**
 * Removes a package that no version uses any more, after a while: calls that began before the change still come to run
 * it. What is in use then, or left over at an end, goes at the next start.
 */
export function dropLater(world: World, sha256: string): void {
  const drop = () => {
    const used = usedCode(world.functions, world.layers);
    if (!used || used.has(sha256) || world.engine.uses(world.code.folder(sha256))) return;
    world.code.remove(sha256).catch((error: unknown) => world.warn(`An old package could not be removed: ${String(error)}`));
  };
  setTimeout(drop, graceMs).unref();
}
