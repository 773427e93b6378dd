import { totalmem } from 'node:os';
import type { ApiCall, ApiReply, World } from './call';
import { find } from './names';

/** How many calls may run at once on this machine: each is a process. */
export const concurrency = Math.max(10, Math.min(1000, Math.floor(totalmem() / (96 * 1024 * 1024))));

export async function getAccountSettings(_call: ApiCall, world: World): Promise<ApiReply> {
  const records = world.functions.list();
  const versions = records.flatMap((record) => [record.latest, ...record.versions]);
  const layers = world.layers.list().flatMap((layer) => layer.versions);
  const size = [...versions, ...layers].reduce((sum, version) => sum + version.codeSize, 0);
  const limits = { TotalCodeSize: 80_530_636_800, CodeSizeUnzipped: 262_144_000, CodeSizeZipped: 52_428_800 };
  return {
    status: 200,
    body: {
      AccountLimit: { ...limits, ConcurrentExecutions: concurrency, UnreservedConcurrentExecutions: concurrency - world.functions.taken },
      AccountUsage: { TotalCodeSize: size, FunctionCount: records.length },
    },
  };
}

// True of every function here: nothing of the kind can be set.

export async function getCodeSigning(call: ApiCall, world: World, [name = '']: readonly string[]): Promise<ApiReply> {
  find(world, name, null, call.region);
  return { status: 200, body: {} };
}
