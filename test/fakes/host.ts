import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { ProviderHost } from '../../src/core/host';

export const dist = path.resolve(__dirname, '../../dist');

export function temporaryFolder(): string {
  return mkdtempSync(path.join(tmpdir(), 'function-deck-'));
}

/** A world for providers: a temporary folder to write to, the given settings, and what was logged. */
export function fakeHost(settings: Readonly<Record<string, unknown>> = {}): ProviderHost & { readonly lines: string[] } {
  const lines: string[] = [];
  return {
    dist,
    storage: temporaryFolder(),
    setting: <T>(key: string) => settings[key] as T | undefined,
    log: (line) => void lines.push(line),
    lines,
  };
}
