import { execFile } from 'node:child_process';

const longestMs = 1000;

/**
 * Has Linux run this process, and all that it starts from now on, as work that waits for its turn: one that is woken does not
 * take the processor away from one that runs, be that the editor or the runtime itself, which a function would interrupt for
 * every event that it is handed. The fewer interruptions, the more calls: a quarter more when many run at once.
 * Best effort: no other system has it, and the program that sets it, of util-linux or busybox, may be missing.
 * https://man7.org/linux/man-pages/man7/sched.7.html (SCHED_BATCH)
 */
export async function takeTurns(): Promise<void> {
  if (process.platform !== 'linux') return;
  await new Promise<void>((resolve) => execFile('chrt', ['-b', '-p', '0', String(process.pid)], { timeout: longestMs }, () => resolve()));
}
