import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { ListFunctionsCommand } from '@aws-sdk/client-lambda';
import { local } from '../../src/providers/local';
import { RunningRuntime } from '../unit/runtime/harness';
import type { Figure } from './report';
import { createWorld } from './world';

const settleMs = 1000;
const functions = 100;

/** What the local runtime takes while nothing is called: in memory, in processes and in ports. */
export async function restFigures(): Promise<Figure[]> {
  if (process.platform !== 'linux') return [];
  const figures = [...(await unused())];
  const runtime = await RunningRuntime.start();
  const pid = runtime.child.pid ?? 0;
  const figure = async (what: string, processes: readonly number[]): Promise<void> => {
    await sleep(settleMs);
    figures.push({ what, ours: await memoryMb(processes), unit: 'MB' });
  };
  try {
    await figure('the runtime after its start, resident', [pid]);
    await runtime.node('first', 'exports.handler = async () => 1;');
    await sleep(settleMs);
    await figure('one spare Node, resident', await children(pid));
    for (let i = 1; i < functions; i++) await runtime.node(`function-${i}`, 'exports.handler = async () => 1;');
    for (let Marker: string | undefined, first = true; first || Marker; first = false) Marker = (await runtime.lambda.send(new ListFunctionsCommand({ Marker }))).NextMarker;
    await figure(`the runtime after ${functions} functions were made and listed, resident`, [pid]);
    return figures;
  } finally {
    await runtime.stop();
  }
}

/** The provider is there and its node closed: nothing may run. */
async function unused(): Promise<Figure[]> {
  // Some may be left by what was measured before.
  const others = new Set(await children(process.pid));
  const world = await createWorld();
  const provider = local(world.host);
  await provider.scopes({ signal: new AbortController().signal });
  const ports = process.getActiveResourcesInfo().filter((name) => /Server/.test(name)).length;
  const figures = [
    { what: 'processes without use', ours: (await children(process.pid)).filter((pid) => !others.has(pid)).length, unit: '', limit: { must: 0, aim: 0 } },
    { what: 'open ports without use', ours: ports, unit: '', limit: { must: 0, aim: 0 } },
  ];
  await world.dispose();
  return figures;
}

// Without the `ps` that asks, and without what the bench itself is run by.
async function children(pid: number): Promise<number[]> {
  const { stdout } = await promisify(execFile)('ps', ['-o', 'pid=,args=', '--ppid', String(pid)]).catch(() => ({ stdout: '' }));
  return stdout.split('\n').filter((line) => line.trim() && !/ps -o|esbuild/.test(line)).map((line) => Number.parseInt(line, 10));
}

async function memoryMb(pids: readonly number[]): Promise<number> {
  const sizes = await Promise.all(pids.map(async (pid) => Number(/^VmRSS:\s+(\d+)/m.exec(await readFile(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0)));
  return sizes.reduce((sum, size) => sum + size, 0) / 1024;
}
