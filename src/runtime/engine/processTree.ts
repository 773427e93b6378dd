import { execFile } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { errorCode } from '../store/files';

/**
 * Ends a process with all that it started. `mark` is a text in the environment of all of them: it finds those that left
 * the process group.
 */
export async function killTree(pid: number, mark: string): Promise<void> {
  if (process.platform === 'win32') return taskkill(pid);
  signalProcess(-pid);
  if (process.platform !== 'linux') return;
  // Until none is left: one that was just born when the list was read shows in the next.
  for (let round = 0; round < 50; round++) {
    const found = marked(mark);
    if (!found.length) return;
    found.forEach(signalProcess);
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}

function taskkill(pid: number): Promise<void> {
  return new Promise((resolve) => {
    execFile('taskkill', ['/PID', String(pid), '/T', '/F'], { windowsHide: true }, () => resolve());
  });
}

/** Kills a process, or a group by its negative number, if it is still there. */
export function signalProcess(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    if (!['ESRCH', 'EPERM'].includes(errorCode(error) ?? '')) throw error;
  }
}

function marked(mark: string): number[] {
  const needle = Buffer.from(mark);
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => pid !== process.pid && hasMark(pid, needle));
}

function hasMark(pid: number, needle: Buffer): boolean {
  try {
    return readFileSync(`/proc/${pid}/environ`).includes(needle);
  } catch (error) {
    // Gone meanwhile, or another user's.
    if (['ENOENT', 'ESRCH', 'EACCES', 'EPERM'].includes(errorCode(error) ?? '')) return false;
    throw error;
  }
}

/** Memory of a process in kB as Linux accounts it: `VmHWM` is the most it ever had, `VmRSS` what it has now. */
export function processMemoryKb(pid: number, field: 'VmHWM' | 'VmRSS'): number | undefined {
  if (process.platform !== 'linux') return undefined;
  try {
    const found = new RegExp(`${field}:\\s+(\\d+)`).exec(readFileSync(`/proc/${pid}/status`, 'latin1'));
    return found ? Number(found[1]) : undefined;
  } catch (error) {
    if (['ENOENT', 'ESRCH'].includes(errorCode(error) ?? '')) return undefined;
    throw error;
  }
}
