import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { downloadAndUnzipVSCode } from '@vscode/test-electron';
import { cache } from './paths.mjs';

const patience = 15_000;
const day = 86_400_000;

/** Whether a window can be shown here. */
export function hasDesktop() {
  return process.platform !== 'linux' || Boolean(process.env.DISPLAY || process.env.WAYLAND_DISPLAY);
}

/** The desktop VS Code that the user has, by its usual places; `undefined` when there is none. */
export async function findInstalled() {
  if (!hasDesktop()) return undefined;
  const folders = (process.env.PATH ?? '').split(path.delimiter).filter(Boolean);
  const places = {
    win32: [path.join(process.env.LOCALAPPDATA ?? '', 'Programs/Microsoft VS Code/Code.exe')],
    darwin: ['/Applications/Visual Studio Code.app/Contents/Resources/app/bin/code'],
  };
  return (places[process.platform] ?? folders.map((folder) => path.join(folder, 'code'))).find((file) => existsSync(file));
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
