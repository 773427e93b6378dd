import { randomBytes } from 'node:crypto';
import { chmod, open, realpath, rename, rm, stat } from 'node:fs/promises';
import * as path from 'node:path';

/** Replaces the text of an existing file at once: whoever reads it sees the old text or the new one, whole. */
export async function replaceFile(file: string, text: string): Promise<void> {
  // A link stays a link.
  const real = await realpath(file);
  const temp = path.join(path.dirname(real), `.${path.basename(real)}.${randomBytes(6).toString('hex')}`);
  try {
    await writeSafely(temp, text);
    await chmod(temp, (await stat(real)).mode);
    await rename(temp, real);
  } finally {
    await rm(temp, { force: true });
  }
}

async function writeSafely(file: string, text: string): Promise<void> {
  const handle = await open(file, 'wx');
  try {
    await handle.writeFile(text);
    await handle.sync();
  } finally {
    await handle.close();
  }
}
