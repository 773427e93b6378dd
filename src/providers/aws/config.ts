import { ProviderError } from '../../core/errors';
import type { CallOptions, ConfigFacet, FunctionConfig, FunctionRef, FunctionSettings } from '../../core/provider';
import type { Connection } from './client';
import { describe } from './describe';
import { toConfig } from './row';
import { difference, newArchitecture, toConfiguration } from './settings';
import { settle } from './settle';
import { updateConfiguration } from './update';

export type Connect = (scope: string, options: CallOptions) => Promise<Connection>;

/** Settings as deployed: read, and changed without changing the code. */
export function config(connect: Connect): ConfigFacet {
  return {
    read: async (ref, options) => {
      const connection = await connect(ref.scope, options);
      const found = await describe(connection, ref, options);
      return found && toConfig(connection, found);
    },
    write: async (ref, change, revision, options) => writeConfig(await connect(ref.scope, options), ref, change, revision, options),
  };
}

async function writeConfig(connection: Connection, ref: FunctionRef, change: FunctionSettings, revision: string | undefined, options: CallOptions): Promise<FunctionConfig> {
  const current = await describe(connection, { name: ref.name }, options);
  if (!current) throw gone(ref);
  if (newArchitecture(change, current)) {
    throw new ProviderError('invalid', `The architecture of ${ref.name} changes only together with its code; deploy it with the new architecture.`);
  }
  if (revision !== undefined && current.RevisionId !== revision) {
    throw new ProviderError('conflict', `${ref.name} was changed by somebody else since you opened it; refresh and make your change again.`);
  }
  const settled = await settle(connection, current, options);
  const missing = difference(toConfiguration(change), settled);
  const written = missing ? await settle(connection, await updateConfiguration(connection, missing, { current: settled, newCode: false }, options), options) : settled;
  const result = toConfig(connection, written);
  if (!result) throw gone(ref);
  return result;
}

function gone(ref: FunctionRef): ProviderError {
  return new ProviderError('notFound', `There is no "${ref.name}" in ${ref.scope}; refresh the list and choose again.`);
}
