import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { chromium } from 'playwright-core';
import { cache, root } from './paths.mjs';

const flags = [
  ...['--no-sandbox', '--no-zygote', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking'],
  ...['--disable-component-update', '--disable-sync', '--use-gl=angle', '--use-angle=swiftshader', '--force-color-profile=srgb'],
];

/** A Chromium without a window: the one named by CHROME_PATH, else the one that npm carries. */
export async function launchBrowser() {
  const given = process.env.CHROME_PATH;
  if (given) return chromium.launch({ executablePath: given, args: flags });
  const folder = await unpack();
  const libraries = [process.env.LD_LIBRARY_PATH, path.join(folder, 'al2023/lib')].filter(Boolean).join(':');
  const env = { ...process.env, LD_LIBRARY_PATH: libraries };
  return chromium.launch({ executablePath: path.join(folder, 'chromium'), args: flags, env });
}

/** The package unpacks itself into the folder for temporary files, and its libraries only where it believes to be on Lambda. */
async function unpack() {
  const folder = path.join(cache, 'chromium');
  if (existsSync(folder)) return folder;
  const draft = `${folder}.${process.pid}.part`;
  await rm(draft, { recursive: true, force: true });
  await mkdir(draft, { recursive: true });
  const env = { ...process.env, TMPDIR: draft, AWS_LAMBDA_JS_RUNTIME: 'nodejs20.x' };
  const script = "import('@sparticuz/chromium').then((found) => found.default.executablePath())";
  await promisify(execFile)(process.execPath, ['-e', script], { cwd: root, env });
  await rename(draft, folder).catch(async (error) => {
    // Another run was quicker.
    if (!existsSync(folder)) throw error;
    await rm(draft, { recursive: true, force: true });
  });
  return folder;
}
