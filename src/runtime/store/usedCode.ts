import { stackOf } from './code';
import type { FunctionStore } from './functions';
import type { LayerStore } from './layers';
import type { VersionRecord } from './records';

/**
 * The hashes of all packages that functions run or layers hold. What a function took from a layer stays although the layer
 * goes. `undefined` when one of them could not be read: then nobody knows what it has.
 */
export function usedCode(functions: FunctionStore, layers: LayerStore): ReadonlySet<string> | undefined {
  if (!functions.isWhole || !layers.isWhole) return undefined;
  const versions = functions.list().flatMap((record) => [record.latest, ...record.versions]);
  const run = versions.flatMap(packagesOf);
  const held = layers.list().flatMap((layer) => layer.versions.map((version) => version.codeSha256));
  return new Set([...run, ...held]);
}

/** The hashes of all that a version has in the store of packages: its code, its layers, and those over one another. */
export function packagesOf({ codeSha256, layers = [] }: Pick<VersionRecord, 'codeSha256' | 'layers'>): readonly string[] {
  const [first, ...others] = layers.map((layer) => layer.codeSha256);
  return first === undefined ? [codeSha256] : [codeSha256, first, ...others, stackOf([first, ...others])];
}
