import { existsSync } from 'node:fs';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { npm } from './npm.mjs';
import { cache } from './paths.mjs';

/**
 * Installs npm packages into a folder of their own in the cache and answers its path. The folder gets its name last, so that
 * an install that was cut short is never taken for a whole one.
 */
export async function install(name, packages, andThen = async () => {}) {
  const folder = path.join(cache, name);
  if (existsSync(folder)) return folder;
  console.log(`Fetching ${packages.join(', ')} (once)…`);
  const draft = `${folder}.${process.pid}.part`;
  await rm(draft, { recursive: true, force: true });
  await mkdir(draft, { recursive: true });
  await writeFile(path.join(draft, 'package.json'), '{"private":true}');
  await npm(['install', '--ignore-scripts', '--no-package-lock', ...packages], draft);
  await andThen(draft);
  await rename(draft, folder).catch(async (error) => {
    // Another run was quicker.
    if (!existsSync(folder)) throw error;
    await rm(draft, { recursive: true, force: true });
  });
  return folder;
}
