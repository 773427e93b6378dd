import { lstat, rm } from 'node:fs/promises';
import * as path from 'node:path';
import { InputError } from '../errors';
import { run, tellingLine } from '../packaging/spawn';
import type { DeployOptions } from '../provider';

/** Makes a `.venv` in a folder; `python` is the program to make it with. What a failure or an abort leaves is removed. */
export async function createVenv(folder: string, python: string, options: DeployOptions): Promise<void> {
  const venv = path.join(folder, '.venv');
  if (await isThere(venv)) throw new InputError(`${venv} exists already; use it, or delete it first.`);
  options.report('Creating .venv');
  try {
    const { code, stdout, stderr } = await run({ file: python, args: ['-m', 'venv', venv], cwd: folder }, options);
    if (code !== 0) throw failure(python, `${stdout}\n${stderr}`);
  } catch (error) {
    await rm(venv, { recursive: true, force: true });
    throw error;
  }
}

function failure(python: string, output: string): InputError {
  if (/ensurepip|No module named '?venv/.test(output)) {
    return new InputError(`${python} comes without the venv module; install it (on Debian and Ubuntu the package python3-venv), then try again.`);
  }
  const last = output.split('\n').filter((line) => line.trim()).at(-1) ?? '';
  return new InputError(`${python} could not create .venv: ${tellingLine(last) || 'it gave no reason'}. Choose another Python with the setting functionDeck.local.python.`);
}

function isThere(file: string): Promise<boolean> {
  return lstat(file).then(
    () => true,
    () => false,
  );
}
