import { readFile } from 'node:fs/promises';
import path from 'node:path';

type Environment = NodeJS.ProcessEnv;

/** The folder where gcloud keeps what it knows; `undefined` where there can be none. */
export function cloudSdkFolder(environment: Environment): string | undefined {
  const { CLOUDSDK_CONFIG: own, APPDATA: roaming, HOME: home } = environment;
  if (own) return own;
  if (process.platform === 'win32') return roaming && path.join(roaming, 'gcloud');
  return home && path.join(home, '.config', 'gcloud');
}

/** The project of gcloud's active configuration, read as the files that they are. */
export async function activeProject(environment: Environment): Promise<string | undefined> {
  const folder = cloudSdkFolder(environment);
  if (folder === undefined) return undefined;
  const name = environment['CLOUDSDK_ACTIVE_CONFIG_NAME'] || (await textOf(path.join(folder, 'active_config')))?.trim() || 'default';
  const text = /^[\w-]+$/.test(name) ? await textOf(path.join(folder, 'configurations', `config_${name}`)) : undefined;
  return text === undefined ? undefined : property(text, 'core', 'project');
}

/** A property of a section of an INI file. */
function property(text: string, section: string, name: string): string | undefined {
  let current = '';
  for (const line of text.split(/\r?\n/)) {
    const [, heading] = /^\s*\[([^\]]+)\]/.exec(line) ?? [];
    const [, key, value] = /^\s*([\w/]+)\s*[=:]\s*(.*?)\s*$/.exec(line) ?? [];
    if (heading !== undefined) current = heading.trim();
    else if (current === section && key === name) return value || undefined;
  }
  return undefined;
}

/** `undefined` for a file that is not there. */
export async function textOf(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if (['ENOENT', 'ENOTDIR', 'EISDIR', 'EACCES'].includes((error as NodeJS.ErrnoException).code ?? '')) return undefined;
    throw error;
  }
}
