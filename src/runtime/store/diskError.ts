import { errorCode } from './files';

/** What whoever asked is told when the disk does not take what is to be kept, or give what is there; `undefined` for an error of another sort. */
export function diskSentence(error: unknown): string | undefined {
  const code = errorCode(error) ?? '';
  if (code === 'ENOSPC' || code === 'EDQUOT') return 'The disk with the data of the local runtime is full: free some space there and try again.';
  if (!['EROFS', 'EACCES', 'EPERM'].includes(code)) return undefined;
  const place = error instanceof Error && 'path' in error ? String(error.path) : 'its data';
  return `The system does not let the local runtime use ${place} (${code}): allow it and try again.`;
}
