import { access, constants } from 'node:fs/promises';
import * as path from 'node:path';

/** Absolute path of the first of `names` that is on the PATH, without starting anything; `undefined` when none is. */
export async function findProgram(names: readonly string[], env: NodeJS.ProcessEnv = process.env): Promise<string | undefined> {
  const folders = (env['PATH'] ?? env['Path'] ?? '').split(path.delimiter).filter(Boolean);
  const endings = process.platform === 'win32' ? ['.exe'] : [''];
  for (const name of names) {
    for (const folder of folders) {
      for (const ending of endings) {
        const file = path.join(folder, name + ending);
        if (await isExecutable(file)) return file;
      }
    }
  }
  return undefined;
}

function isExecutable(file: string): Promise<boolean> {
  return access(file, constants.X_OK).then(
    () => true,
    () => false,
  );
}
