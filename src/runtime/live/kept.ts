import { createHash, randomBytes } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { version } from '../../../package.json';
import { isMissing } from '../store/files';

/** The state of all that a build was made from, given its sources that a look at the folder does not see. */
type State = (outside: readonly string[]) => string;

const name = 'built.json';

/** Such sources of what was built before, if it is still up to date. */
export async function kept(root: string, state: State): Promise<readonly string[] | undefined> {
  try {
    const { digest, outside } = JSON.parse(await readFile(path.join(root, name), 'utf8')) as { digest: string; outside: readonly string[] };
    return digest === digestOf(state(outside)) ? outside : undefined;
  } catch (error) {
    if (isMissing(error) || error instanceof SyntaxError) return undefined;
    throw error;
  }
}

export async function keep(root: string, outside: readonly string[], state: State): Promise<void> {
  await replace(path.join(root, name), JSON.stringify({ digest: digestOf(state(outside)), outside }));
}

/** Removes all that is not among the names. */
export async function keepOnly(folder: string, names: ReadonlySet<string>): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const old = (await readdir(folder)).filter((one) => !names.has(one));
  await Promise.all(old.map((one) => rm(path.join(folder, one), { recursive: true, force: true })));
}

/** Writes a whole file or nothing. It is not forced onto the disk, as acknowledged writes are: what gets lost is built again. */
export async function replace(file: string, contents: Uint8Array | string): Promise<void> {
  const draft = `${file}.${randomBytes(6).toString('hex')}.new`;
  try {
    await writeFile(draft, contents);
    await rename(draft, file);
  } catch (error) {
    await rm(draft, { force: true });
    throw error;
  }
}

// Another version of this program may compile in another way.
function digestOf(state: string): string {
  return createHash('sha256').update(`${version}\n${state}`).digest('hex');
}
