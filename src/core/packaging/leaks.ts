import { InputError } from '../errors';

const privateKey = /-----BEGIN (?:[A-Z0-9]+ )*PRIVATE KEY(?: BLOCK)?-----(?:\s|\\r|\\n)+[A-Za-z0-9+/=]{4}/;
const accessKeyId = /\b(?:AKIA|ASIA)[A-Z0-9]{16}\b/;
const secretKey = /(?<![A-Za-z0-9/+=])[A-Za-z0-9/+]{40}(?![A-Za-z0-9/+=])/g;
const signs = ['PRIVATE KEY', 'AKIA', 'ASIA'].map((sign) => Buffer.from(sign));
const nearby = 5;
const maxBytes = 1_000_000;

/** What the verdict on a content depends on beside the content. */
export const leakVersion = [privateKey, accessKeyId, secretKey, nearby, maxBytes].join(' ');

/** Throws `InputError` with the line if a text file holds a private key or an AWS access key with its secret. */
export function refuseLeaks(name: string, file: string, content: Uint8Array): void {
  const leak = findLeak(content);
  if (!leak) return;
  const { what, line } = leak;
  throw new InputError(
    `${name}, line ${line}: this looks like ${what}; take it out, name the file in .deckignore, or, if it must be deployed, list it there as "!${name}".`,
    { file, line },
  );
}

interface Leak {
  readonly what: string;
  readonly line: number;
}

/** The first secret in a text file. */
export function findLeak(content: Uint8Array): Leak | undefined {
  if (content.length > maxBytes || content.subarray(0, 8000).includes(0)) return undefined;
  const bytes = Buffer.from(content.buffer, content.byteOffset, content.length);
  // Looking for a few bytes is much quicker than making text of all of them, and most files have none.
  if (!signs.some((sign) => bytes.includes(sign))) return undefined;
  const text = bytes.toString('latin1');
  return findPrivateKey(text) ?? findAccessKey(text);
}

function findPrivateKey(text: string): Leak | undefined {
  const match = privateKey.exec(text);
  return match ? { what: 'a private key', line: lineAt(text, match.index) } : undefined;
}

/** The id alone is public; the secret key stands within a few lines of it. */
function findAccessKey(text: string): Leak | undefined {
  if (!accessKeyId.test(text)) return undefined;
  const lines = text.split('\n');
  const index = lines.findIndex((line, at) => accessKeyId.test(line) && hasSecret(lines.slice(Math.max(0, at - nearby), at + nearby + 1).join('\n')));
  return index < 0 ? undefined : { what: 'an AWS access key with its secret', line: index + 1 };
}

/** Digests in hexadecimal have 40 characters too, so both cases and a digit or sign are asked for. */
function hasSecret(text: string): boolean {
  return [...text.matchAll(secretKey)].some(([word]) => /[a-z]/.test(word) && /[A-Z]/.test(word) && /[0-9/+]/.test(word));
}

function lineAt(text: string, index: number): number {
  return text.slice(0, index).split('\n').length;
}
