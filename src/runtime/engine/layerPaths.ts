import { existsSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import type { FunctionSpec } from './spec';

// In the cloud the content of all layers lies in /opt, one on top of the other, and lists of folders name what is used of
// it. Here it lies so in a folder of the store, and each such list names that place in it:
// https://docs.aws.amazon.com/lambda/latest/dg/packaging-layers.html

/** Where a runtime looks for modules in the layers of a function. */
export function layerModules({ layers, runtime }: FunctionSpec): readonly string[] {
  const python = [`python/lib/${runtime}/site-packages`, 'python'];
  const node = [`nodejs/${runtime.replace(/js|\.x/g, '')}/node_modules`, 'nodejs/node_modules'];
  return inLayers(layers, runtime.startsWith('python') ? python : node);
}

/** What Node needs to be told so that `import` finds modules in layers too; nothing when there are none. */
export function layerArguments(spec: FunctionSpec, bootstrap: string): readonly string[] {
  if (!spec.runtime.startsWith('nodejs') || !layerModules(spec).some((folder) => existsSync(folder))) return [];
  return ['--import', pathToFileURL(path.join(bootstrap, 'node', 'layers.mjs')).href];
}

/** The variables by which programs and libraries of layers are found, with what they hold already. */
export function layerVariables({ layers }: FunctionSpec, env: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  if (!layers.length) return {};
  const found = { PATH: [env.PATH, ...inLayers(layers, ['bin'])], LD_LIBRARY_PATH: [...inLayers(layers, ['lib']), env.LD_LIBRARY_PATH] };
  return Object.fromEntries(Object.entries(found).map(([name, folders]) => [name, folders.filter(Boolean).join(path.delimiter)]));
}

/** A file that the cloud has below /opt where it really is; as it stands if no layer has it. */
export function inOpt(file: string, { layers }: FunctionSpec): string {
  if (!file.startsWith('/opt/')) return file;
  return layers.map((layer) => path.join(layer, file.slice('/opt/'.length))).find((candidate) => existsSync(candidate)) ?? file;
}

function inLayers(layers: readonly string[], places: readonly string[]): readonly string[] {
  return layers.flatMap((layer) => places.map((place) => path.join(layer, place)));
}
