import { cp, mkdir, mkdtemp, rm } from 'node:fs/promises';
import path from 'node:path';
import { cache, root } from './paths.mjs';

/** A fresh copy of the sample workspace, so that no run sees another's edits. */
export async function copyWorkspace() {
  await mkdir(cache, { recursive: true });
  const folder = await mkdtemp(path.join(cache, 'workspace-'));
  await cp(path.join(root, 'test/host/workspace'), folder, { recursive: true });
  return { folder, remove: () => rm(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 }) };
}
