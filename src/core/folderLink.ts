import { createHash } from 'node:crypto';

/** The bucket that stands for the file system in `Code: { S3Bucket, S3Key }`: the key is then a folder to run from. */
export const folderBucket = 'hot-reload';

/** What a function that runs from a folder has in place of its package's hash: base64 of a SHA-256. */
export function folderHash(folder: string): string {
  return createHash('sha256').update(`${folderBucket}\n${folder}`).digest('base64');
}
