import type { FunctionStore } from './functions';
import type { LayerStore } from './layers';

/**
 * The hashes of all packages that functions run or layers hold. What a function took from a layer stays although the layer
 * goes. `undefined` when one of them could not be read: then nobody knows what it has.
 */
export function usedCode(functions: FunctionStore, layers: LayerStore): ReadonlySet<string> | undefined {
  if (!functions.isWhole || !layers.isWhole) return undefined;
  const versions = functions.list().flatMap((record) => [record.latest, ...record.versions]);
  const run = versions.flatMap(({ codeSha256, layers: taken = [] }) => [codeSha256, ...taken.map((layer) => layer.codeSha256)]);
  const held = layers.list().flatMap((layer) => layer.versions.map((version) => version.codeSha256));
  return new Set([...run, ...held]);
}
