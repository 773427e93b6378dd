import { readFile, writeFile, mkdir } from 'node:fs/promises';
import path from 'node:path';
import { downloadAndUnzipVSCode } from '@vscode/test-electron';
import { cache } from './paths.mjs';

const patience = 15_000;
const day = 86_400_000;

/** Whether a window can be shown here. */
export function hasDesktop() {
  return process.platform !== 'linux' || Boolean(process.env.DISPLAY || process.env.WAYLAND_DISPLAY);
}

/** The desktop VS Code, downloaded once; `undefined` where there is no desktop or the download cannot be reached. */
export async function findDesktop(version) {
  if (!hasDesktop() || (await failedLately())) return undefined;
  try {
    return await downloadAndUnzipVSCode({ version, cachePath: cache, timeout: patience });
  } catch (error) {
    console.log(`No desktop VS Code ${version} to be had (${error.message}); using the one that npm carries.`);
    await mkdir(cache, { recursive: true });
    await writeFile(failure, String(Date.now()));
    return undefined;
  }
}

const failure = path.join(cache, 'desktop-failed');

async function failedLately() {
  const at = await readFile(failure, 'utf8').catch(() => '0');
  return Date.now() - Number(at) < day;
}
