import { existsSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import type { FunctionSpec } from './spec';

// In the cloud the content of all layers lies in /opt, one on top of the other, and lists of folders name what is used of
// it. Here it lies so in a folder of the store, and each such list names that place in it:
// https://docs.aws.amazon.com/lambda/latest/dg/packaging-layers.html

/** Where a runtime looks for modules in the layers of a function. */
export function layerModules({ opt, runtime }: FunctionSpec): readonly string[] {
  const python = [`python/lib/${runtime}/site-packages`, 'python'];
  const node = [`nodejs/${runtime.replace(/js|\.x/g, '')}/node_modules`, 'nodejs/node_modules'];
  return inOwn(opt, runtime.startsWith('python') ? python : node);
}

/** What Node needs to be told so that `import` finds modules in layers too; nothing when there are none. */
export function layerArguments(spec: FunctionSpec, bootstrap: string): readonly string[] {
  if (!spec.runtime.startsWith('nodejs') || !layerModules(spec).some((folder) => existsSync(folder))) return [];
  return ['--import', pathToFileURL(path.join(bootstrap, 'node', 'layers.mjs')).href];
}

/** The variables by which programs and libraries of layers are found, with what they hold already. */
export function layerVariables({ opt }: FunctionSpec, env: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  if (opt === undefined) return {};
  const found = { PATH: [env.PATH, path.join(opt, 'bin')], LD_LIBRARY_PATH: [path.join(opt, 'lib'), env.LD_LIBRARY_PATH] };
  return Object.fromEntries(Object.entries(found).map(([name, folders]) => [name, folders.filter(Boolean).join(path.delimiter)]));
}

/** A file that the cloud has below /opt where it really is; as it stands if no layer has it. */
export function inOpt(file: string, { opt }: FunctionSpec): string {
  if (opt === undefined || !file.startsWith('/opt/')) return file;
  const own = path.join(opt, file.slice('/opt/'.length));
  return existsSync(own) ? own : file;
}

function inOwn(opt: string | undefined, places: readonly string[]): readonly string[] {
  return opt === undefined ? [] : places.map((place) => path.join(opt, place));
}
