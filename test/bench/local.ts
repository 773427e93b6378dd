import { createHash } from 'node:crypto';
import { zipSync } from 'fflate';
import type { FunctionProvider, FunctionRef } from '../../src/core/provider';
import { local } from '../../src/providers/local';
import { clock, type Figure, median } from './report';
import { createWorld } from './world';

const options = { signal: new AbortController().signal };
const sources = {
  'nodejs22.x': { 'index.mjs': 'export const handler = async (event) => { console.log("at " + event.at); return event; };' },
  'python3.13': { 'index.py': 'def handler(event, context):\n    print("at", event["at"])\n    return event\n' },
};

/** Deploy, cold and warm calls, and the way of a log line, on the local runtime, through the same clients as the cloud. */
export async function localFigures(): Promise<Figure[]> {
  const world = await createWorld();
  try {
    const provider = local(world.host);
    const figures: Figure[] = [];
    for (const runtime of ['nodejs22.x', 'python3.13'] as const) figures.push(...(await language(provider, runtime)));
    return [...figures, await tailLatency(provider)];
  } finally {
    await world.dispose();
  }
}

/** Milliseconds that a call takes. */
interface Calls {
  readonly cold: number;
  readonly warm: number;
}

/** Deploys a function anew before each cold call; both kinds go through the SDK. */
async function calls(provider: FunctionProvider, runtime: keyof typeof sources): Promise<Calls & { readonly deployed: number }> {
  const deployed: number[] = [];
  const cold: number[] = [];
  for (let i = 0; i < 8; i++) {
    deployed.push(await clock(() => deploy(provider, runtime, i)));
    cold.push(await clock(() => call(provider, runtime)));
  }
  const warm: number[] = [];
  for (let i = 0; i < 200; i++) warm.push(await clock(() => call(provider, runtime)));
  return { deployed: median(deployed.slice(1)), cold: median(cold.slice(1)), warm: median(warm.slice(20)) };
}

async function language(provider: FunctionProvider, runtime: keyof typeof sources): Promise<Figure[]> {
  const { deployed, cold, warm } = await calls(provider, runtime);
  return [
    { what: `${runtime}: deploy a one-file function`, ours: deployed, unit: 'ms', limit: { must: 100, aim: 25 } },
    { what: `${runtime}: cold call through the SDK`, ours: cold, unit: 'ms' },
    { what: `${runtime}: warm call through the SDK`, ours: warm, unit: 'ms' },
  ];
}

async function tailLatency(provider: FunctionProvider): Promise<Figure> {
  const controller = new AbortController();
  const delays: number[] = [];
  const wanted = 20;
  const reading = (async () => {
    for await (const batch of provider.tail!(ref('nodejs22.x'), new Date(), { signal: controller.signal })) {
      for (const { message } of batch) {
        const at = /at (\d{13})/.exec(message)?.[1];
        if (at) delays.push(Date.now() - Number(at));
      }
      if (delays.length >= wanted) return;
    }
  })();
  for (let i = 0; i < wanted; i++) {
    await call(provider, 'nodejs22.x');
    await new Promise((resolve) => setTimeout(resolve, 97));
  }
  await reading;
  controller.abort();
  return { what: 'log line written → in the tail', ours: median(delays), unit: 'ms', limit: { must: 1200, aim: 50 } };
}

function ref(runtime: string): FunctionRef {
  return { provider: 'local', scope: 'local', name: `bench-${runtime.replace('.', '-')}` };
}

async function deploy(provider: FunctionProvider, runtime: keyof typeof sources, version: number): Promise<void> {
  const files = Object.entries(sources[runtime]).map(([name, text]) => [name, new TextEncoder().encode(`${text}\n${runtime === 'python3.13' ? '#' : '//'} ${version}\n`)]);
  const bytes = zipSync(Object.fromEntries(files) as Record<string, Uint8Array>, { mtime: new Date(1980, 0, 1) });
  const hash = createHash('sha256').update(bytes).digest('base64');
  const settings = { runtime, handler: 'index.handler', memoryMb: 128, timeoutSeconds: 10 };
  await provider.deploy!({ ref: ref(runtime), settings, package: { bytes, hash, files: Object.keys(sources[runtime]) } }, { ...options, report: () => undefined });
}

async function call(provider: FunctionProvider, runtime: string): Promise<void> {
  const payload = new TextEncoder().encode(JSON.stringify({ at: Date.now() }));
  const result = await provider.invoke!(ref(runtime), { payload, timeoutSeconds: 10 }, options);
  if (!result.ok) throw new Error(`${runtime}: ${result.error.message}`);
}
