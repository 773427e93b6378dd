import { createInterface } from 'node:readline';
import { killTree } from './engine/processTree';

// A program of its own that ends the processes of functions after the local runtime was killed. It reads "+ PID MARK"
// when one starts and "- PID" when one ends; the end of its input means that the runtime is gone.
const live = new Map<number, string>();

function read(line: string): void {
  const [sign, pid, mark = ''] = line.split(' ');
  if (sign === '+') live.set(Number(pid), mark);
  else live.delete(Number(pid));
}

async function endAll(): Promise<void> {
  await Promise.all([...live].map(([pid, mark]) => killTree(pid, mark)));
  process.exit(0);
}

// Whatever ends the runtime may be sent here too, before the work is done.
for (const signal of ['SIGHUP', 'SIGINT', 'SIGTERM'] as const) process.on(signal, () => undefined);
process.stdin.on('error', () => process.stdin.destroy());
createInterface(process.stdin).on('line', read).on('close', () => void endAll());
