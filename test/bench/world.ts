import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import type { ProviderHost } from '../../src/core/host';

/** A world for providers in a folder of its own, removed with `dispose`. */
export interface World {
  readonly host: ProviderHost;
  readonly folder: string;
  dispose(): Promise<void>;
}

export async function createWorld(settings: Readonly<Record<string, unknown>> = {}): Promise<World> {
  const folder = await mkdtemp(path.join(tmpdir(), 'function-deck-bench-'));
  const dist = path.resolve(__dirname, '../../dist');
  return {
    folder,
    host: { dist, storage: folder, setting: <T>(key: string) => settings[key] as T | undefined, log: () => undefined },
    dispose: () => rm(folder, { recursive: true, force: true }),
  };
}
