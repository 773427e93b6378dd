import { once } from 'node:events';
import { Worker } from 'node:worker_threads';

const script = `
const { parentPort } = require('node:worker_threads');
const delay = require('node:perf_hooks').monitorEventLoopDelay({ resolution: 10 });
delay.enable();
parentPort.once('message', () => parentPort.postMessage(delay.max / 1e6));
parentPort.postMessage('ready');
`;

/** Starts a thread that does nothing; the answer tells for how many milliseconds the machine has kept it waiting at most. */
export async function startIdleThread(): Promise<() => Promise<number>> {
  const worker = new Worker(script, { eval: true });
  await once(worker, 'message');
  return async () => {
    worker.postMessage('stop');
    const [waited] = (await once(worker, 'message')) as [number];
    await worker.terminate();
    return waited;
  };
}
