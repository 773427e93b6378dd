import { createInterface } from 'node:readline';
import { replay } from './engine/journal';
import { killTree, type Family } from './engine/processTree';

// A program of its own that ends the processes of functions after the local runtime was killed: `watch.js LINES`, with
// lines of the journal in base64. It reads more of them as they are written; the end of its input means that the runtime
// is gone.
const live = new Map<number, Family>();
replay(Buffer.from(process.argv[2] ?? '', 'base64').toString().split('\n'), live);

async function endAll(): Promise<void> {
  await Promise.all([...live.values()].map((family) => killTree(family)));
  process.exit(0);
}

// Whatever ends the runtime may be sent here too, before the work is done.
for (const signal of ['SIGHUP', 'SIGINT', 'SIGTERM'] as const) process.on(signal, () => undefined);
process.stdin.on('error', () => process.stdin.destroy());
createInterface(process.stdin).on('line', (line) => replay([line], live)).on('close', () => void endAll());
