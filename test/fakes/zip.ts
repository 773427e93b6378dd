import { createHash } from 'node:crypto';
import { strToU8, zipSync } from 'fflate';
import type { DeploymentPackage } from '../../src/core/provider';

/** A deployment package of text files; the same files give the same bytes. */
export function zip(files: Readonly<Record<string, string>>): DeploymentPackage {
  const entries = Object.entries(files).map(([name, text]) => [name, strToU8(text)] as const);
  const bytes = zipSync(Object.fromEntries(entries), { mtime: new Date(2020, 0, 1) });
  return { bytes, hash: createHash('sha256').update(bytes).digest('base64'), files: Object.keys(files).sort() };
}
