import { execFileSync } from 'node:child_process';
import { existsSync, renameSync, rmSync } from 'node:fs';
import * as path from 'node:path';

const folder = path.join(__dirname, '..', '..', 'out', 'python-packages', 'functions-framework');

/** A folder with the Functions Framework for Python, kept for the next run, or why it could not be installed. */
export function pythonFramework(python: string): { readonly folder: string } | { readonly problem: string } {
  if (existsSync(folder)) return { folder };
  const draft = `${folder}.${process.pid}`;
  try {
    execFileSync(python, ['-m', 'pip', 'install', '--quiet', '--retries', '0', '--target', draft, 'functions-framework==3.*'], { stdio: 'pipe', timeout: 45_000 });
  } catch (error) {
    rmSync(draft, { recursive: true, force: true });
    const lines = String((error as { stderr?: Buffer }).stderr ?? error).trim().split('\n');
    return { problem: `pip cannot install functions-framework: ${lines.at(-1)}` };
  }
  renameSync(draft, folder);
  return { folder };
}
