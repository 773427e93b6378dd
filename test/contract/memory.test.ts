import { setTimeout as sleep } from 'node:timers/promises';
import { MemoryProvider } from '../fakes/memory';
import { zip } from '../fakes/zip';
import { describeProvider, type Event } from './describeProvider';

describeProvider('memory', async () => {
  const provider = new MemoryProvider(async (event, print, { signal }) => {
    const { print: lines = [], fail, sleepMs = 0 } = event as Event;
    lines.forEach(print);
    if (fail) throw new Error(fail);
    await sleep(sleepMs, undefined, { signal });
    return event;
  });
  return {
    provider,
    settings: { runtime: 'javascript', handler: 'index.handler' },
    code: (text) => zip({ 'index.js': text }),
    guards: true,
    runs: true,
    pages: () => provider.pages,
    dispose: () => undefined,
  };
});
