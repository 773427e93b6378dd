import { strFromU8, unzipSync } from 'fflate';
import { ProviderError } from '../../core/errors';
import { handlerModule } from '../../core/handlerModule';
import type { DeploymentPackage, FunctionSettings } from '../../core/provider';

/**
 * Google starts a Node function by its package.json: one that leads elsewhere than to the handler's file would only fail at the
 * end of the build. Throws `ProviderError`.
 * https://cloud.google.com/run/docs/runtimes/nodejs#source_code_structure
 */
export function checkEntry(name: string, { runtime = '', handler = '' }: FunctionSettings, zip: DeploymentPackage): void {
  const { module } = handlerModule(handler);
  if (!/^nodejs/.test(runtime) || module === '') return;
  const file = zip.files.includes('package.json') ? unzipSync(zip.bytes, { filter: (entry) => entry.name === 'package.json' })['package.json'] : undefined;
  if (!file) throw new ProviderError('invalid', `The package of ${name} has no package.json, by which Google starts a Node function; add one with "main": "${module}.js".`);
  const main = mainOf(strFromU8(file), name);
  if (withoutEnding(main) === withoutEnding(module)) return;
  throw new ProviderError('invalid', `The package.json of ${name} leads to ${main} and its handler to ${module}; make "main" and the handler name the same file.`);
}

function mainOf(text: string, name: string): string {
  try {
    const { main } = Object(JSON.parse(text)) as { readonly main?: unknown };
    return typeof main === 'string' && main !== '' ? main : 'index.js';
  } catch (error) {
    throw new ProviderError('invalid', `The package.json of ${name} is no JSON; correct it and deploy again.`, { cause: error });
  }
}

function withoutEnding(path: string): string {
  return path.replace(/^\.\//, '').replace(/\.[cm]?js$/, '');
}
