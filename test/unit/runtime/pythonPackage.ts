import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import path from 'node:path';
import type { Zippable } from 'fflate';

const out = path.join(__dirname, '..', '..', '..', 'out');

/** A package with what it needs, or why it could not be installed. Kept for the next run. */
export function installed(name: string): Zippable | string {
  const folder = path.join(out, 'python-packages', name);
  if (existsSync(folder)) return read(folder);
  const python = ['python3.13', 'python3', 'python'].find(hasPip);
  if (!python) return 'there is no Python with pip';
  const draft = `${folder}.${process.pid}`;
  try {
    execFileSync(python, ['-m', 'pip', 'install', '--quiet', '--retries', '0', '--target', draft, name], { stdio: 'pipe', timeout: 45_000 });
  } catch (error) {
    rmSync(draft, { recursive: true, force: true });
    return `pip cannot install ${name}: ${String((error as { stderr?: Buffer }).stderr ?? error).trim().split('\n').at(-1)}`;
  }
  renameSync(draft, folder);
  return read(folder);
}

function hasPip(program: string): boolean {
  try {
    execFileSync(program, ['-m', 'pip', '--version'], { stdio: 'ignore' });
    return true;
  } catch (error) {
    return !(error instanceof Error);
  }
}

function read(folder: string): Zippable {
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => /\.(py|so|pyd|json|txt)$|METADATA$/.test(name));
  return Object.fromEntries(names.map((name) => [name.replaceAll('\\', '/'), readFileSync(path.join(folder, name))]));
}
